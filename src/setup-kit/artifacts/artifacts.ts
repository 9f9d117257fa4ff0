import { renderCloudFormation } from '../cloudformation/cloudformation.ts';
import { renderStackSet } from '../cloudformation/stack-set.ts';
import { formatAsciiJson } from '../kit-text.ts';
import { assertTenantSetupKit, type TenantSetupKit } from '../setup-kit.ts';
import { renderTerraform } from '../terraform/terraform.ts';
import { renderTerraformOrganization } from '../terraform/terraform-organization.ts';
import { buildTrustPolicy } from '../trust-policy-document.ts';
import { renderAwsCli } from './aws-cli.ts';

export const ARTIFACT_NAMES = [
  'trust-policy.json',
  'cloudformation.yaml',
  'terraform.tf',
  'aws-cli.sh',
  'stackset.yaml',
  'terraform-organization.tf',
] as const;

export type ArtifactName = (typeof ARTIFACT_NAMES)[number];

/**
 * YAML is sent as plain text: clients generated from an API description would parse `application/yaml`, or reject it, and
 * customers need the file as it is.
 */
const ARTIFACTS: Record<ArtifactName, { mediaType: string; render: (kit: TenantSetupKit) => string }> = {
  'trust-policy.json': {
    mediaType: 'application/json',
    render: (kit) => `${formatAsciiJson(buildTrustPolicy(kit))}\n`,
  },
  'cloudformation.yaml': { mediaType: 'text/plain', render: renderCloudFormation },
  'terraform.tf': { mediaType: 'text/plain', render: renderTerraform },
  'aws-cli.sh': { mediaType: 'text/x-shellscript', render: renderAwsCli },
  'stackset.yaml': { mediaType: 'text/plain', render: renderStackSet },
  'terraform-organization.tf': { mediaType: 'text/plain', render: renderTerraformOrganization },
};

export const mediaTypeOf = (name: ArtifactName): string => ARTIFACTS[name].mediaType;

/** Renders an artifact as UTF-8 text. @throws TypeError for values that cannot be escaped; see `assertSharedSetupKit` */
export function renderArtifact(name: ArtifactName, kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  return ARTIFACTS[name].render(kit);
}
