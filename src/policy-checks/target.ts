import { classifyPrincipal } from '../trust-policy/principal.ts';
import type { Condition, PrincipalEntry, Statement } from '../trust-policy/trust-policy.ts';
import { compareExternalId, describeAccountIdTypo } from './compare-external-id.ts';
import type { CheckContext } from './context.ts';
import type { PolicyEvaluator } from './evaluate.ts';
import { isExternalIdKey } from './external-id-key.ts';
import type { UsableStatement } from './policy.ts';

/** Keys that tell whose identity the caller is. A statement for everyone that tests one of them is for those callers. */
const CALLER_KEY =
  /^aws:(principal(arn|account|orgid|orgpaths|type|isawsservice|servicename)|source(arn|account|orgid|orgpaths)|userid|username)$/i;

export const isCallerKey = ({ key }: Condition): boolean => CALLER_KEY.test(key);

export const trustsEveryone = ({ principals }: Pick<Statement, 'principals'>): boolean =>
  principals.entries.some(({ value }) => value === '*');

/** The principals of a statement that are meant to be the vendor. */
export const vendorEntries = ({ principals }: Statement, context: CheckContext): PrincipalEntry[] =>
  principals.entries.filter(({ type, value }) => type === 'AWS' && isInVendorAccount(value, context));

/**
 * The Allow statements that are for the vendor: those that name its account, or a typo of it, or everyone. Those that only have
 * its external ID count if there is no other: then one of them was probably meant to be it.
 */
export function vendorStatements(evaluator: PolicyEvaluator): UsableStatement[] {
  const allows = evaluator.withEffect('Allow');
  const forVendor = allows.filter((statement) => isForVendor(statement, evaluator));
  return forVendor.length > 0
    ? forVendor
    : allows.filter((statement) => !trustsEveryone(statement) && hasExternalId(statement, evaluator.context));
}

function isForVendor(statement: Statement, evaluator: PolicyEvaluator): boolean {
  const { context } = evaluator;
  if (vendorEntries(statement, context).length > 0) return true;
  const conditions = statement.conditions.filter(isCallerKey);
  const namesVendor = conditions.some(({ values }) =>
    values.some((value) => value.includes(context.vendor.accountId)),
  );
  const request = { externalId: context.externalIds[0] };
  return (
    trustsEveryone(statement) &&
    (namesVendor || conditions.every((one) => evaluator.meets(one, request) === true))
  );
}

const hasExternalId = ({ conditions }: Statement, context: CheckContext): boolean =>
  conditions
    .filter(isExternalIdKey)
    .flatMap(({ values }) => values)
    .some((value) => !['other', 'placeholder'].includes(compareExternalId(value, context).kind));

/** Whether a principal is in the vendor's account, or in an account whose ID looks like a typo of the vendor's. */
export function isInVendorAccount(principal: string, { vendor }: CheckContext): boolean {
  const account = accountOf(principal);
  if (account === undefined || account === vendor.accountId) return account !== undefined;
  return describeAccountIdTypo(account, vendor.accountId) !== undefined;
}

/** The account ID of a principal; undefined for `*` and for unique IDs of deleted identities. */
export function accountOf(principal: string): string | undefined {
  const form = classifyPrincipal(principal);
  if (form !== 'account' && form !== 'arn') return undefined;
  return /^\d+$/.test(principal) ? principal : principal.split(':')[4];
}
