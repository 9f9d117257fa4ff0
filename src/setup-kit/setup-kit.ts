import { asciiText } from '../lib/ascii-json.ts';

/** What the vendor declares, for the installation or in an access profile; the same for every tenant. */
export interface VendorKit {
  vendor: {
    name: string;
    /** 12 digits, a string for the sake of leading zeros. */
    accountId: string;
    /** `aws`, `aws-us-gov`, `aws-cn`, …; partitions do not assume into each other. */
    partition: string;
    /** The only role of the vendor that may assume, or null for every principal of its account that may. */
    brokerRoleArn: string | null;
  };
  role: { name: string; path?: string; maxSessionDurationSeconds: number };
  permissions: { managedPolicyArns: readonly string[]; inlinePolicy: object | null };
  /** What sessions are marked with, and so what the role's trust policy allows beside `sts:AssumeRole`. */
  sessionAttributes: { sessionTags: boolean; sourceIdentity: boolean };
  /** Where the vendor published the template of `renderSharedTemplate`; null when there is no launch-stack link. */
  templateUrl: string | null;
  /** The Region in which the launch-stack link opens the console. */
  region: string;
}

/** What the kit of one tenant is made from. */
export interface KitInput extends VendorKit {
  tenantId: string;
  /** The access profile that it is made from; null: the installation's own permissions. */
  profile: { name: string; description: string | null } | null;
  /** One; two while a rotation runs, the current one first. */
  externalIds: [string, ...string[]];
}

export const INLINE_POLICY_NAME = 'vendor-access';
export const TENANT_TAG = 'countersign:tenant';
export const EXTERNAL_ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

export const rolePath = (kit: VendorKit): string => kit.role.path ?? '/';

/** CloudFormation refuses a list with a repeated ARN. */
export const managedPolicyArns = (kit: VendorKit): string[] => [
  ...new Set(kit.permissions.managedPolicyArns),
];

function demand(holds: boolean, message: string): void {
  if (!holds) throw new TypeError(`setup kit: ${message}`);
}

/** A policy without an ID, or with one that is not ours, must never be rendered: it would open the role to others. */
export function assertExternalIds(externalIds: readonly string[]): void {
  demand(
    externalIds.length === 1 || externalIds.length === 2,
    'there must be one external ID, or two in a rotation',
  );
  const pattern = new RegExp(EXTERNAL_ID_PATTERN);
  demand(
    externalIds.every((id) => pattern.test(id)),
    'an external ID is a lower-case UUID version 4',
  );
}

/** Both stand unescaped in the principal's ARN. */
export function assertVendor(vendor: VendorKit['vendor']): void {
  demand(/^[0-9]{12}$/.test(vendor.accountId), 'the vendor account ID must have 12 digits');
  demand(/^aws(-[a-z]+)*$/.test(vendor.partition), 'the partition is not one of AWS');
}

/**
 * Refuses what no escaping can carry: a value that a tool would read as something else. `aws-cli` replaces any
 * value that begins with `file://` by that file's contents, hence the demands on how names, paths and ARNs begin;
 * NUL ends an argument of a process, and a lone surrogate has no UTF-8. All else is written exactly, and is AWS's
 * to judge.
 */
export function assertVendorKit(kit: VendorKit): void {
  assertVendor(kit.vendor);
  demand(/^[\w+=,.@-]{1,64}$/.test(kit.role.name), 'the role name is not one that IAM accepts');
  demand(/^\/(.*\/)?$/s.test(rolePath(kit)), 'the role path must begin and end with a slash');
  const { maxSessionDurationSeconds: seconds } = kit.role;
  demand(
    Number.isInteger(seconds) && seconds >= 3600 && seconds <= 43200,
    'the session lasts 3600 to 43200 seconds',
  );
  const arns = managedPolicyArns(kit);
  demand(
    arns.every((arn) => arn.startsWith('arn:')),
    'a managed policy is named by its ARN',
  );
  const raw = [rolePath(kit), kit.vendor.brokerRoleArn ?? '', ...arns];
  demand(
    !raw.some((text) => /[\0\p{Cs}]/u.test(text)),
    'a path or ARN has a character that no argument can carry',
  );
}

export function assertKitInput(input: KitInput): void {
  assertVendorKit(input);
  assertExternalIds(input.externalIds);
}

/**
 * JSON in printable ASCII alone. Non-ASCII would be at the mercy of the reader: HCL normalises every string to
 * Unicode's form NFC, `aws-cli` decodes its arguments by the locale, YAML 1.1 takes U+0085 and U+2028 for new lines.
 */
export function asciiJson(value: unknown): string {
  return asciiText(JSON.stringify(value, null, 2));
}

const tidy = (text: string, limit: number): string =>
  [...text.replace(/\s+/g, ' ').trim()].slice(0, limit).join('');

/**
 * One line of a comment. Not only line breaks are dropped but everything that does not print: a right-to-left
 * override would let a name rewrite how the lines after it look.
 */
export const commentText = (text: string): string =>
  tidy(text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, ' '), 200);

/**
 * A role's description. IAM accepts tab, line feed, carriage return, U+0020 to U+007E and U+00A1 to U+00FF, 1,000
 * characters at most (IAM API Reference, "CreateRole"); of these the line breaks become spaces, and all others are
 * left out. `{{` is split: CloudFormation resolves `{{resolve:…}}` wherever it stands, and it knows no escape.
 */
export function roleDescription(kit: VendorKit, tenantId: string | null): string {
  const clean = (text: string) => tidy(text.replace(/[^\s\x20-\x7e\xa1-\xff]/gu, ''), 200);
  const whom = tenantId === null ? '' : ` for tenant ${clean(tenantId)}`;
  return `Lets ${clean(kit.vendor.name)} work in this account${whom}`.replace(/\{(?=\{)/g, '{ ');
}

/** A tag's value: letters, digits, spaces and `_.:/=+-@`, 256 at most (IAM API Reference, "Tag"). */
export const tagValue = (text: string): string => tidy(text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, ''), 256);

/** The lines with which every artifact begins that has comments. */
export function headerLines(kit: VendorKit, tenantId: string | null): string[] {
  const vendor = `${commentText(kit.vendor.name)} (AWS account ${kit.vendor.accountId})`;
  const lines = [`Creates the IAM role through which ${vendor} works in your AWS account.`];
  return tenantId === null
    ? [
        ...lines,
        'Open it with the link you were given: it fills in the external ID that was issued to you, to be kept as it is.',
      ]
    : [
        ...lines,
        `It is for tenant ${commentText(tenantId)} alone.`,
        'The external ID in it was issued by the vendor. Keep it exactly as it is: with any other the role does not work.',
      ];
}
