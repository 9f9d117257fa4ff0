import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService, trustPolicy } from '../../test/harness/service.ts';
import { checkPolicy } from './check-trust-policy.ts';
import { createContext, ID, SUCCESSOR } from './policies.fixture.ts';

describe('the rate limit for trust policy checks', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ config: { policyChecksPerMinute: 3 } });
  });
  afterAll(() => service.close());

  test('rejects a tenant above its limit with the time to wait, and does not affect other tenants', async () => {
    const [limited, other] = [await createTenant(service), await createTenant(service)];
    const check = (tenant: { path: string }) =>
      service.admin.post(`${tenant.path}/trust-policy-checks`, { policy: trustPolicy() });
    for (const remaining of [2, 1, 0]) {
      const { status, headers } = await check(limited);
      expect(status).toBe(200);
      expect(headers['ratelimit-policy']).toBe('"policy_check";q=3;w=60');
      expect(headers.ratelimit).toBe(`"policy_check";r=${remaining};t=${60 - remaining * 20}`);
    }
    const rejected = await check(limited);
    expect([rejected.status, rejected.body.code]).toEqual([429, 'rate_limited']);
    const retryAfterSeconds = Number(rejected.headers['retry-after']);
    expect(rejected.headers.ratelimit).toBe(`"policy_check";r=0;t=${retryAfterSeconds}`);
    expect(rejected.body.detail).toContain(`3 a minute are allowed. Try again in ${retryAfterSeconds} s.`);
    expect((await check(other)).status).toBe(200);
    service.clock.advance(retryAfterSeconds);
    expect((await check(limited)).status).toBe(200);
    expect((await check(limited)).status).toBe(429);
  });

  test('is separate from the limit for verifications, and does not apply to an unknown tenant', async () => {
    const tenant = await createTenant(service);
    const policy = trustPolicy();
    for (let i = 0; i < 4; i++) await service.admin.post(`${tenant.path}/trust-policy-checks`, { policy });
    const roleArn = 'arn:aws:iam::111111111111:role/Any';
    const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const verified = await service.admin.post(`${tenant.path}/connections/${body.id}/verification`);
    expect(verified.status).toBe(200);
    const unknownTenant = '/v1/tenants/tenant_00000000000000000000000000';
    for (let i = 0; i < 5; i++)
      expect((await service.admin.post(`${unknownTenant}/trust-policy-checks`, { policy })).status).toBe(404);
  });
});

describe('the work for one policy', () => {
  /** Counts the evaluations: each one reads the request context once. */
  function countEvaluations(statements: readonly object[]): number {
    let evaluations = 0;
    const { keys, ...context } = createContext({
      externalIds: [ID, SUCCESSOR],
      sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'],
      passedOnActions: ['sts:TagSession', 'sts:SetSourceIdentity'],
    });
    const counting = {
      ...context,
      get keys() {
        evaluations++;
        return keys;
      },
    };
    checkPolicy({ Version: '2012-10-17', Statement: statements }, counting);
    return evaluations;
  }

  const allowAll = { Effect: 'Allow', Principal: '*', Action: '*' };
  const denyAll = { Effect: 'Deny', Principal: '*', Action: '*' };

  test.each<[string, (index: number) => object]>([
    ['that allow everyone', () => allowAll],
    ['that deny everyone', () => denyAll],
    ['of both kinds', (index) => (index % 2 ? denyAll : allowAll)],
    ['for the vendor', () => ({ ...allowAll, Principal: { AWS: '999988887777' } })],
    ['with patterns', () => ({ ...allowAll, Condition: { StringLike: { 'sts:ExternalId': '*' } } })],
  ])('grows linearly with the number of statements %s', (_, statement) => {
    const evaluationsFor = (count: number) =>
      countEvaluations(Array.from({ length: count }, (_, i) => statement(i)));
    expect(evaluationsFor(40)).toBeLessThanOrEqual(2 * evaluationsFor(20));
    expect(evaluationsFor(40)).toBeLessThan(40 * 60);
  });

  test('is bounded for two thousand invalid statements: the first fifty findings are returned', () => {
    const check = checkPolicy(`{"Statement":[${Array(2000).fill('0').join()}]}`, createContext());
    expect([check.verdict, check.findings.length]).toEqual(['invalid', 50]);
  });
});
