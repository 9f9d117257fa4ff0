import { parseRoleArn } from '../../aws/arn.ts';
import type { RequiredAttributes } from '../../broker/session-attributes.ts';

/** The vendor's own roles, from which all formats are rendered. */
export interface VendorRoles {
  partition: string;
  /** The account of the broker role; 12 digits. */
  accountId: string;
  /** Other accounts of the vendor: no customer may register a role there. */
  otherOwnAccountIds: readonly string[];
  broker: RoleName & { principal: BrokerPrincipal };
  /** Path and name of the roles that customers create, such as `/CountersignAccess`; `/*`: roles of any name. */
  customerRoles: readonly [string, ...string[]];
  /** Session attributes that access profiles add, or that the broker's own session carries. */
  sessionAttributes: RequiredAttributes;
  /** Those of the broker's own session alone, which the canary role must allow. */
  brokerAttributes: RequiredAttributes;
  canary: CanaryRole | null;
}

/** Where the broker's credentials come from: it decides the trust policy of the broker role. */
export type BrokerPrincipal =
  | { type: 'service'; service: string }
  | { type: 'arn'; arn: string }
  | { type: 'oidc'; providerArn: string; subject: string; audience: string };

export interface RoleName {
  /** Begins and ends with a slash. */
  path: string;
  name: string;
}

export interface CanaryRole extends RoleName {
  accountId: string;
  externalId: string;
}

/** As a customer's role, but with any name. */
export const ANY_ROLE = '/*';

export const brokerRoleArn = ({ partition, accountId, broker }: VendorRoles): string =>
  `arn:${partition}:iam::${accountId}:role${broker.path}${broker.name}`;

export const canaryRoleArn = ({ partition }: VendorRoles, { accountId, path, name }: CanaryRole): string =>
  `arn:${partition}:iam::${accountId}:role${path}${name}`;

/** Whether a text is the path and the name of an IAM role, without characters that a policy would read as a pattern. */
export function isRolePathAndName(text: string): boolean {
  if (text === ANY_ROLE) return true;
  return /^\/[\w+=,.@/-]+$/.test(text) && parseRoleArn(`arn:aws:iam::000000000000:role${text}`) !== null;
}

/** Rejects values that would make another policy than the one described. */
export function assertVendorRoles(roles: VendorRoles): void {
  const { accountId, otherOwnAccountIds, canary, customerRoles } = roles;
  for (const id of [accountId, ...otherOwnAccountIds, ...(canary ? [canary.accountId] : [])])
    assert(/^\d{12}$/.test(id), `the account ${id} must have 12 digits`);
  assert(/^aws(-[a-z]+)*$/.test(roles.partition), 'the partition must be an AWS partition');
  assert(
    isRolePathAndName(roles.broker.path + roles.broker.name),
    'the name of the broker role must be one that IAM accepts',
  );
  for (const role of customerRoles)
    assert(isRolePathAndName(role), `${role} must be path and name of a role`);
  if (canary === null) return;
  assert(canary.accountId !== accountId, 'the canary role must be in another account than the broker role');
  assert(isRolePathAndName(canary.path + canary.name), 'the canary role must have a name that IAM accepts');
  // The deny for the own accounts would apply to it.
  assert(
    !customerRoles.includes(canary.path + canary.name),
    "the canary role must have another name than customers' roles",
  );
}

function assert(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(`vendor setup: ${message}`);
}
