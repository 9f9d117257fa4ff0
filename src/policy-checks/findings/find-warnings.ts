import { matchesPattern, wildcardPattern } from '../../trust-policy/conditions/wildcard.ts';
import { principalMatches } from '../../trust-policy/principal.ts';
import type { CheckContext } from '../context.ts';
import type { PolicyEvaluator } from '../evaluate.ts';
import { STS_ACTIONS, type UsableStatement } from '../policy.ts';
import { accountOf, trustsEveryone } from '../principals.ts';
import { type Finding, finding } from './finding.ts';

/** Finds what is broader or more fragile than necessary in the statements that allow the vendor. */
export const findWarnings = (evaluator: PolicyEvaluator): Finding[] =>
  evaluator.forVendor
    .filter(({ principals }) => principalMatches(principals, evaluator.context.caller) !== false)
    .flatMap((statement) => [
      ...findPrincipalWarnings(statement, evaluator.context),
      ...findBroadActions(statement, evaluator),
    ]);

function findPrincipalWarnings(statement: UsableStatement, { vendor, caller }: CheckContext): Finding[] {
  if (trustsEveryone(statement)) return [];
  const principals = statement.principals.entries.filter(({ type }) => type === 'AWS');
  const ofVendor = principals.filter(({ value }) => accountOf(value) === vendor.accountId);
  const identities = ofVendor.filter(({ value }) => value.includes('/'));
  const isRootTrusted = identities.length < ofVendor.length;
  const values = principals
    .map(({ value }) => value)
    .filter((value) => accountOf(value) !== undefined && accountOf(value) !== vendor.accountId);
  return [
    ...identities.flatMap((one) => {
      if (isRootTrusted) return [finding('redundant_principal', one.at, { value: one.value })];
      const isCaller = principalMatches({ negated: false, entries: [one] }, caller) !== false;
      return isCaller ? [finding('role_principal', one.at, { value: one.value })] : [];
    }),
    ...(values.length > 0 ? [finding('other_accounts', [...statement.at, 'Principal'], { values })] : []),
  ];
}

function findBroadActions(statement: UsableStatement, evaluator: PolicyEvaluator): Finding[] {
  const { actions, at } = statement;
  const needed = ['sts:AssumeRole', ...evaluator.context.sessionActions];
  // A statement without sts:AssumeRole must not get it by the fix.
  const intended = evaluator.namesAction(statement, 'sts:AssumeRole')
    ? needed
    : needed.filter((action) => evaluator.namesAction(statement, action));
  const patterns = actions.patterns.filter((pattern) => /[*?]/.test(pattern));
  if (intended.length === 0 || (patterns.length === 0 && !actions.negated)) return [];
  if (actions.negated) return [finding('not_action', [...at, 'NotAction'], { intended })];
  const allowed = STS_ACTIONS.filter(
    (action) =>
      !needed.includes(action) &&
      patterns.some((pattern) =>
        matchesPattern(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
      ),
  );
  return [finding('broad_action', [...at, 'Action'], { patterns, allowed, intended })];
}

/** Finds the conditions that end the vendor's access by themselves. */
export function findExpiry(evaluator: PolicyEvaluator, externalId: string): Finding[] {
  if (evaluator.canAssumeRole(externalId, { time: 'last_day' }) !== 'denied') return [];
  return evaluator.statements.flatMap((statement) => {
    const isAllow = statement.effect === 'Allow';
    return statement.conditions
      .filter((one) => evaluator.meets(one, { externalId }) === isAllow)
      .filter((one) => evaluator.meets(one, { externalId, time: 'last_day' }) === !isAllow)

      .map(({ at, key, values }) => finding('access_expires', at, { key, value: values.join(', ') }));
  });
}

/**
 * Finds what a policy that allows the vendor lacks: the successor of a rotation beside the current external ID, and the actions
 * for session attributes.
 */
export function findMissingParts(evaluator: PolicyEvaluator, externalId: string): Finding[] {
  const { forVendor, context } = evaluator;
  const { externalIds, sessionActions } = context;
  const [current, successor] = externalIds;
  const forAssumeRole = evaluator
    .withEffect('Allow')
    .find((statement) => evaluator.applies(statement, { externalId }) === true);
  const namingIt = forVendor.find((statement) => evaluator.namesAction(statement, 'sts:AssumeRole'));
  const at = (forAssumeRole ?? namingIt)?.at;
  const assumeRole = evaluator.decide({ externalId });
  const isMissing = (action: string): boolean => {
    // Why sts:AssumeRole is denied is reported for each condition, so only the name of the action is missing.
    if (assumeRole === 'denied')
      return at !== undefined && !forVendor.some((statement) => evaluator.namesAction(statement, action));
    const results = evaluator
      .withEffect('Allow')
      .map((statement) => evaluator.applies(statement, { externalId, action }));
    // An identity or a condition that is not known is reported where it leaves sts:AssumeRole open too.
    return !results.includes(true) && (assumeRole === 'allowed' || !results.includes('unknown'));
  };
  const lacksSuccessor =
    successor !== undefined &&
    evaluator.canAssumeRole(current) !== 'denied' &&
    evaluator.canAssumeRole(successor) === 'denied' &&
    // A Deny that applies to it is reported as one.
    !forVendor.some((statement) => evaluator.applies(statement, { externalId: successor }) === true);
  const missing = sessionActions.filter(isMissing);
  return [
    ...(lacksSuccessor ? [finding('successor_missing', at ?? [])] : []),
    ...missing.map((action) =>
      finding(
        action === 'sts:TagSession' ? 'tag_session_missing' : 'source_identity_missing',
        at ? [...at, 'Action'] : [],
      ),
    ),
  ];
}
