import { parseOperator } from '../trust-policy/parse/parse-operator.ts';
import { principalMatches } from '../trust-policy/principal.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import { toStatementSet } from './analysis-context.ts';
import { hasWildcardPrincipal } from './classify-statement.ts';
import { compareExternalId, isAccountIdTypo } from './compare-external-id.ts';
import { evaluateRequest } from './evaluate-probes.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from './json-values.ts';
import { parseStatement, type StatementEntry } from './policy-document.ts';
import { type PolicyRequirements, vendorPrincipal } from './requirements.ts';

/** The repair of a Deny statement that denies the vendor. */
export interface RepairedDeny {
  /** Null if the statement is removed. */
  json: JsonObject | null;
  change: 'external_ids_added' | 'principal_removed' | 'vendor_exempted' | 'statement_removed';
}

/** Whether a Deny statement applies to a request of the vendor with a correct external ID. */
export function deniesVendor(
  statement: Statement,
  requirements: PolicyRequirements,
  supportsVariables: boolean,
): boolean {
  if (statement.effect !== 'Deny') return false;
  const set = toStatementSet(statement, { supportsVariables });
  return requirements.externalIds.some((externalId) =>
    ['sts:AssumeRole', ...requirements.sessionActions].some(
      (action) => evaluateRequest(set, requirements, { externalId, action }).reason === 'statement_denies',
    ),
  );
}

/**
 * Repairs a Deny statement so that it no longer denies the vendor, and changes as little as possible for everyone else.
 * The statement is removed only if it applies to the vendor alone.
 */
export function repairDeny(
  entry: StatementEntry,
  requirements: PolicyRequirements,
  supportsVariables: boolean,
): RepairedDeny {
  const json = entry.usable?.json ?? {};
  const isForEveryone = entry.usable !== null && hasWildcardPrincipal(entry.usable.statement);
  const candidates: RepairedDeny[] = [
    { json: withExternalIdsAdded(json, requirements), change: 'external_ids_added' },
    { json: withoutVendorPrincipal(json, requirements), change: 'principal_removed' },
    { json: isForEveryone ? withVendorExempted(json, requirements) : null, change: 'vendor_exempted' },
  ];
  const repaired = candidates.find((candidate) => {
    if (candidate.json === null) return false;
    const parsed = parseStatement(candidate.json, entry.index, entry.path);
    return 'statement' in parsed && !deniesVendor(parsed.statement, requirements, supportsVariables);
  });
  return repaired ?? { json: null, change: 'statement_removed' };
}

/** Adds the tenant's external IDs to a statement that denies requests without one of certain IDs. */
function withExternalIdsAdded(json: JsonObject, requirements: PolicyRequirements): JsonObject | null {
  if (!isObject(json.Condition)) return null;
  let isAdded = false;
  const Condition = mapEntries(json.Condition, (name, block) => {
    const operator = parseOperator(name);
    const comparesStrings =
      operator && ['string', 'like', 'string-ignoring-case'].includes(operator.comparison);
    if (!operator?.negated || !comparesStrings || !isObject(block)) return [name, block];
    const keys = mapEntries(block, (key, values) => {
      if (key.toLowerCase() !== 'sts:externalid') return [key, values];
      isAdded = true;
      return [key, fromList([...otherExternalIds(values, requirements), ...requirements.externalIds])];
    });
    return [name, keys];
  });
  return isAdded ? { ...json, Condition } : null;
}

/** Removes the tenant's external IDs, and typos of them, from the values of a condition. */
const otherExternalIds = (values: unknown, requirements: PolicyRequirements): unknown[] =>
  toList(values).filter(
    (value) =>
      typeof value !== 'string' ||
      !['mistyped', 'active'].includes(compareExternalId(value, requirements).kind),
  );

function withoutVendorPrincipal(json: JsonObject, requirements: PolicyRequirements): JsonObject | null {
  if (!isObject(json.Principal)) return null;
  const Principal = mapEntries(json.Principal, (type, values) => {
    if (type !== 'AWS') return [type, values];
    const kept = toList(values).filter((value) => !namesVendor(value, requirements));
    if (kept.length === 0) return undefined;
    return [type, Array.isArray(values) ? kept : fromList(kept)];
  });
  return Object.keys(Principal).length === 0 ? null : { ...json, Principal };
}

function namesVendor(value: unknown, requirements: PolicyRequirements): boolean {
  if (typeof value !== 'string' || value === '*') return false;
  const entry = { type: 'AWS' as const, value, path: '' };
  return principalMatches({ negated: false, entries: [entry] }, vendorPrincipal(requirements)) === true;
}

/** Adds a condition that exempts the vendor's account, and replaces typos of it that are exempt already. */
function withVendorExempted(json: JsonObject, { vendor }: PolicyRequirements): JsonObject {
  const { accountId } = vendor;
  const condition = isObject(json.Condition) ? json.Condition : {};
  const operator = Object.keys(condition).find((name) => name.toLowerCase() === 'stringnotequals');
  const block = operator && isObject(condition[operator]) ? (condition[operator] as JsonObject) : {};
  const key = Object.keys(block).find((name) => name.toLowerCase() === 'aws:principalaccount');
  const otherAccounts = key
    ? toList(block[key]).filter(
        (account) => typeof account !== 'string' || !isAccountIdTypo(account, accountId),
      )
    : [];
  const exempted = { ...block, [key ?? 'aws:PrincipalAccount']: fromList([...otherAccounts, accountId]) };
  return { ...json, Condition: { ...condition, [operator ?? 'StringNotEquals']: exempted } };
}
