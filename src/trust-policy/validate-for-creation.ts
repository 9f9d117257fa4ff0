import { isValidPrincipal } from './principal.ts';
import type { PolicyProblem, Statement, TrustPolicy } from './trust-policy.ts';

/** The highest value of the quota "Role trust policy length"; its default is 2,048 characters. */
export const MAX_TRUST_POLICY_CHARACTERS = 4096;
const STS_ACTION = /^(\*|sts:.*)$/i;
const SID = /^[A-Za-z0-9]*$/;

/**
 * Lists the problems for which IAM rejects a trust policy with MalformedPolicyDocument when a role is created or
 * updated, in addition to the grammar that `parseTrustPolicy` checks. Whether the principals exist is not checked.
 *
 * @param partition that of the role; IAM accepts no principal of another one. Not checked if it is left out.
 */
export function validateForCreation(policy: TrustPolicy, partition?: string): PolicyProblem[] {
  const sids = policy.statements.map(({ sid }) => sid).filter((sid) => sid !== null && sid !== '');
  return [
    ...(policy.size > MAX_TRUST_POLICY_CHARACTERS
      ? [{ path: '', message: `must have ${MAX_TRUST_POLICY_CHARACTERS} characters or fewer` }]
      : []),
    ...(new Set(sids).size < sids.length
      ? [{ path: 'Statement', message: 'Statement IDs (SID) in a single policy must be unique' }]
      : []),
    ...policy.statements.flatMap((statement) => validateStatement(statement, partition)),
  ];
}

function validateStatement(statement: Statement, partition: string | undefined): PolicyProblem[] {
  const { path } = statement;
  const problems: PolicyProblem[] = statement.principals.entries
    .filter((entry) => !isValidPrincipal(entry, partition))
    .map((entry) => ({ path: entry.path, message: 'Invalid principal in policy' }));
  if (statement.principals.negated) {
    problems.push({
      path: `${path}.NotPrincipal`,
      message: 'AssumeRole policy must not contain NotPrincipal',
    });
  }
  if (statement.sid !== null && !SID.test(statement.sid)) {
    problems.push({ path: `${path}.Sid`, message: 'Statement IDs (SID) must be alpha-numeric' });
  }
  if (!statement.actions.negated && !statement.actions.patterns.every((action) => STS_ACTION.test(action))) {
    problems.push({
      path: `${path}.Action`,
      message: 'AssumeRole policy may only specify STS AssumeRole actions',
    });
  }
  return problems;
}
