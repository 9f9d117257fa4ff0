import {
  isNegativeProbe,
  NEGATIVE_PROBE_DESCRIPTIONS,
  type NegativeProbe,
  PROBES,
} from '../../connections/verification.ts';
import type { CallerPrincipal } from '../../trust-policy/conditions/request-context.ts';
import type { Condition } from '../../trust-policy/trust-policy.ts';
import type { PolicyEvaluator, ProbeExternalIds, RoleRequest } from '../evaluate.ts';
import { isExternalIdKey, isExternalIdKeyTypo } from '../external-id-key.ts';
import { otherVendorIdentities, strangerTo } from '../identities.ts';
import type { JsonPath } from '../json-values.ts';
import { conditionPath, type UsableStatement } from '../policy.ts';
import { isCallerKey, trustsEveryone, vendorStatements } from '../target.ts';
import { type Finding, finding } from './finding.ts';

/** What the searches for unsafe statements share. */
interface Search {
  evaluator: PolicyEvaluator;
  ids: ProbeExternalIds;
  /** Whether the vendor may be able to assume the role with the correct external ID. */
  isVendorAllowed: boolean;
  /** The Deny statement that certainly applies to a request and not to the vendor's right ones, which would have to change. */
  findDeny(request: RoleRequest): UsableStatement | undefined;
}

/**
 * Finds the reasons why a statement allows the vendor without the correct external ID, or allows everyone. A condition that
 * cannot be evaluated offline counts as met, since it does not replace an external ID.
 */
export function findUnsafeAllows(
  evaluator: PolicyEvaluator,
  ids: ProbeExternalIds,
  isVendorAllowed: boolean,
): Finding[] {
  const denies = evaluator.withEffect('Deny').filter((one) => evaluator.deniesVendor(one) === false);
  const findDeny = (request: RoleRequest) => denies.find((one) => evaluator.applies(one, request) === true);
  const search = { evaluator, ids, isVendorAllowed, findDeny };
  return vendorStatements(evaluator).flatMap((statement) => [
    ...findMissingEnforcement(statement, search),
    ...findWildcardPrincipal(statement, search),
  ]);
}

function findMissingEnforcement(statement: UsableStatement, search: Search): Finding[] {
  const { evaluator, ids, findDeny } = search;
  const tested = search.isVendorAllowed ? statement : withoutOtherConditions(statement);
  for (const principal of [undefined, ...otherVendorIdentities(statement, evaluator.context)]) {
    const allowed = PROBES.filter(isNegativeProbe)
      .map((probe) => {
        const request = { externalId: ids[probe], isAtAnyTime: true, ...(principal && { principal }) };
        return { probe, request };
      })
      .filter(({ request }) => evaluator.applies(tested, request) !== false);
    const open = allowed.filter(({ request }) => findDeny(request) === undefined);
    const found = open.flatMap(({ probe }) => explainProbe(statement, probe, principal, search));
    if (found.length > 0) return found;
    const deny = allowed[0] && findDeny(allowed[0].request);
    if (deny && open.length === 0 && !statement.conditions.some(isExternalIdKey))
      return [finding('external_id_by_deny', statement.at, { deny: deny.index })];
  }
  return [];
}

/** The fix of a condition that is never met is to remove it, and what is left must not be unsafe. */
const withoutOtherConditions = (statement: UsableStatement): UsableStatement => ({
  ...statement,
  conditions: statement.conditions.filter(
    (one) => isExternalIdKey(one) || isExternalIdKeyTypo(one.key) || isCallerKey(one),
  ),
});

function explainProbe(
  statement: UsableStatement,
  probe: NegativeProbe,
  principal: CallerPrincipal | undefined,
  search: Search,
): Finding[] {
  const { evaluator, ids, isVendorAllowed } = search;
  const conditions = statement.conditions.filter(isExternalIdKey);
  if (conditions.length === 0) {
    const hasOtherConditions = statement.conditions.length > 0;
    const example = typeof principal?.arn === 'string' ? principal.arn : null;
    const details = { isForUs: isVendorAllowed, hasOtherConditions, example };
    return [finding('external_id_not_demanded', statement.at, details)];
  }
  return conditions
    .filter((one) => evaluator.meets(one, { externalId: ids[probe] }) !== false)
    .flatMap((condition) => explainCondition(condition, conditionPath(statement, condition), probe, search));
}

function explainCondition(
  condition: Condition,
  path: JsonPath,
  probe: NegativeProbe,
  { evaluator, ids }: Search,
): Finding[] {
  const { values } = condition;
  const { name: operator, comparison, negated, ifExists, setOperator } = condition.operator;
  const details = { operator, deniesUs: false };
  if (comparison === 'null')
    return [finding('null_condition', path, { ...details, acceptsMissing: probe === 'missing' })];
  if (negated) return [finding('negated_operator', path, details)];
  if (probe === 'missing') {
    if (ifExists) return [finding('if_exists', path, details)];
    return setOperator === 'ForAllValues' ? [finding('for_all_values', path, details)] : [];
  }
  const hasVariables = evaluator.policy.version === '2012-10-17';
  const variable = values.find((value) => value.includes('${'));
  if (hasVariables && variable !== undefined)
    return [finding('variable', path, { value: variable, hasVariables, deniesUs: false })];
  const pattern = values.find((value) => /[*?]/.test(value));
  if (comparison === 'like' && pattern !== undefined)
    return [finding('wildcard', path, { operator, pattern, example: NEGATIVE_PROBE_DESCRIPTIONS[probe] })];
  // Without the correct ID beside it, the value is a typo of it, which is the reason why the vendor is denied.
  if (evaluator.meets(condition, { externalId: ids.correct }) === false) return [];
  if (comparison === 'string-ignoring-case') return [finding('case_ignored', path, details)];
  const value = ids[probe] ?? '';
  const description = `the list also contains ${JSON.stringify(value)}`;
  return [finding('other_external_id', path, { value, description, isProbed: true })];
}

function findWildcardPrincipal(statement: UsableStatement, { evaluator, findDeny }: Search): Finding[] {
  if (!trustsEveryone(statement)) return [];
  const principal = strangerTo(evaluator.context);
  const isOpen = [null, ...evaluator.context.externalIds]
    .map((externalId) => ({ externalId, principal, isStranger: true }))
    .some((request) => evaluator.applies(statement, request) !== false && findDeny(request) === undefined);
  const narrowedBy = statement.conditions.filter((one) => !isExternalIdKey(one)).map(({ key }) => key);
  return isOpen ? [finding('wildcard_principal', [...statement.at, 'Principal'], { narrowedBy })] : [];
}
