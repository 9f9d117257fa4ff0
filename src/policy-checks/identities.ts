import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import type { CheckContext } from './context.ts';
import type { RoleRequest } from './evaluate.ts';
import { accountOf, trustsEveryone } from './target.ts';

const MAX_IDENTITIES = 8;

/** The caller that an ARN names, with wildcards filled in; undefined if it is not a role, user or session. */
export function callerOf(arn: string): CallerPrincipal | undefined {
  const [, partition = '', service, , accountId = '', resource = ''] = arn.replace(/[*?]/g, 'x').split(':');
  const [kind, name = '', session] = resource.split('/');
  if (!/^\d{12}$/.test(accountId)) return undefined;
  const account = { accountId, partition };
  const role = { ...account, type: 'role' as const, userId: 'AROAOTHER:session' };
  if (service === 'sts' && kind === 'assumed-role' && session !== undefined)
    return { ...role, arn: `arn:${partition}:iam::${accountId}:role/${name}`, sessionArn: arn };
  if (service !== 'iam') return undefined;
  const plain = arn.replace(/[*?]/g, 'x');
  if (kind === 'user') return { ...account, type: 'user', arn: plain, userId: 'AIDAOTHER' };
  if (kind === 'role') return { ...role, arn: plain };
  return kind === 'root' ? { ...role, arn: `arn:${partition}:iam::${accountId}:role/x` } : undefined;
}

/** The ARNs that a statement names: as principals, or in a condition on the caller. */
export const namedArns = ({ principals, conditions }: Statement): string[] => [
  ...principals.entries.filter(({ type }) => type === 'AWS').map(({ value }) => value),
  ...conditions.filter(({ key }) => key.toLowerCase() === 'aws:principalarn').flatMap(({ values }) => values),
];

/** Identities of the vendor other than its broker that a statement may allow. */
export function otherVendorIdentities(statement: Statement, { vendor }: CheckContext): CallerPrincipal[] {
  const iam = `arn:${vendor.partition}:iam::${vendor.accountId}`;
  const mayMatchAny =
    trustsEveryone(statement) ||
    statement.principals.entries.some(({ value }) => accountOf(value) === vendor.accountId);
  const arns = [...namedArns(statement), ...(mayMatchAny ? [`${iam}:role/x`] : [])];
  return arns
    .flatMap((arn) => callerOf(arn) ?? [])
    .filter(({ accountId, partition }) => accountId === vendor.accountId && partition === vendor.partition)
    .slice(0, MAX_IDENTITIES);
}

/** The requests of somebody who has no relation to the vendor or the customer: without an external ID, or with the tenant's. */
export function strangerRequests({ vendor, externalIds }: CheckContext): RoleRequest[] {
  const accountId = vendor.accountId === '000000000001' ? '000000000002' : '000000000001';
  const arn = { patterns: [`arn:${vendor.partition}:iam::${accountId}:*`], mayBeAbsent: false };
  const userId = { patterns: ['AROA*:*', 'AIDA*'], mayBeAbsent: false };
  const principal: CallerPrincipal = { type: 'unknown', arn, accountId, partition: vendor.partition, userId };
  return [null, ...externalIds].map((externalId) => ({ externalId, principal, isStranger: true }));
}
