import { isStsExternalId } from '../../aws/external-id-format.ts';
import { isNegativeProbe, type NegativeProbe, PROBES } from '../../connections/verification.ts';
import type { CallerPrincipal } from '../../trust-policy/conditions/request-context.ts';
import { matchesPattern, wildcardPattern } from '../../trust-policy/conditions/wildcard.ts';
import type { ActionElement, Condition, Statement } from '../../trust-policy/trust-policy.ts';
import { compareExternalId } from '../compare-external-id.ts';
import { isExternalIdKey, isExternalIdKeyTypo } from '../condition-keys.ts';
import type { CheckContext } from '../context.ts';
import type { PolicyEvaluator, ProbeExternalIds, RoleRequest } from '../evaluate.ts';
import type { JsonPath } from '../json-values.ts';
import type { LocatedCondition, UsableStatement } from '../policy.ts';
import { ANYONE, otherVendorIdentities, strangersTo, trustsEveryone } from '../principals.ts';
import { type Finding, finding } from './finding.ts';

/** What the searches for unsafe statements share. */
interface Search {
  evaluator: PolicyEvaluator;
  ids: ProbeExternalIds;
  /** Whether the vendor may be able to assume the role with the correct external ID. */
  isVendorAllowed: boolean;
  /** Whether it certainly is. Otherwise the reasons for that are reported, with their fixes. */
  isAllowed: boolean;
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
  const isAllowed = evaluator.decide({ externalId: ids.correct }) === 'allowed';
  const search = { evaluator, ids, isVendorAllowed, isAllowed, findDeny };
  return evaluator.forVendor.flatMap((statement) => [
    ...findMissingEnforcement(statement, search),
    ...findWildcardPrincipal(statement, search),
  ]);
}

function findMissingEnforcement(statement: UsableStatement, search: Search): Finding[] {
  const { evaluator, ids, findDeny } = search;
  const hasCondition = 'Condition' in statement.json;
  const tested = search.isAllowed ? statement : asCorrected(statement, search);
  for (const principal of [undefined, ...otherVendorIdentities(statement, evaluator.context)]) {
    const allowed = PROBES.filter(isNegativeProbe)
      .map((probe) => {
        const request = { externalId: ids[probe], time: 'any' as const, ...(principal && { principal }) };
        return { probe, request };
      })
      .filter(({ request }) => evaluator.applies(tested, request) !== false);
    const open = allowed.filter(({ request }) => findDeny(request) === undefined);
    const found = open.flatMap(({ probe }) => explainProbe(statement, probe, principal, search));
    if (found.length > 0) return found;
    const deny = allowed[0] && findDeny(allowed[0].request);
    if (deny && open.length === 0 && !statement.conditions.some(isExternalIdKey))
      return [finding('external_id_by_deny', statement.at, { deny: deny.index, hasCondition })];
  }
  return [];
}

/**
 * A statement that denies the vendor, after the fixes of its principal, its action and its conditions on other keys. What
 * is left must not be unsafe.
 */
const asCorrected = (statement: UsableStatement, { evaluator }: Search): Statement => ({
  ...statement,
  ...ANYONE,
  actions: correctedActions(statement, evaluator),
  conditions: statement.conditions.filter((one) => isExternalIdKey(one) || isExternalIdKeyTypo(one.key)),
});

/** A statement that does not name sts:AssumeRole is the one for it only if no other one does. */
const correctedActions = ({ actions }: UsableStatement, evaluator: PolicyEvaluator): ActionElement =>
  evaluator.forVendor.some((one) => evaluator.namesAction(one, 'sts:AssumeRole'))
    ? actions
    : { negated: false, patterns: ['sts:AssumeRole'] };

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
    const hasCondition = 'Condition' in statement.json;
    const details = { isForUs: isVendorAllowed, hasCondition, hasOtherConditions, example };
    return [finding('external_id_not_demanded', statement.at, details)];
  }
  return conditions
    .filter((one) => evaluator.meets(one, { externalId: ids[probe] }) !== false)
    .flatMap((condition) => explainCondition(condition, probe, search));
}

function explainCondition(
  condition: LocatedCondition,
  probe: NegativeProbe,
  { evaluator, ids, isVendorAllowed }: Search,
): Finding[] {
  const { values, at: path } = condition;
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
    return [finding('wildcard', path, { operator, pattern, matched: { probe } })];
  // Without the correct ID anywhere, the value is a typo of it, which is the reason why the vendor is denied.
  if (!isVendorAllowed && evaluator.meets(condition, { externalId: ids.correct }) === false) return [];
  if (comparison === 'string-ignoring-case') return [finding('case_ignored', path, details)];
  const value = ids[probe] ?? '';
  const compared = { kind: 'other' as const };
  return [finding('other_external_id', path, { value, compared, isProbed: true })];
}

function findWildcardPrincipal(statement: UsableStatement, search: Search): Finding[] {
  if (!trustsEveryone(statement)) return [];
  const { evaluator, findDeny, isAllowed } = search;
  // A stranger may know whichever external ID the statement requires, and which one it should be.
  const conditions = statement.conditions.filter((one) => !isExternalIdKey(one));
  const actions = isAllowed ? statement.actions : correctedActions(statement, evaluator);
  const tested = { ...statement, actions, conditions };
  const strangers = strangersTo(evaluator.context);
  const isOpen = [null, ...evaluator.context.externalIds]
    .flatMap((externalId) => strangers.map((principal) => ({ externalId, principal, isStranger: true })))
    .some((request) => evaluator.applies(tested, request) !== false && findDeny(request) === undefined);
  const narrowedBy = statement.conditions.filter((one) => !isExternalIdKey(one)).map(({ key }) => key);
  return isOpen ? [finding('wildcard_principal', [...statement.at, 'Principal'], { narrowedBy })] : [];
}

/** Enough for any list that a person writes; a limit keeps the work bounded. */
const MAX_TESTED_IDS = 24;

/**
 * Finds external IDs that the probes do not send. Each candidate comes from a value or pattern in the document, and is
 * reported only if its statement allows it.
 *
 * @param explained findings whose conditions need no list of the other IDs that they accept
 */
export function findOtherExternalIds(evaluator: PolicyEvaluator, explained: readonly Finding[]): Finding[] {
  const { context } = evaluator;
  const isExplained = (path: JsonPath) => explained.some((one) => one.path.join('\n') === path.join('\n'));
  // A condition that denies the vendor is reported as such, with the same fix.
  const acceptsVendor = (condition: Condition) =>
    context.externalIds.some((externalId) => evaluator.meets(condition, { externalId }) !== false);
  return evaluator.forVendor
    .filter(({ at }) => !isExplained(at))
    .flatMap((statement) =>
      statement.conditions
        .filter((one) => isExternalIdKey(one) && !isExplained(one.at) && acceptsVendor(one))
        .map((condition) => ({ statement, condition })),
    )
    .flatMap((one) => acceptedExamples(one.condition).map((example) => ({ ...one, ...example })))
    .filter(({ externalId }) => !context.externalIds.includes(externalId))
    .slice(0, MAX_TESTED_IDS)
    .filter(
      ({ statement, externalId }) => evaluator.applies(statement, { externalId, time: 'any' }) !== false,
    )
    .flatMap(({ condition, value, externalId }) => describeAccepted(condition, value, externalId, context));
}

function describeAccepted(
  { operator, at: path }: LocatedCondition,
  value: string,
  externalId: string,
  context: CheckContext,
): Finding | [] {
  const compared = compareExternalId(externalId, context);
  if (value !== externalId) {
    const details = { operator: operator.name, pattern: value, matched: { externalId } };
    // Each `?` in the right ID allows one character to differ, and a verification does not try each position.
    const isRightId = context.externalIds.some((id) => matchesPattern(wildcardPattern(value), id));
    return finding('wildcard', path, details, isRightId && !value.includes('*') ? 'warning' : 'error');
  }
  if (compared.kind === 'active') return [];
  return compared.kind === 'retired'
    ? finding('retired_external_id', path, { value, isAlone: false }, 'warning')
    : finding('other_external_id', path, { value, compared, isProbed: false }, 'warning');
}

/** External IDs that the values of a condition may accept. */
const acceptedExamples = ({ values, operator }: Condition): { value: string; externalId: string }[] =>
  values.flatMap((value) => {
    const examples =
      operator.comparison === 'like' && /[*?]/.test(value)
        ? ['', 'x', '0a'].map((filling) => value.replaceAll('*', filling).replaceAll('?', 'x'))
        : [value];
    return [...new Set(examples)].filter(isStsExternalId).map((externalId) => ({ value, externalId }));
  });
