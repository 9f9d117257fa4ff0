import { matchesPattern, wildcardPattern } from '../../trust-policy/conditions/wildcard.ts';
import { principalMatches } from '../../trust-policy/principal.ts';
import type { Condition, Statement } from '../../trust-policy/trust-policy.ts';
import type { CheckContext } from '../context.ts';
import { canAssumeRole, decide, meets, type StatementSet } from '../evaluate.ts';
import { conditionPath, type Policy, principalPath, type StatementEntry, usableEntries } from '../policy.ts';
import { accountOf, trustsEveryone, vendorStatements } from '../target.ts';
import { type Finding, finding } from './finding.ts';

const STS_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

/** Finds what is broader or more fragile than necessary in the statements that allow the vendor. */
export const findWarnings = (policy: Policy, context: CheckContext): Finding[] =>
  vendorStatements(policy, context).flatMap(({ entry, statement }) =>
    principalMatches(statement.principals, context.caller) === false
      ? []
      : [...findPrincipalWarnings(entry, statement, context), ...findBroadActions(entry, statement, context)],
  );

function findPrincipalWarnings(
  entry: StatementEntry,
  statement: Statement,
  context: CheckContext,
): Finding[] {
  if (trustsEveryone(statement)) return [];
  const { accountId } = context.vendor;
  const principals = statement.principals.entries.filter(({ type }) => type === 'AWS');
  const identities = principals.filter(({ value }) => accountOf(value) === accountId && isIdentity(value));
  const isRootTrusted = principals.some(({ value }) => accountOf(value) === accountId && !isIdentity(value));
  const values = principals
    .map(({ value }) => value)
    .filter((value) => accountOf(value) !== undefined && accountOf(value) !== accountId);
  return [
    ...identities.flatMap((one) => {
      const path = principalPath(entry, one.path);
      if (isRootTrusted) return [finding('redundant_principal', path, { value: one.value })];
      const isCaller = principalMatches({ negated: false, entries: [one] }, context.caller) !== false;
      return isCaller ? [finding('role_principal', path, { value: one.value })] : [];
    }),
    ...(values.length > 0 ? [finding('other_accounts', [...entry.path, 'Principal'], { values })] : []),
  ];
}

const isIdentity = (principal: string): boolean => principal.includes('/');

function findBroadActions(entry: StatementEntry, { actions }: Statement, context: CheckContext): Finding[] {
  if (actions.negated) return [finding('not_action', [...entry.path, 'NotAction'])];
  const patterns = actions.patterns.filter((pattern) => /[*?]/.test(pattern));
  if (patterns.length === 0) return [];
  const needed = ['sts:AssumeRole', ...context.sessionActions];
  const allowed = STS_ACTIONS.filter(
    (action) =>
      !needed.includes(action) &&
      patterns.some((pattern) =>
        matchesPattern(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
      ),
  );
  return [finding('broad_action', [...entry.path, 'Action'], { patterns, allowed })];
}

const LAST_DAY = { 'aws:CurrentTime': '9999-12-31T00:00:00Z', 'aws:EpochTime': '253402214400' };

/** Finds the conditions that end the vendor's access by themselves. */
export function findExpiry(policy: Policy, context: CheckContext, externalId: string): Finding[] {
  const set: StatementSet = {
    version: policy.version,
    statements: usableEntries(policy).map((one) => one.statement),
  };
  const later = { ...context, keys: { ...context.keys, ...LAST_DAY } };
  if (canAssumeRole(set, later, externalId) !== 'denied') return [];
  const changes = (condition: Condition, isMetNow: boolean): boolean =>
    meets(condition, policy.version, context, { externalId }) === isMetNow &&
    meets(condition, policy.version, later, { externalId }) === !isMetNow;
  return usableEntries(policy).flatMap(({ entry, statement }) =>
    statement.conditions
      .filter((condition) => changes(condition, statement.effect === 'Allow'))
      .map((condition) =>
        finding('access_expires', conditionPath(entry, condition), {
          key: condition.key,
          value: condition.values.join(', '),
        }),
      ),
  );
}

/** Finds the successor of a rotation that the policy does not accept yet, beside the current external ID. */
export function findMissingSuccessor(
  set: StatementSet,
  allowing: StatementEntry | undefined,
  context: CheckContext,
): Finding[] {
  const [current, successor] = context.externalIds;
  if (successor === undefined || canAssumeRole(set, context, current) === 'denied') return [];
  return canAssumeRole(set, context, successor) === 'denied'
    ? [finding('successor_missing', allowing?.path ?? [])]
    : [];
}

/** Finds the actions for session attributes that the policy does not allow. */
export function findMissingActions(
  set: StatementSet,
  allowing: StatementEntry | undefined,
  context: CheckContext,
  externalId: string,
): Finding[] {
  const path = allowing ? [...allowing.path, 'Action'] : [];
  return context.sessionActions
    .filter((action) => decide(set, context, { externalId, action }) === 'denied')
    .map((action) =>
      finding(action === 'sts:TagSession' ? 'tag_session_missing' : 'source_identity_missing', path),
    );
}
