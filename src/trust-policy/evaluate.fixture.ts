import type { AuthorizationRequest, CallerPrincipal } from './conditions/request-context.ts';
import { evaluateTrustPolicy, type TrustEvaluation } from './evaluate.ts';
import { parseTrustPolicy } from './parse/parse.ts';

export const ACCOUNT = '999988887777';
export const BROKER: CallerPrincipal = {
  type: 'role',
  arn: `arn:aws:iam::${ACCOUNT}:role/vendor/Broker`,
  sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Broker/i-abc`,
  accountId: ACCOUNT,
  userId: 'AROAEXAMPLE234567890A:i-abc',
  partition: 'aws',
};
export const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

export type PolicyElement = Record<string, unknown>;
export type RequestChanges = Partial<AuthorizationRequest>;

/** Evaluates a policy with these statements for a request of the broker without an external ID, apart from `changes`. */
export function evaluate(
  statements: PolicyElement[],
  changes: RequestChanges = {},
  version?: string,
): TrustEvaluation {
  const parsed = parseTrustPolicy({
    ...(version === undefined ? {} : { Version: version }),
    Statement: statements,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return evaluateTrustPolicy(parsed.policy, {
    action: 'sts:AssumeRole',
    principal: BROKER,
    externalId: null,
    ...changes,
  });
}

export const allow = (changes: PolicyElement = {}): PolicyElement => ({
  Effect: 'Allow',
  Principal: ROOT,
  Action: 'sts:AssumeRole',
  ...changes,
});
export const deny = (changes: PolicyElement = {}): PolicyElement => ({
  ...allow(),
  Effect: 'Deny',
  ...changes,
});

/**
 * Evaluates the condition in an Allow statement, and in a Deny statement next to an unconditional Allow.
 *
 * @param changes the external ID of the request, or any of its parts
 */
export function decideAllowAndDeny(
  condition: PolicyElement,
  changes: RequestChanges | string | null = null,
  version = '2012-10-17',
) {
  const request = typeof changes === 'string' || changes === null ? { externalId: changes } : changes;
  return [
    evaluate([allow({ Condition: condition })], request, version).decision,
    evaluate([allow(), deny({ Condition: condition })], request, version).decision,
  ];
}

/** The results of `decideAllowAndDeny`. */
export const MET = ['allowed', 'denied'];
export const NOT_MET = ['denied', 'allowed'];
/** Fails closed: the Allow does not apply, and the Deny does. */
export const UNSUPPORTED = ['denied', 'denied'];

export const externalIdIs = (value: unknown) => ({ 'sts:ExternalId': value });
