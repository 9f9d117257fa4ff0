import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService, trustPolicy } from '../../test/harness/service.ts';
import { checkFor, contextAt } from './check-trust-policy.ts';
import type { Subject } from './subject.ts';

describe('what checks a tenant may have', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ config: { policyChecksPerMinute: 3 } });
  });
  afterAll(() => service.close());

  test('are so many a minute, then refused with the time to wait; no other tenant waits for them', async () => {
    const [greedy, other] = [await createTenant(service), await createTenant(service)];
    const check = (tenant: { path: string }) =>
      service.admin.post(`${tenant.path}/trust-policy-checks`, { policy: trustPolicy() });
    for (let i = 0; i < 3; i++) expect((await check(greedy)).status).toBe(200);
    const refused = await check(greedy);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    const wait = Number(refused.headers['retry-after']);
    expect(refused.body.detail).toContain(`3 a minute are allowed. Try again in ${wait} s.`);
    expect((await check(other)).status).toBe(200);
    service.clock.advance(wait);
    expect((await check(greedy)).status).toBe(200);
    expect((await check(greedy)).status).toBe(429);
  });

  test('are counted apart from verifications, and only where there is a tenant', async () => {
    const tenant = await createTenant(service);
    const policy = trustPolicy();
    for (let i = 0; i < 4; i++) await service.admin.post(`${tenant.path}/trust-policy-checks`, { policy });
    const roleArn = 'arn:aws:iam::111111111111:role/Any';
    const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const verified = await service.admin.post(`${tenant.path}/connections/${body.id}/verification`);
    expect(verified.status).toBe(200);
    const nobody = '/v1/tenants/tenant_00000000000000000000000000';
    for (let i = 0; i < 5; i++)
      expect((await service.admin.post(`${nobody}/trust-policy-checks`, { policy })).status).toBe(404);
  });
});

describe('the work that one policy makes', () => {
  /** How often the evaluator is asked; reading the context of a call is the first thing that each question does. */
  function questionsFor(statements: readonly object[]): number {
    let questions = 0;
    const context = contextAt(new Date(), 'us-east-1');
    const subject: Subject = {
      externalIds: ['66aac01d-3476-4bb7-9a07-c7bd501c7887', '77aac01d-3476-4bb7-9a07-c7bd501c7887'],
      retired: [],
      vendor: { name: 'V', accountId: '999988887777', partition: 'aws', brokerRoleArn: null },
      needs: ['sts:TagSession', 'sts:SetSourceIdentity'],
      get context() {
        questions++;
        return context;
      },
    };
    checkFor({ Version: '2012-10-17', Statement: statements }, subject);
    return questions;
  }

  const open = { Effect: 'Allow', Principal: '*', Action: '*' };
  const deny = { Effect: 'Deny', Principal: '*', Action: '*' };

  test.each<[string, (index: number) => object]>([
    ['that are open', () => open],
    ['that deny', () => deny],
    ['of both kinds', (index) => (index % 2 ? deny : open)],
    ['for us', () => ({ ...open, Principal: { AWS: '999988887777' } })],
    ['with patterns', () => ({ ...open, Condition: { StringLike: { 'sts:ExternalId': '*' } } })],
  ])('grows no faster than its statements do: statements %s', (_, statement) => {
    const of = (count: number) => questionsFor(Array.from({ length: count }, (_, i) => statement(i)));
    expect(of(40)).toBeLessThanOrEqual(2 * of(20));
    expect(of(40)).toBeLessThan(40 * 60);
  });

  test('is bounded for two thousand statements that are none: the first fifty are told', () => {
    const check = checkFor(`{"Statement":[${Array(2000).fill('0').join()}]}`, {
      externalIds: ['66aac01d-3476-4bb7-9a07-c7bd501c7887'],
      retired: [],
      vendor: { name: 'V', accountId: '999988887777', partition: 'aws', brokerRoleArn: null },
      needs: [],
      context: {},
    });
    expect([check.verdict, check.findings.length]).toEqual(['invalid', 50]);
  });
});
