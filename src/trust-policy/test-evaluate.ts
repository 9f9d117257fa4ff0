import { evaluateTrustPolicy, type TrustEvaluation } from './evaluate.ts';
import { parseTrustPolicy } from './parse.ts';
import type { CallerPrincipal, TrustRequest } from './request-keys.ts';

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

export type Written = Record<string, unknown>;
export type Asked = Partial<TrustRequest>;

export function evaluate(statements: Written[], asked: Asked = {}, version?: string): TrustEvaluation {
  const parsed = parseTrustPolicy({
    ...(version === undefined ? {} : { Version: version }),
    Statement: statements,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return evaluateTrustPolicy(parsed.policy, {
    action: 'sts:AssumeRole',
    principal: BROKER,
    externalId: null,
    ...asked,
  });
}

export const allow = (more: Written = {}): Written => ({
  Effect: 'Allow',
  Principal: ROOT,
  Action: 'sts:AssumeRole',
  ...more,
});
export const deny = (more: Written = {}): Written => ({ ...allow(), Effect: 'Deny', ...more });

/** The decision on an allow with this condition, and on a bare allow beside a deny with it. */
export function both(condition: Written, asked: Asked | string | null = null, version = '2012-10-17') {
  const request = typeof asked === 'string' || asked === null ? { externalId: asked } : asked;
  return [
    evaluate([allow({ Condition: condition })], request, version).decision,
    evaluate([allow(), deny({ Condition: condition })], request, version).decision,
  ];
}

export const HOLDS = ['allowed', 'denied'];
export const FAILS = ['denied', 'allowed'];
/** Closed on both sides: the allow does not apply, and the deny does. */
export const CLOSED = ['denied', 'denied'];

export const id = (value: unknown) => ({ 'sts:ExternalId': value });
