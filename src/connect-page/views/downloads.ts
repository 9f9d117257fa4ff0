import { type Html, html } from '../../lib/html.ts';
import type { ArtifactName } from '../../setup-kit/artifacts/artifacts.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';

/** A link that saves an artifact of the setup kit as a file. */
export function downloadLink(
  { context, kit }: { context: PageContext; kit: SessionSetupKit },
  artifact: ArtifactName,
  /** Makes it a link within a text. */
  text: string | null = null,
): Html {
  const file = artifactFileName(artifact, context.vendorName);
  const style = text === null && html` class="button secondary"`;
  return html`<a${style} href="${context.pagePath}/setup/${artifact}${kit.query}" download="${file}">${text ?? context.t('setup.download', { file })}</a>`;
}

/** Begins with the vendor's name, so that the customer recognizes the file among other downloads. */
export function artifactFileName(artifact: ArtifactName, vendorName: string): string {
  const slug = vendorName
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
