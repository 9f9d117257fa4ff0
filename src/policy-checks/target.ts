import { classifyPrincipal } from '../trust-policy/principal.ts';
import type { Condition, PolicyVersion, PrincipalEntry, Statement } from '../trust-policy/trust-policy.ts';
import { compareExternalId, isAccountIdTypo } from './compare-external-id.ts';
import type { CheckContext } from './context.ts';
import { meets } from './evaluate.ts';
import { isExternalIdKey } from './external-id-key.ts';
import { type Policy, type StatementEntry, usableEntries } from './policy.ts';

/**
 * Whom a statement is for. `vendor`: it names the vendor's account, or a typo of it, or everyone. `intended`: it does not, but
 * has the external ID. `others`: the suggested policy keeps it unchanged.
 */
type Target = 'vendor' | 'intended' | 'others';

/** Keys that tell whose identity the caller is. A statement for everyone that tests one of them is for those callers. */
const CALLER_KEYS = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:userid',
  'aws:username',
];

export const isCallerKey = ({ key }: Condition): boolean => CALLER_KEYS.includes(key.toLowerCase());

export const trustsEveryone = ({ principals }: Pick<Statement, 'principals'>): boolean =>
  principals.entries.some(({ value }) => value === '*');

/** The principals of a statement that are meant to be the vendor. */
export const vendorEntries = ({ principals }: Statement, context: CheckContext): PrincipalEntry[] =>
  principals.entries.filter(({ type, value }) => type === 'AWS' && isInVendorAccount(value, context));

function targetOf(statement: Statement, version: PolicyVersion, context: CheckContext): Target {
  if (vendorEntries(statement, context).length > 0) return 'vendor';
  const request = { externalId: context.externalIds[0] };
  if (trustsEveryone(statement)) {
    const callerConditions = statement.conditions.filter(isCallerKey);
    const namesVendor = callerConditions.some(({ values }) =>
      values.some((value) => value.includes(context.vendor.accountId)),
    );
    const includesVendor = callerConditions.every((one) => meets(one, version, context, request) === true);
    return namesVendor || includesVendor ? 'vendor' : 'others';
  }
  const hasExternalId = statement.conditions
    .filter(isExternalIdKey)
    .some(({ values }) =>
      values.some((value) => !['other', 'placeholder'].includes(compareExternalId(value, context).kind)),
    );
  return hasExternalId ? 'intended' : 'others';
}

/**
 * The Allow statements that are for the vendor. Those that only have its external ID count if there is no other: then one of
 * them was probably meant to be it.
 */
export function vendorStatements(
  policy: Policy,
  context: CheckContext,
): { entry: StatementEntry; statement: Statement }[] {
  const allows = usableEntries(policy, 'Allow').map((one) => ({
    ...one,
    target: targetOf(one.statement, policy.version, context),
  }));
  const forVendor = allows.filter(({ target }) => target === 'vendor');
  return forVendor.length > 0 ? forVendor : allows.filter(({ target }) => target === 'intended');
}

/** Whether a principal is in the vendor's account, or in an account whose ID looks like a typo of the vendor's. */
export function isInVendorAccount(principal: string, { vendor }: CheckContext): boolean {
  const account = accountOf(principal);
  return (
    account !== undefined && (account === vendor.accountId || isAccountIdTypo(account, vendor.accountId))
  );
}

/** The account ID of a principal; undefined for `*` and for unique IDs of deleted identities. */
export function accountOf(principal: string): string | undefined {
  const form = classifyPrincipal(principal);
  if (form !== 'account' && form !== 'arn') return undefined;
  return /^\d+$/.test(principal) ? principal : principal.split(':')[4];
}
