import { principalForm } from './principal.ts';
import type { PolicyProblem, PrincipalEntry, Statement, TrustPolicy } from './trust-policy.ts';

/** The quota "Role trust policy length" at its highest; 2,048 characters until an account asks for more. */
export const LONGEST_TRUST_POLICY = 4096;
const STS_ACTION = /^(\*|sts:.*)$/i;
const SID = /^[A-Za-z0-9]*$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/**
 * What IAM refuses with MalformedPolicyDocument when a role is created or its trust policy updated, over and above the
 * grammar that `parseTrustPolicy` holds it to. Empty when IAM would take it.
 *
 * Not checked: that the principals exist.
 */
export function validateForCreation(policy: TrustPolicy): PolicyProblem[] {
  const sids = policy.statements.map(({ sid }) => sid).filter((sid) => sid !== null && sid !== '');
  return [
    ...(policy.size > LONGEST_TRUST_POLICY
      ? [{ path: '', message: `must have ${LONGEST_TRUST_POLICY} characters or fewer` }]
      : []),
    ...(new Set(sids).size < sids.length
      ? [{ path: 'Statement', message: 'Statement IDs (SID) in a single policy must be unique' }]
      : []),
    ...policy.statements.flatMap(validateStatement),
  ];
}

function validateStatement(statement: Statement): PolicyProblem[] {
  const { path } = statement;
  const problems: PolicyProblem[] = statement.principals.entries
    .filter((entry) => !isPrincipal(entry))
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

function isPrincipal({ type, value }: PrincipalEntry): boolean {
  switch (type) {
    case '*':
      return true;
    case 'AWS':
      return principalForm(value) !== undefined;
    case 'Service':
      return SERVICE.test(value);
    case 'CanonicalUser':
      // Only S3's policies know it.
      return false;
    default:
      return value !== '' && !/[*?\s]/.test(value);
  }
}
