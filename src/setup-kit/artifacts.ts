import { renderAwsCli } from './aws-cli.ts';
import { renderCloudFormation } from './cloudformation.ts';
import { asciiJson, assertKitInput, type KitInput } from './setup-kit.ts';
import { renderStackSet } from './stack-set.ts';
import { renderTerraform } from './terraform.ts';
import { renderTerraformOrganization } from './terraform-organization.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

export const ARTIFACT_NAMES = [
  'trust-policy.json',
  'cloudformation.yaml',
  'terraform.tf',
  'aws-cli.sh',
  'stackset.yaml',
  'terraform-organization.tf',
] as const;

export type ArtifactName = (typeof ARTIFACT_NAMES)[number];

const ARTIFACTS: Record<ArtifactName, { mediaType: string; render: (input: KitInput) => string }> = {
  'trust-policy.json': {
    mediaType: 'application/json',
    render: (input) => `${asciiJson(buildTrustPolicy(input))}\n`,
  },
  'cloudformation.yaml': { mediaType: 'application/yaml', render: renderCloudFormation },
  'terraform.tf': { mediaType: 'text/plain', render: renderTerraform },
  'aws-cli.sh': { mediaType: 'text/x-shellscript', render: renderAwsCli },
  'stackset.yaml': { mediaType: 'application/yaml', render: renderStackSet },
  'terraform-organization.tf': { mediaType: 'text/plain', render: renderTerraformOrganization },
};

export const mediaType = (name: ArtifactName): string => ARTIFACTS[name].mediaType;

/** The artifact as UTF-8 text. Throws a TypeError for an input that the format cannot carry; see `assertVendorKit`. */
export function render(name: ArtifactName, input: KitInput): string {
  assertKitInput(input);
  return ARTIFACTS[name].render(input);
}
