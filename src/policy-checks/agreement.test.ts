import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { determineOutcome, PROBES } from '../connections/verification.ts';
import { evaluateTrustPolicy } from '../trust-policy/evaluate.ts';
import { parseTrustPolicy } from '../trust-policy/parse/parse.ts';
import { checkPolicy } from './check-trust-policy.ts';
import { generateProbeExternalIds } from './evaluate.ts';
import type { JsonObject } from './json-values.ts';
import { createContext, ID, policyOf } from './policies.fixture.ts';

/** Policies about who calls: conditions on every key that follows from the caller, with values that it may have. */
function policiesFor(account: string, roleName: string, externalId: string): fc.Arbitrary<JsonObject> {
  const role = `arn:aws:iam::${account}:role/${roleName}`;
  const anyOf = (...values: unknown[]) => fc.constantFrom(...values);
  const values: [key: string, operators: string[], values: fc.Arbitrary<unknown>][] = [
    [
      'aws:PrincipalArn',
      ['StringEquals', 'StringLike', 'ArnLike', 'StringNotEquals', 'ArnNotLike', 'StringNotLike'],
      anyOf(
        role,
        `arn:aws:iam::${account}:role/*`,
        `arn:aws:iam::${account}:root`,
        'arn:aws:iam::*:root',
        `arn:aws:iam::${account}:user/*`,
        `arn:aws:iam::${account}:role/x/${roleName}`,
        `arn:aws:iam::*:role/*${roleName}`,
        `arn:aws:iam::${account}:role/app`,
        'arn:aws:iam::222233334444:role/*',
        '*',
      ),
    ],
    [
      'aws:PrincipalType',
      ['StringEquals', 'StringNotEquals', 'StringLike'],
      anyOf('AssumedRole', 'User', 'Account', '*'),
    ],
    [
      'aws:PrincipalAccount',
      ['StringEquals', 'StringNotEquals'],
      anyOf(account, '222233334444', [account, '222233334444']),
    ],
    [
      'aws:userid',
      ['StringLike', 'StringNotLike', 'StringEquals'],
      anyOf('AROA*', 'AIDA*', 'AROAEXAMPLEEXAMPLE123:*', '*:countersign', account),
    ],
    ['aws:username', ['StringLike', 'StringNotEquals', 'StringEqualsIfExists'], anyOf('*', 'admin')],
    [
      'aws:PrincipalTag/team',
      ['StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'StringLike'],
      anyOf('red', '*'),
    ],
    [
      'aws:PrincipalOrgID',
      ['StringEquals', 'StringNotEquals', 'StringNotEqualsIfExists'],
      anyOf('o-abcdefghij'),
    ],
    ['aws:SourceIdentity', ['StringEquals', 'StringNotLike'], anyOf('countersign', '*')],
    ['aws:SourceIp', ['IpAddress', 'NotIpAddress'], anyOf('127.0.0.0/8', '203.0.113.0/24', '0.0.0.0/0')],
    ['sts:RoleSessionName', ['StringLike', 'StringNotLike'], anyOf('countersign-*', '*', 'other')],
    ['aws:MultiFactorAuthPresent', ['Bool', 'BoolIfExists'], anyOf('true', 'false')],
    ['aws:RequestTag/x', ['StringEquals', 'StringNotEquals'], anyOf('y')],
    ['aws:SecureTransport', ['Bool'], anyOf('true', 'false')],
  ];
  const ofKey = fc.oneof(
    ...values.map(([key, operators, value]) =>
      fc
        .tuple(fc.constantFrom(...operators), value)
        .map(([operator, one]) => ({ [operator]: { [key]: one } })),
    ),
    fc
      .tuple(fc.constantFrom(...values.map(([key]) => key)), fc.boolean())
      .map(([key, isAbsent]) => ({ Null: { [key]: String(isAbsent) } })),
  );
  const ofId = anyOf(
    { StringEquals: { 'sts:ExternalId': externalId } },
    { StringEquals: { 'sts:ExternalId': externalId } },
    { StringLike: { 'sts:ExternalId': `*${externalId.slice(9)}` } },
    { StringLike: { 'sts:ExternalId': `${externalId.slice(0, 8)}*${externalId.slice(20)}` } },
    { StringLike: { 'sts:ExternalId': externalId.replace(/[4-9]/g, '?') } },
    { StringEqualsIfExists: { 'sts:ExternalId': externalId } },
    {},
  ) as fc.Arbitrary<JsonObject>;
  const ofDeny = anyOf({}, { StringNotEquals: { 'sts:ExternalId': externalId } }) as fc.Arbitrary<JsonObject>;
  const principal = anyOf(
    { AWS: `arn:aws:iam::${account}:root` },
    { AWS: `arn:aws:iam::${account}:root` },
    { AWS: role },
    { AWS: account },
    { AWS: `arn:aws:sts::${account}:assumed-role/${roleName}/countersign` },
    { AWS: 'arn:aws:iam::222233334444:root' },
    '*',
  );
  const statement = (Effect: string, id: fc.Arbitrary<JsonObject>, principals: fc.Arbitrary<unknown>) =>
    fc.tuple(principals, id, ofKey).map(([Principal, idCondition, keyCondition]) => ({
      Effect,
      Principal,
      Action: 'sts:AssumeRole',
      // Two blocks with the same operator would replace one another.
      Condition: mergeBlocks(idCondition, keyCondition as JsonObject),
    }));
  return fc
    .tuple(
      fc.array(statement('Allow', ofId, principal), { minLength: 1, maxLength: 2 }),
      fc.array(statement('Deny', ofDeny, anyOf('*', { AWS: role })), { maxLength: 1 }),
    )
    .map(([allows, denies]) => policyOf(...allows, ...denies));
}

const mergeBlocks = (a: JsonObject, b: JsonObject): JsonObject =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((operator) => [
      operator,
      { ...(a[operator] as JsonObject), ...(b[operator] as JsonObject) },
    ]),
  );

const VERDICTS = {
  verified: 'safe',
  external_id_not_enforced: 'unsafe',
  not_assumable: 'not_assumable',
} as const;

describe('the offline check never contradicts', () => {
  const context = createContext();
  const account = context.vendor.accountId;
  /** Brokers that the context describes: what GetCallerIdentity does not tell differs. */
  const worlds: { arn: string; tags: Record<string, string> }[] = [
    { arn: `arn:aws:iam::${account}:role/Broker`, tags: {} },
    {
      arn: `arn:aws:iam::${account}:role/x/Broker`,
      tags: {
        'aws:PrincipalTag/team': 'red',
        'aws:SourceIdentity': 'countersign',
        'aws:SourceIp': '203.0.113.9',
      },
    },
  ];

  function outcomeIn({ arn, tags }: (typeof worlds)[number], policy: JsonObject): string {
    const parsed = parseTrustPolicy(policy);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const ids = generateProbeExternalIds(ID);
    const checks = PROBES.map((probe) => {
      const { decision } = evaluateTrustPolicy(parsed.policy, {
        action: 'sts:AssumeRole',
        externalId: ids[probe],
        principal: {
          type: 'role',
          arn,
          sessionArn: `arn:aws:sts::${account}:assumed-role/Broker/countersign`,
          accountId: account,
          partition: 'aws',
          userId: 'AROAABCDEFGHIJKLMNOPQ:countersign',
        },
        context: { ...context.keys, 'sts:RoleSessionName': `countersign-verify-${probe}`, ...tags },
      });
      const expected = probe === 'correct' ? ('allowed' as const) : ('denied' as const);
      return { probe, expected, observed: decision };
    });
    const outcome = determineOutcome(checks);
    return outcome === 'inconclusive' ? outcome : VERDICTS[outcome];
  }

  test('a verification, whichever of the brokers that it may be calls', () => {
    fc.assert(
      fc.property(policiesFor(account, 'Broker', ID), (policy) => {
        const { verdict } = checkPolicy(policy, context);
        if (verdict === 'undetermined') return;
        for (const world of worlds) expect(outcomeIn(world, policy)).toBe(verdict);
      }),
      { numRuns: 250 },
    );
  });

  test('and is certain of most policies about the caller that do not depend on what is not known', () => {
    const policies = fc.sample(policiesFor(account, 'Broker', ID), { numRuns: 100, seed: 3 });
    const open = policies.filter((policy) => {
      const [first, ...others] = worlds.map((world) => outcomeIn(world, policy));
      return others.every((one) => one === first) && checkPolicy(policy, context).verdict === 'undetermined';
    });
    expect(open.length).toBeLessThan(33);
  });
});

describe('the check over HTTP and the verification of a role', () => {
  let service: TestService;
  let tenant: TestTenant;
  beforeAll(async () => {
    service = await startTestService({
      config: { verificationsPerMinute: 10_000, policyChecksPerMinute: 10_000 },
    });
    tenant = await createTenant(service);
  });
  afterAll(() => service.close());

  async function verify(policy: JsonObject): Promise<string> {
    const roleArn = await putRole(service.aws, policy).catch(() => null);
    if (roleArn === null) return 'invalid';
    const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const verified = await service.admin.post(`${tenant.path}/connections/${body.id}/verification`);
    return VERDICTS[verified.body.outcome as keyof typeof VERDICTS];
  }

  test('agree, and so do those of the suggested policy', async () => {
    const account = service.deps.config.vendor.accountId;
    const policies = fc.sample(policiesFor(account, 'CountersignBroker', tenant.externalId), {
      numRuns: 30,
      seed: 11,
    });
    const verdicts = new Set<string>();
    for (const policy of policies) {
      const { body } = await service.admin.post(`${tenant.path}/trust-policy-checks`, { policy });
      verdicts.add(body.verdict);
      if (body.verdict !== 'undetermined')
        expect([JSON.stringify(policy), await verify(policy)]).toEqual([
          JSON.stringify(policy),
          body.verdict,
        ]);
      if (body.suggestedChange === 'replace_policy') expect(await verify(body.suggestedPolicy)).toBe('safe');
    }
    expect([...verdicts]).toEqual(expect.arrayContaining(['safe', 'unsafe', 'not_assumable']));
  }, 60_000);
});
