import { PROBES } from '../../connections/verification.ts';
import type { Condition, Statement } from '../../trust-policy/trust-policy.ts';
import type { CheckContext } from '../context.ts';
import { deniesVendor, exemptVendor, vendorRequests } from '../deny-exemption.ts';
import { applies, canAssumeRole, meets, type ProbeExternalIds } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { conditionPath, type Policy, type StatementEntry, usableEntries } from '../policy.ts';
import { trustsEveryone } from '../target.ts';
import { type Finding, finding } from './finding.ts';

/**
 * Finds the Deny statements that apply to the vendor's right requests, and those that may, because they name an identity
 * that may be the broker. Conditions that are not known are reported each for itself.
 */
export function findDenyHits(policy: Policy, context: CheckContext): Finding[] {
  const { version } = policy;
  const request = { externalId: context.externalIds[0] };
  return usableEntries(policy, 'Deny').flatMap(({ entry, statement }) => {
    const denies = deniesVendor(statement, version, context);
    const isOpen = statement.conditions.some((one) => meets(one, version, context, request) === 'unknown');
    if (denies === false || (denies === 'unknown' && isOpen)) return [];
    const { change } = exemptVendor(entry.usable?.json ?? {}, statement, version, context);
    const key = statement.conditions.find((one) => !isExternalIdKey(one))?.key ?? null;
    const isCertain = denies === true;
    return [finding('deny_hits_us', entry.path, { key, change, isCertain }, isCertain ? 'error' : 'warning')];
  });
}

/**
 * Finds the conditions that make the result of a probe unknown. Those of a Deny that may apply to the vendor count even
 * while nothing allows it.
 */
export function findUnknownConditions(
  policy: Policy,
  context: CheckContext,
  ids: ProbeExternalIds,
): Finding[] {
  const { version } = policy;
  const set = { version, statements: usableEntries(policy).map(({ statement }) => statement) };
  const open = PROBES.map((probe) => ({ externalId: ids[probe] })).filter(
    ({ externalId }) => canAssumeRole(set, context, externalId) === 'unknown',
  );
  return usableEntries(policy).flatMap(({ entry, statement }) => {
    const isDenyOpen = statement.effect === 'Deny' && deniesVendor(statement, version, context) === 'unknown';
    const requests = isDenyOpen ? [...vendorRequests(context), ...open] : open;
    const request = requests.find((one) => applies(statement, version, context, one) === 'unknown');
    if (request === undefined) return [];
    return statement.conditions
      .filter((one) => meets(one, version, context, request) === 'unknown')
      .map((condition) => describe(entry, statement, condition));
  });
}

const describe = (entry: StatementEntry, statement: Statement, condition: Condition): Finding =>
  finding('condition_unknown', conditionPath(entry, condition), {
    operator: condition.operator.name,
    key: condition.key,
    trustsEveryone: trustsEveryone(statement),
    isInDeny: statement.effect === 'Deny',
  });
