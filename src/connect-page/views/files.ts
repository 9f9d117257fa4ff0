import type { ArtifactName } from '../../setup-kit/artifacts.ts';

/** What an artifact is called in the customer's downloads, among everybody else's files: whose it is and what for. */
export function fileNameOf(artifact: ArtifactName, vendor: string): string {
  const slug = vendor
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const prefix = slug === '' ? 'vendor' : slug;
  const [name, extension] = artifact.split('.') as [string, string];
  return name === 'terraform' ? `${prefix}-role.tf` : `${prefix}-role-${name}.${extension}`;
}
