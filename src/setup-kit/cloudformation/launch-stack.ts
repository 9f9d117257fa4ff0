import { assertTenantSetupKit, resolveRolePath, type TenantSetupKit } from '../setup-kit.ts';

/** The console truncates longer links (CloudFormation User Guide, "Create quick-create links for stacks"). */
const MAX_URL_CHARACTERS = 1024;

/** The console of each partition that has a public one. The Region is validated because it becomes part of the host name. */
export const CONSOLES: Record<string, { domain: string; region: RegExp }> = {
  aws: {
    domain: 'console.aws.amazon.com',
    region: /^(?!cn-|us-gov-|us-iso|eu-iso|eusc-)[a-z]{2}(-[a-z]+)+-[0-9]+$/,
  },
  'aws-us-gov': { domain: 'console.amazonaws-us-gov.com', region: /^us-gov-[a-z]+-[0-9]+$/ },
  'aws-cn': { domain: 'console.amazonaws.cn', region: /^cn-[a-z]+-[0-9]+$/ },
  'aws-eusc': { domain: 'console.amazonaws-eusc.eu', region: /^eusc-[a-z]+-[a-z]+-[0-9]+$/ },
};

/** Form encoding writes a space as `+`, which is a plus sign in a fragment. Quotes are encoded for use in a shell. */
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27');

/** A stack name is a letter followed by letters, digits and hyphens, up to 128 characters. */
export const toStackName = (roleName: string): string => {
  const name = roleName
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .replace(/-$/, '');
  return name === '' ? 'vendor-role' : name;
};

/**
 * Builds the link that opens the CloudFormation console with all parameters filled in.
 *
 * @returns null without a published template, for a partition without a known console, for a Region of another partition,
 *   or when the link is too long
 */
export function buildLaunchStackUrl(kit: TenantSetupKit): string | null {
  assertTenantSetupKit(kit);
  const console = CONSOLES[kit.vendor.partition];
  if (kit.templateUrl === null || !console?.region.test(kit.region)) return null;
  const query = Object.entries({
    templateURL: kit.templateUrl,
    stackName: toStackName(kit.role.name),
    param_ExternalId: kit.externalIds.join(','),
    param_RoleName: kit.role.name,
    param_RolePath: resolveRolePath(kit),
  });
  const fragment = query.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const url = `https://${kit.region}.${console.domain}/cloudformation/home?region=${kit.region}#/stacks/create/review?${fragment}`;
  return url.length <= MAX_URL_CHARACTERS ? url : null;
}
