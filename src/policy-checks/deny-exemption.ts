import type { CheckContext } from './context.ts';
import type { DenyChange } from './findings/catalogue/denials.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from './json-values.ts';
import type { UsableStatement } from './policy.ts';
import { isInVendorAccount, trustsEveryone } from './principals.ts';

/** A Deny statement that no longer applies to the vendor, and is the same for everyone else. */
export interface ExemptedDeny {
  /** Null if the statement is removed, because it applies to the vendor alone. */
  json: JsonObject | null;
  change: DenyChange;
}

/** Exempts the vendor's account from a Deny statement that may apply to it. */
export function exemptVendor(statement: UsableStatement, context: CheckContext): ExemptedDeny {
  const { json } = statement;
  if (trustsEveryone(statement)) return { json: withCondition(json, context), change: 'exempted' };
  const others = withoutPrincipals(json, (value) => isInVendorAccount(value, context));
  return { json: others, change: others === null ? 'statement_removed' : 'principal_removed' };
}

/** The statement without some of its AWS principals; null if no principal is left. */
export function withoutPrincipals(
  json: JsonObject,
  isRemoved: (principal: string) => boolean,
): JsonObject | null {
  const { Principal: principal } = json;
  if (!isObject(principal)) return null;
  const Principal = mapEntries(principal, (type, values) => {
    const kept = toList(values).filter((value) => type !== 'AWS' || !isRemoved(String(value)));
    if (kept.length === toList(values).length) return [type, values];
    return kept.length === 0 ? undefined : [type, fromList(kept)];
  });
  return Object.keys(Principal).length === 0 ? null : { ...json, Principal };
}

function withCondition(json: JsonObject, { vendor }: CheckContext): JsonObject {
  const condition = isObject(json.Condition) ? json.Condition : {};
  const nameIn = (object: JsonObject, name: string) =>
    Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  const operator = nameIn(condition, 'StringNotEquals');
  const block = isObject(condition[operator]) ? condition[operator] : {};
  const key = nameIn(block, 'aws:PrincipalAccount');
  const accounts = new Set([...toList(block[key] ?? []), vendor.accountId]);
  const exempted = { ...block, [key]: fromList([...accounts]) };
  return { ...json, Condition: { ...condition, [operator]: exempted } };
}
