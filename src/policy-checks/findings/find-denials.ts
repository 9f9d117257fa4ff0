import { PROBES } from '../../connections/verification.ts';
import { principalMatches } from '../../trust-policy/principal.ts';
import { compareExternalId } from '../compare-external-id.ts';
import { isExternalIdKey, isExternalIdKeyTypo } from '../condition-keys.ts';
import type { CallerName, CheckContext } from '../context.ts';
import { exemptVendor } from '../deny-exemption.ts';
import type { PolicyEvaluator, ProbeExternalIds } from '../evaluate.ts';
import type { LocatedCondition, LocatedPrincipal, UsableStatement } from '../policy.ts';
import { accountOf, findAccountIdTypo, trustsEveryone, vendorEntries } from '../principals.ts';
import { type Finding, finding } from './finding.ts';

/** Finds the reasons why no statement for the vendor allows it with the correct external ID. */
export function findDenials(evaluator: PolicyEvaluator, externalId: string): Finding[] {
  const { forVendor } = evaluator;
  // Then only a Deny is the reason, and the other statements do not matter.
  if (forVendor.some((statement) => evaluator.applies(statement, { externalId }) === true)) return [];
  // A separate statement for sts:TagSession alone is common, and is not the one that denies sts:AssumeRole.
  const forAssumeRole = forVendor.filter((statement) => evaluator.namesAction(statement, 'sts:AssumeRole'));
  const found = (forAssumeRole.length > 0 ? forAssumeRole : forVendor).flatMap((statement) => [
    ...findPrincipalMismatch(statement, evaluator.context),
    ...findWrongAction(statement, evaluator),
    ...statement.conditions.flatMap((condition) => {
      // During a rotation, one of the two external IDs is enough.
      const ids = isExternalIdKey(condition) ? evaluator.context.externalIds : [externalId];
      const results = ids.map((id) => evaluator.meets(condition, { externalId: id }));
      const isMet = results.includes(true) || (results.includes('unknown') && 'unknown');
      if (isMet === 'unknown') return unknownCondition(statement, condition, evaluator);
      return isMet ? [] : explainCondition(statement, condition, evaluator);
    }),
  ]);
  // A statement that IAM rejects may be the one for the vendor, so nothing can be said about what is missing.
  const areAllUsable = evaluator.policy.entries.every(({ usable }) => usable !== null);
  if (forVendor.length > 0 || !areAllUsable) return found;
  return [finding('vendor_not_trusted', [], { isOnlyForServices: false })];
}

function findPrincipalMismatch(statement: UsableStatement, context: CheckContext): Finding[] {
  const matches = principalMatches(statement.principals, context.caller);
  if (matches === true) return [];
  const { entries } = statement.principals;
  const named = entries.filter(({ type, value }) => type === 'AWS' && accountOf(value) !== undefined);
  if (named.length === 0) {
    const isOnlyForServices = entries.every(({ type }) => type !== 'AWS');
    return [finding('vendor_not_trusted', [...statement.at, 'Principal'], { isOnlyForServices })];
  }
  // If one principal is nearly the vendor's, the others belong to somebody else and are correct.
  const nearlyVendor = vendorEntries(statement, context);
  return (nearlyVendor.length > 0 ? nearlyVendor : named).map((one) =>
    explainPrincipal(one, matches === 'unknown', context),
  );
}

function explainPrincipal(
  { value, at: path }: LocatedPrincipal,
  isUnknown: boolean,
  context: CheckContext,
): Finding {
  const { accountId } = context.vendor;
  const account = accountOf(value) ?? '';
  if (account !== accountId) {
    const typo = findAccountIdTypo(account, accountId) ?? null;
    return finding('wrong_account', path, { value, account, typo });
  }
  const details = { value, caller: isUnknown ? null : nameCaller(context) };
  return finding('other_principal', path, details);
}

/** The identity that calls; null if it is not known. */
function nameCaller({ caller }: CheckContext): CallerName | null {
  if (typeof caller.arn === 'string') return { arn: caller.arn };
  const role = caller.arn.patterns[0]?.split('/').at(-1);
  return caller.type === 'role' && role !== undefined ? { role } : null;
}

function findWrongAction(statement: UsableStatement, evaluator: PolicyEvaluator): Finding[] {
  if (evaluator.namesAction(statement, 'sts:AssumeRole')) return [];
  const { negated, patterns: actions } = statement.actions;
  return [finding('wrong_action', [...statement.at, negated ? 'NotAction' : 'Action'], { actions, negated })];
}

function explainCondition(
  statement: UsableStatement,
  condition: LocatedCondition,
  { policy, context }: PolicyEvaluator,
): Finding {
  if (isExternalIdKey(condition))
    return explainExternalId(condition, policy.version === '2012-10-17', context);
  const { key, values, at: path } = condition;
  const details = { operator: condition.operator.name, trustsEveryone: trustsEveryone(statement) };
  return key.toLowerCase() === 'aws:principalarn'
    ? finding('principal_arn_mismatch', path, { ...details, values, caller: nameCaller(context) })
    : finding('condition_not_met', path, { ...details, key, isTypo: isExternalIdKeyTypo(key) });
}

function explainExternalId(
  { operator: { name: operator, comparison, negated }, values, at: path }: LocatedCondition,
  hasVariables: boolean,
  context: CheckContext,
): Finding {
  const details = { operator, deniesUs: true };
  if (comparison === 'null') return finding('null_condition', path, { ...details, acceptsMissing: true });
  if (negated) return finding('negated_operator', path, details);
  if (!['string', 'like', 'string-ignoring-case'].includes(comparison))
    return finding('operator_unsuited', path, { operator });
  const compared = values.flatMap((value) => {
    const one = compareExternalId(value, context);
    return one.kind === 'active' ? [] : [{ value, compared: one }];
  });
  const ofKind = (kind: string) => compared.find((one) => one.compared.kind === kind);
  const mistyped = ofKind('mistyped');
  if (mistyped) return finding('external_id_mistyped', path, mistyped);
  const retired = ofKind('retired');
  if (retired) return finding('retired_external_id', path, { value: retired.value, isAlone: true });
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined)
    return finding('variable', path, { value: variable, hasVariables, deniesUs: true });
  const pattern = compared.find(({ value }) => /[*?]/.test(value));
  const accepted = pattern ?? compared[0] ?? null;
  const isLiteralPattern = comparison === 'string' && pattern !== undefined;
  return finding('wrong_external_id', path, { accepted, isLiteralPattern });
}

/**
 * Finds the Deny statements that apply to the vendor's right requests, and those that may, because they name an identity
 * that may be the broker. Conditions that are not known are reported each for itself.
 */
export function findDenyHits(evaluator: PolicyEvaluator): Finding[] {
  const { context } = evaluator;
  const request = { externalId: context.externalIds[0] };
  return evaluator.withEffect('Deny').flatMap((statement) => {
    const denies = evaluator.deniesVendor(statement);
    const isOpen = statement.conditions.some((one) => evaluator.meets(one, request) === 'unknown');
    if (denies === false || (denies === 'unknown' && isOpen)) return [];
    const { change } = exemptVendor(statement, context);
    const key = statement.conditions.find((one) => !isExternalIdKey(one))?.key ?? null;
    const isCertain = denies === true;
    return [
      finding('deny_hits_us', statement.at, { key, change, isCertain }, isCertain ? 'error' : 'warning'),
    ];
  });
}

/**
 * Finds the conditions that make the result of a probe unknown. Those of a Deny that may apply to the vendor count even
 * while nothing allows it.
 */
export function findUnknownConditions(evaluator: PolicyEvaluator, ids: ProbeExternalIds): Finding[] {
  const open = PROBES.map((probe) => ({ externalId: ids[probe] })).filter(
    ({ externalId }) => evaluator.canAssumeRole(externalId) === 'unknown',
  );
  return evaluator.statements.flatMap((statement) => {
    const isDenyOpen = statement.effect === 'Deny' && evaluator.deniesVendor(statement) === 'unknown';
    const requests = isDenyOpen ? [...evaluator.vendorRequests, ...open] : open;
    const request = requests.find((one) => evaluator.applies(statement, one) === 'unknown');
    if (request === undefined) return [];
    return statement.conditions
      .filter((condition) => evaluator.meets(condition, request) === 'unknown')
      .map((condition) => unknownCondition(statement, condition, evaluator));
  });
}

function unknownCondition(
  statement: UsableStatement,
  { operator, key, values, at }: LocatedCondition,
  { context }: PolicyEvaluator,
): Finding {
  const isDeny = statement.effect === 'Deny';
  const variable = values.find((value) => value.includes('${'));
  // Its fix is not to remove the condition, which would open the role.
  if (!isDeny && variable !== undefined && isExternalIdKey({ key }))
    return finding('variable', at, { value: variable, hasVariables: true, deniesUs: false });
  return finding('condition_unknown', at, {
    operator: operator.name,
    key,
    trustsEveryone: trustsEveryone(statement),
    denyChange: isDeny ? exemptVendor(statement, context).change : null,
  });
}
