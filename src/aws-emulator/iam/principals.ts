import { isValidPrincipal } from '../../trust-policy/principal.ts';
import type { PrincipalEntry, TrustPolicy } from '../../trust-policy/trust-policy.ts';
import { ADMIN_USER_NAME, adminUserId } from '../account-credentials.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { PrincipalIds, Role, RoleOwner, Roles } from './roles.ts';

const ACCOUNT_ID = /^\d{12}$/;
const ARN = /^arn:([a-z-]+):(iam|sts)::(\d{12}):([a-z-]+)(?:\/(.*))?$/;

/**
 * Resolves the principals of a trust policy to identities, as IAM does when a policy is saved.
 *
 * Roles and users must exist in accounts that the emulator hosts: the account of the role, and each account that has a role.
 * Principals of other accounts are accepted unresolved.
 *
 * @throws AwsError MalformedPolicyDocument for a principal of another partition, a role or user that does not exist, and a
 *   unique ID, which is all that IAM keeps of a deleted role or user
 */
export function resolvePrincipals({ statements }: TrustPolicy, owner: RoleOwner, roles: Roles): PrincipalIds {
  if (statements.some(({ principals }) => principals.entries.length === 0))
    throw new AwsError('MalformedPolicyDocument', 'AssumeRolepolicy contained an invalid principal');
  const entries = statements.flatMap(({ principals }) => principals.entries);
  const ids = entries.flatMap((entry): [string, string][] => {
    const id = resolvePrincipal(entry, owner, roles);
    return id === undefined ? [] : [[entry.value, id]];
  });
  return Object.fromEntries(ids);
}

function resolvePrincipal(entry: PrincipalEntry, owner: RoleOwner, roles: Roles): string | undefined {
  const { type, value } = entry;
  const [, partition, service, accountId = '', resource, name = ''] = ARN.exec(value) ?? [];
  if (!isValidPrincipal(entry, owner.partition)) throw invalidPrincipal(entry);
  if (type !== 'AWS' || value === '*' || ACCOUNT_ID.test(value)) return undefined;
  if (partition === undefined) throw invalidPrincipal(entry);
  const account = { partition, accountId };
  const isHosted = accountId === owner.accountId || roles.list(account).length > 0;
  if (service === 'sts' || resource === 'root' || !isHosted) return undefined;
  const id = resource === 'role' ? roles.findByArn(value)?.id : findUserId(account, name);
  if (id === undefined) throw invalidPrincipal(entry);
  return id;
}

function findUserId({ partition, accountId }: RoleOwner, name: string): string | undefined {
  return name === ADMIN_USER_NAME ? adminUserId(partition, accountId) : undefined;
}

function invalidPrincipal({ type, value }: PrincipalEntry): AwsError {
  return new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "${type}":"${value}"`);
}

/**
 * The trust policy of a role as IAM shows and evaluates it: a role that was deleted appears as its unique ID. That ID
 * allows nobody, not even a new role with the same name (IAM User Guide, "AWS JSON policy elements: Principal").
 */
export function currentTrustPolicy({ trustPolicy, principalIds = {} }: Role, roles: Roles): string {
  const deleted = Object.entries(principalIds).filter(
    ([arn, id]) => id.startsWith('AROA') && roles.findByArn(arn)?.id !== id,
  );
  if (deleted.length === 0) return trustPolicy;
  const idsByArn = new Map(deleted);
  const replaceArn = (_: string, value: unknown) =>
    typeof value === 'string' ? (idsByArn.get(value) ?? value) : value;
  return JSON.stringify(JSON.parse(trustPolicy), (key, value: unknown) =>
    key === 'Principal' ? JSON.parse(JSON.stringify(value), replaceArn) : value,
  );
}
