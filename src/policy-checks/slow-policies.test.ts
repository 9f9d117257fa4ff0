import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService({ config: { policyChecksPerMinute: 10_000 } });
  tenant = await createTenant(service);
});
afterAll(() => service.close());

describe('a policy designed to be slow', () => {
  const wildcards = (n: number) => '*a'.repeat(n);
  test.each<[string, () => unknown]>([
    ['one pattern of wildcards', () => trustPolicy({ StringLike: { 'sts:ExternalId': wildcards(1900) } })],
    [
      'many patterns of wildcards',
      () =>
        trustPolicy({ StringLike: { 'sts:ExternalId': Array.from({ length: 50 }, () => wildcards(30)) } }),
    ],
    [
      'wildcards that match',
      () => trustPolicy({ StringLike: { 'sts:ExternalId': `${'*?'.repeat(30)}${'*'.repeat(3000)}` } }),
    ],
    [
      'a Deny with wildcards',
      () => ({
        Version: '2012-10-17',
        Statement: [
          ...trustPolicy().Statement,
          {
            ...trustPolicy({ StringNotLike: { 'sts:ExternalId': wildcards(1500) } }).Statement[0],
            Effect: 'Deny',
          },
        ],
      }),
    ],
    [
      'many statements',
      () => ({
        Version: '2012-10-17',
        Statement: Array.from({ length: 80 }, () => ({ Effect: 'Allow', Principal: '*', Action: '*' })),
      }),
    ],
    [
      'thousands of statements',
      () => ({
        Version: '2012-10-17',
        Statement: Array.from({ length: 4000 }, () => ({ Effect: 'Allow', Principal: '*', Action: '*' })),
      }),
    ],
    [
      'many unknown elements',
      () =>
        Object.fromEntries(
          Array.from({ length: 500 }, (_, i) => [`e${i}`, 1]).concat([['Statement', {}]] as never),
        ),
    ],
    [
      'many actions',
      () => ({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: Array.from({ length: 500 }, () => 'x:*') }],
      }),
    ],
    ['deeply nested brackets', () => '['.repeat(90_000)],
    ['mismatched brackets', () => '[}'.repeat(45_000)],
    ['quotation marks', () => `{${'"'.repeat(90_000)}`],
    [
      'text quoted five times',
      () =>
        JSON.stringify(
          JSON.stringify(
            JSON.stringify(JSON.stringify(JSON.stringify(trustPolicyRequiring(tenant.externalId)))),
          ),
        ),
    ],
    ['white space', () => ' '.repeat(200_000)],
    ['a long element name', () => `{"Statement": {"${'a'.repeat(3000)}": 1}}`],
  ])('gets a response: %s', async (_, policy) => {
    const { status, body } = await service.admin.post(`${tenant.path}/trust-policy-checks`, {
      policy: policy(),
    });
    expect(status).toBe(200);
    expect(body.findings.length).toBeLessThanOrEqual(50);
    expect(body.suggestedPolicy).toHaveProperty('Statement');
  });
});
