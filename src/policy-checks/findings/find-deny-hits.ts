import { PROBES } from '../../connections/verification.ts';
import type { Condition } from '../../trust-policy/trust-policy.ts';
import { exemptVendor } from '../deny-exemption.ts';
import { type PolicyEvaluator, type ProbeExternalIds, vendorRequests } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { conditionPath, type UsableStatement } from '../policy.ts';
import { trustsEveryone } from '../target.ts';
import { type Finding, finding } from './finding.ts';

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
    const requests = isDenyOpen ? [...vendorRequests(evaluator.context), ...open] : open;
    const request = requests.find((one) => evaluator.applies(statement, one) === 'unknown');
    if (request === undefined) return [];
    return statement.conditions
      .filter((condition) => evaluator.meets(condition, request) === 'unknown')
      .map((condition) => unknownCondition(statement, condition));
  });
}

export const unknownCondition = (statement: UsableStatement, condition: Condition): Finding =>
  finding('condition_unknown', conditionPath(statement, condition), {
    operator: condition.operator.name,
    key: condition.key,
    trustsEveryone: trustsEveryone(statement),
    isInDeny: statement.effect === 'Deny',
  });
