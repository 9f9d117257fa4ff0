import type { PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import type { CheckContext } from './context.ts';
import { applies, type RoleRequest } from './evaluate.ts';
import type { DenyChange } from './findings/catalogue/denials.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from './json-values.ts';
import { parseStatement } from './parse/read-policy.ts';
import { isInVendorAccount, trustsEveryone } from './target.ts';

/** A Deny statement that no longer applies to the vendor, and is the same for everyone else. */
export interface ExemptedDeny {
  /** Null if the statement is removed, because it applies to the vendor alone. */
  json: JsonObject | null;
  change: DenyChange;
}

/** Every request that the vendor makes with a correct external ID. */
export const vendorRequests = (context: CheckContext): RoleRequest[] =>
  context.externalIds.flatMap((externalId) =>
    ['sts:AssumeRole', ...context.sessionActions].map((action) => ({ externalId, action })),
  );

/** Whether a Deny statement applies to a request of the vendor with a correct external ID. */
export function deniesVendor(
  statement: Statement,
  version: PolicyVersion,
  context: CheckContext,
): boolean | 'unknown' {
  const results = vendorRequests(context).map((request) => applies(statement, version, context, request));
  return results.includes(true) || (results.includes('unknown') ? 'unknown' : false);
}

/** Exempts the vendor's account from a Deny statement that may apply to it. */
export function exemptVendor(
  json: JsonObject,
  statement: Statement,
  version: PolicyVersion,
  context: CheckContext,
): ExemptedDeny {
  const withoutVendor = withoutVendorPrincipal(json, context);
  if (withoutVendor === null) return { json: null, change: 'statement_removed' };
  const change = withoutVendor === json || trustsEveryone(statement) ? 'exempted' : 'principal_removed';
  const exempted = change === 'exempted' ? withCondition(withoutVendor, context) : withoutVendor;
  const parsed = parseStatement(
    exempted,
    statement.index,
    ['Statement', statement.index],
    context.vendor.partition,
  );
  const isExempt = 'statement' in parsed && deniesVendor(parsed.statement, version, context) === false;
  return isExempt
    ? { json: exempted, change }
    : { json: withCondition(exempted, context), change: 'exempted' };
}

/** The statement without the vendor's principals; null if no other is left. */
function withoutVendorPrincipal(json: JsonObject, context: CheckContext): JsonObject | null {
  if (!isObject(json.Principal)) return json;
  const isVendor = (value: unknown) => typeof value === 'string' && isInVendorAccount(value, context);
  if (
    !Object.entries(json.Principal).some(([type, values]) => type === 'AWS' && toList(values).some(isVendor))
  )
    return json;
  const Principal = mapEntries(json.Principal, (type, values) => {
    if (type !== 'AWS') return [type, values];
    const kept = toList(values).filter((value) => !isVendor(value));
    return kept.length === 0 ? undefined : [type, Array.isArray(values) ? kept : fromList(kept)];
  });
  return Object.keys(Principal).length === 0 ? null : { ...json, Principal };
}

function withCondition(json: JsonObject, { vendor }: CheckContext): JsonObject {
  const condition = isObject(json.Condition) ? json.Condition : {};
  const operator =
    Object.keys(condition).find((name) => name.toLowerCase() === 'stringnotequals') ?? 'StringNotEquals';
  const block = isObject(condition[operator]) ? condition[operator] : {};
  const key =
    Object.keys(block).find((name) => name.toLowerCase() === 'aws:principalaccount') ??
    'aws:PrincipalAccount';
  const accounts = key in block ? toList(block[key]) : [];
  const exempted = { ...block, [key]: fromList([...new Set([...accounts, vendor.accountId])]) };
  return { ...json, Condition: { ...condition, [operator]: exempted } };
}
