import type { RequiredAttributes } from '../broker/session-attributes.ts';
import { EXTERNAL_ID_PATTERN } from '../external-ids/external-id.ts';

/** The part of a setup kit that is the same for every tenant: declared by the vendor, directly or in an access profile. */
export interface SharedSetupKit {
  vendor: {
    name: string;
    /** 12 digits; a string because of leading zeros. */
    accountId: string;
    /** `aws`, `aws-us-gov`, `aws-cn`, …; a role in one cannot be assumed from another. */
    partition: string;
    /** The only role of the vendor that may assume the customer's role; null allows every principal of its account. */
    brokerRoleArn: string | null;
  };
  role: { name: string; path?: string; maxSessionDurationSeconds: number };
  permissions: { managedPolicyArns: readonly string[]; inlinePolicy: object | null };
  /** The session attributes that the trust policy allows: of the broker's session and of the access profile together. */
  sessionAttributes: RequiredAttributes;
  /** The address of the published template of `renderSharedTemplate`; null: there is no launch-stack link. */
  templateUrl: string | null;
  /** The Region in which the launch-stack link opens the console. */
  region: string;
}

/** The setup kit of one tenant, from which all artifacts are rendered. */
export interface TenantSetupKit extends SharedSetupKit {
  tenantId: string;
  /** The access profile of the kit; null: the kit has the default permissions of the installation. */
  profile: { name: string; description: string | null } | null;
  /** One external ID, or two during a rotation, the current one first. */
  externalIds: [string, ...string[]];
}

export const INLINE_POLICY_NAME = 'vendor-access';
export const TENANT_TAG = 'countersign:tenant';

/** The path of a role in templates: it begins and ends with a slash, and no part of it is empty. */
export const ROLE_PATH_PATTERN = '^/([!-.0-~]+/)*$';
/** A customer managed policy in an account, with its path if it has one, or empty. */
export const BOUNDARY_NAME_PATTERN = '^[!-~]{0,512}$';

export const resolveRolePath = (kit: SharedSetupKit): string => kit.role.path ?? '/';

/** Removes duplicates, because CloudFormation rejects a list that contains an ARN twice. */
export const uniqueManagedPolicyArns = (kit: SharedSetupKit): string[] => [
  ...new Set(kit.permissions.managedPolicyArns),
];

function assert(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(`setup kit: ${message}`);
}

/** A trust policy without an external ID, or with one that the service did not issue, would open the role to others. */
export function assertExternalIds(externalIds: readonly string[]): void {
  assert(
    externalIds.length === 1 || externalIds.length === 2,
    'there must be one external ID, or two during a rotation',
  );
  const pattern = new RegExp(EXTERNAL_ID_PATTERN);
  assert(
    externalIds.every((id) => pattern.test(id)),
    'an external ID must be a lowercase UUID version 4',
  );
}

/** The ARN of the principal contains account ID and partition without escaping. */
export function assertVendor(vendor: SharedSetupKit['vendor']): void {
  assert(/^[0-9]{12}$/.test(vendor.accountId), 'the vendor account ID must have 12 digits');
  assert(/^aws(-[a-z]+)*$/.test(vendor.partition), 'the partition must be an AWS partition');
}

/**
 * Rejects values that no escaping can protect from being misread. Everything else is rendered exactly, and left to AWS
 * to validate.
 * - `aws-cli` replaces a value that begins with `file://` by the content of that file. Names, paths and ARNs must
 *   therefore begin with other characters.
 * - NUL ends an argument of a process.
 * - A lone surrogate has no UTF-8 encoding.
 */
export function assertSharedSetupKit(kit: SharedSetupKit): void {
  assertVendor(kit.vendor);
  assert(/^[\w+=,.@-]{1,64}$/.test(kit.role.name), 'the role name must be one that IAM accepts');
  assert(/^\/(.*\/)?$/s.test(resolveRolePath(kit)), 'the role path must begin and end with a slash');
  const { maxSessionDurationSeconds } = kit.role;
  assert(
    Number.isInteger(maxSessionDurationSeconds) &&
      maxSessionDurationSeconds >= 3600 &&
      maxSessionDurationSeconds <= 43200,
    'the maximum session duration must be 3600 to 43200 seconds',
  );
  const policyArns = uniqueManagedPolicyArns(kit);
  assert(
    policyArns.every((arn) => arn.startsWith('arn:')),
    'a managed policy must be given by its ARN',
  );
  const processArguments = [resolveRolePath(kit), kit.vendor.brokerRoleArn ?? '', ...policyArns];
  assert(
    !processArguments.some((text) => /[\0\p{Cs}]/u.test(text)),
    'a path or ARN must not contain NUL or a lone surrogate',
  );
}

export function assertTenantSetupKit(kit: TenantSetupKit): void {
  assertSharedSetupKit(kit);
  assertExternalIds(kit.externalIds);
}
