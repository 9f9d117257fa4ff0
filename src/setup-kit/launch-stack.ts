import { assertKitInput, type KitInput, rolePath } from './setup-kit.ts';

/** Longer links are cut off (CloudFormation User Guide, "Create quick-create links for stacks"). */
const MAX_LENGTH = 1024;

/** The console of a Region in each partition. Regions are matched, for they become part of the host's name. */
const CONSOLES: Record<string, { domain: string; region: RegExp }> = {
  aws: {
    domain: 'console.aws.amazon.com',
    region: /^(?!cn-|us-gov-|us-iso|eu-iso|eusc-)[a-z]{2}(-[a-z]+)+-[0-9]+$/,
  },
  'aws-us-gov': { domain: 'console.amazonaws-us-gov.com', region: /^us-gov-[a-z]+-[0-9]+$/ },
  'aws-cn': { domain: 'console.amazonaws.cn', region: /^cn-[a-z]+-[0-9]+$/ },
};

/** Form encoding would write a space as `+`, which is a plus sign in a fragment; and links are pasted between quotes. */
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27');

/** A stack's name is a letter, then letters, digits and hyphens, 128 characters at most. */
export const stackName = (roleName: string): string => {
  const name = roleName
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .replace(/-$/, '');
  return name === '' ? 'vendor-role' : name;
};

/**
 * The link that opens CloudFormation's console with everything filled in. Null where there is none: no published
 * template, a partition whose console is not known, a Region that is not one of the partition's, or too long a link.
 */
export function launchStackUrl(input: KitInput): string | null {
  assertKitInput(input);
  const console = CONSOLES[input.vendor.partition];
  if (input.templateUrl === null || !console?.region.test(input.region)) return null;
  const query = Object.entries({
    templateURL: input.templateUrl,
    stackName: stackName(input.role.name),
    param_ExternalId: input.externalIds.join(','),
    param_VendorAccountId: input.vendor.accountId,
    param_RoleName: input.role.name,
    param_RolePath: rolePath(input),
  });
  const fragment = query.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const url = `https://${input.region}.${console.domain}/cloudformation/home?region=${input.region}#/stacks/create/review?${fragment}`;
  return url.length <= MAX_LENGTH ? url : null;
}
