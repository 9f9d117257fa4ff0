import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import { classifyPrincipal } from '../trust-policy/principal.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import type { CheckContext } from './context.ts';
import type { LocatedPrincipal, UsableStatement } from './policy.ts';

/** The principal element of a statement that is for everyone. */
export const ANYONE = {
  principals: { negated: false, entries: [{ type: '*', value: '*', path: '' }] },
} as const;

export const trustsEveryone = ({ principals }: Pick<Statement, 'principals'>): boolean =>
  principals.entries.some(({ value }) => value === '*');

/** The principals of a statement that are meant to be the vendor. */
export const vendorEntries = ({ principals }: UsableStatement, context: CheckContext): LocatedPrincipal[] =>
  principals.entries.filter(({ type, value }) => type === 'AWS' && isInVendorAccount(value, context));

/** Whether a statement that names the vendor also names others. */
export const isShared = (statement: UsableStatement, context: CheckContext): boolean => {
  const ofVendor = vendorEntries(statement, context).length;
  return ofVendor > 0 && ofVendor < statement.principals.entries.length && !trustsEveryone(statement);
};

/** Whether a principal is in the vendor's account, or in an account whose ID looks like a typo of the vendor's. */
export function isInVendorAccount(principal: string, { vendor }: CheckContext): boolean {
  const account = accountOf(principal);
  if (account === undefined || account === vendor.accountId) return account !== undefined;
  return findAccountIdTypo(account, vendor.accountId) !== undefined;
}

/** The account ID of a principal; undefined for `*` and for unique IDs of deleted identities. */
export function accountOf(principal: string): string | undefined {
  const form = classifyPrincipal(principal);
  if (form !== 'account' && form !== 'arn') return undefined;
  return /^\d+$/.test(principal) ? principal : principal.split(':')[4];
}

/** How an account ID differs from the intended one: in one digit, or by two adjacent digits that are swapped. */
export interface AccountIdTypo {
  kind: 'digit_differs' | 'digits_swapped';
  /** Of the first such digit, counted from 1. */
  position: number;
}

export function findAccountIdTypo(accountId: string, intended: string): AccountIdTypo | undefined {
  const [first = 0, second, third] = [...intended].flatMap((digit, i) => (digit === accountId[i] ? [] : [i]));
  if (accountId === intended || third !== undefined) return undefined;
  const position = first + 1;
  if (second === undefined) return { kind: 'digit_differs', position };
  const isSwapped =
    second === first + 1 && accountId[first] === intended[second] && accountId[second] === intended[first];
  return isSwapped ? { kind: 'digits_swapped', position } : undefined;
}

const MAX_IDENTITIES = 8;

/**
 * The caller that a principal or an ARN names, with wildcards filled in; a role of it for an account. Undefined if it is not
 * an account, role, user or session.
 */
export function callerOf(principal: string, itsPartition: string): CallerPrincipal | undefined {
  const arn = /^\d{12}$/.test(principal)
    ? `arn:${itsPartition}:iam::${principal}:root`
    : principal.replace(/[*?]/g, 'x');
  const [, partition = '', service, , accountId = '', resource = ''] = arn.split(':');
  const [kind, name = '', session] = resource.split('/');
  if (!/^\d{12}$/.test(accountId)) return undefined;
  const account = { accountId, partition };
  const role = (roleName: string, sessionArn?: string): CallerPrincipal => ({
    ...account,
    type: 'role',
    arn: `arn:${partition}:iam::${accountId}:role/${roleName}`,
    userId: { patterns: ['AROA*:*'], mayBeAbsent: false },
    ...(sessionArn && { sessionArn }),
  });
  if (service === 'sts' && kind === 'assumed-role' && session !== undefined) return role(name, arn);
  if (service !== 'iam') return undefined;
  if (kind === 'user')
    return { ...account, type: 'user', arn, userId: { patterns: ['AIDA*'], mayBeAbsent: false } };
  if (kind === 'role') return role(resource.slice('role/'.length));
  return kind === 'root' ? role('x') : undefined;
}

/** The principals that a statement names, in its conditions on the caller too. */
export const namedPrincipals = ({ principals, conditions }: Statement): string[] => [
  ...principals.entries.filter(({ type }) => type === 'AWS').map(({ value }) => value),
  ...conditions
    .filter(({ key }) => /^aws:principal(arn|account)$/i.test(key))
    .flatMap(({ values }) => values),
];

/** Identities of the vendor other than its broker that a statement may allow. */
export function otherVendorIdentities(statement: Statement, { vendor }: CheckContext): CallerPrincipal[] {
  const mayMatchAny =
    trustsEveryone(statement) ||
    statement.principals.entries.some(({ value }) => accountOf(value) === vendor.accountId);
  return [...namedPrincipals(statement), ...(mayMatchAny ? [vendor.accountId] : [])]
    .flatMap((principal) => callerOf(principal, vendor.partition) ?? [])
    .filter(({ accountId, partition }) => accountId === vendor.accountId && partition === vendor.partition)
    .slice(0, MAX_IDENTITIES);
}

/** A role and a user of somebody who has no relation to the vendor or the customer. */
export function strangersTo({ vendor: { accountId: vendorId, partition } }: CheckContext): CallerPrincipal[] {
  const accountId = vendorId === '000000000001' ? '000000000002' : '000000000001';
  const oneOf = (pattern: string) => ({ patterns: [pattern], mayBeAbsent: false });
  const arn = (resource: string) => oneOf(`arn:${partition}:iam::${accountId}:${resource}`);
  return [
    { accountId, partition, type: 'role', arn: arn('role/*'), userId: oneOf('AROA*:*') },
    { accountId, partition, type: 'user', arn: arn('user/*'), userId: oneOf('AIDA*') },
  ];
}
