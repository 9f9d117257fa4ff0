import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
  VENDOR,
} from '../../test/harness/service.ts';
import {
  determineOutcome,
  getExpectedObservation,
  type Observed,
  PROBES,
} from '../connections/verification.ts';
import { verifyDueConnections } from './verify-due-connections.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const verify = async (connection: { path: string }) =>
  (await service.admin.post(`${connection.path}/verification`)).body;

test('five expected results are a pass, one allowed negative probe is a fail, and no answer is neither', () => {
  const observed = fc.constantFrom<Observed>('allowed', 'denied', 'unknown');
  fc.assert(
    fc.property(fc.tuple(observed, observed, observed, observed, observed), (answers) => {
      const checks = PROBES.map((probe, i) => ({
        probe,
        expected: getExpectedObservation(probe),
        observed: answers[i] as Observed,
      }));
      const [correct, ...others] = answers;
      const asExpected = correct === 'allowed' && others.every((answer) => answer === 'denied');
      const outcome = determineOutcome(checks);
      expect(outcome === 'verified').toBe(asExpected);
      if (correct === 'denied') expect(outcome).toBe('not_assumable');
      if (correct === 'allowed' && others.includes('allowed'))
        expect(outcome).toBe('external_id_not_enforced');
      if (correct === 'unknown') expect(outcome).toBe('inconclusive');
    }),
    { numRuns: 1000 },
  );
});

test('verifies a role that enforces the external ID with six calls: the correct ID first, four others, and the correct ID again', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  const before = service.aws.calls.length;
  const verification = await verify(connection);
  const calls = service.aws.calls.slice(before);
  expect(verification).toMatchObject({ outcome: 'verified', nextSteps: [] });
  expect(calls).toHaveLength(6);
  expect(calls[0]).toMatchObject({ externalId: tenant.externalId, outcome: 'ok' });
  expect(calls.slice(1, 5).map((call) => call.outcome)).toEqual(Array(4).fill('AccessDenied'));
  expect(calls[5]).toMatchObject({ externalId: tenant.externalId, outcome: 'ok' });
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
});

const root = { AWS: `arn:aws:iam::${VENDOR}:root` };
const wildcard = '*';
describe('rejects a role that does not enforce the external ID, because its trust policy has', () => {
  const cases: [string, (id: string) => object, string[]][] = [
    ['no condition', () => trustPolicy(), ['missing', 'wrong', 'case_changed', 'extended']],
    [
      'a second statement without a condition',
      (id) => ({
        Version: '2012-10-17',
        Statement: [...trustPolicyRequiring(id).Statement, ...trustPolicy().Statement],
      }),
      ['missing', 'wrong', 'case_changed', 'extended'],
    ],
    ['IfExists', (id) => trustPolicy({ StringEqualsIfExists: { 'sts:ExternalId': id } }), ['missing']],
    [
      'ForAllValues',
      (id) => trustPolicy({ 'ForAllValues:StringEquals': { 'sts:ExternalId': id } }),
      ['missing'],
    ],
    [
      'StringNotEquals',
      () => trustPolicy({ StringNotEquals: { 'sts:ExternalId': 'bad' } }),
      ['missing', 'wrong', 'case_changed', 'extended'],
    ],
    [
      'StringLike with *',
      () => trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }),
      ['wrong', 'case_changed', 'extended'],
    ],
    [
      'StringLike with the ID and *',
      (id) => trustPolicy({ StringLike: { 'sts:ExternalId': `${id}*` } }),
      ['extended'],
    ],
    [
      'StringLike with * and the end of the ID',
      (id) => trustPolicy({ StringLike: { 'sts:ExternalId': `*${id.slice(9)}` } }),
      ['extended'],
    ],
    [
      'StringLike with * in the middle of the ID',
      (id) => trustPolicy({ StringLike: { 'sts:ExternalId': `${id.slice(0, 9)}*${id.slice(9)}` } }),
      ['extended'],
    ],
    [
      'StringLike with the beginning of the ID and ?',
      (id) => trustPolicy({ StringLike: { 'sts:ExternalId': id.slice(0, 8).padEnd(id.length, '?') } }),
      ['wrong'],
    ],
    [
      'a policy variable that is always the external ID of the request',
      () => trustPolicy({ StringEquals: { 'sts:ExternalId': `\${sts:ExternalId}` } }),
      ['wrong', 'case_changed', 'extended'],
    ],
    [
      'StringEqualsIgnoreCase',
      (id) => trustPolicy({ StringEqualsIgnoreCase: { 'sts:ExternalId': id } }),
      ['case_changed'],
    ],
    [
      'Null, which allows any external ID',
      () => trustPolicy({ Null: { 'sts:ExternalId': 'false' } }),
      ['wrong', 'case_changed', 'extended'],
    ],
    [
      'everybody as principal and no condition',
      () => trustPolicy(undefined, wildcard),
      ['missing', 'wrong', 'case_changed', 'extended'],
    ],
    [
      'a Deny that has an exception for requests without an external ID',
      (id) => ({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: root, Action: 'sts:AssumeRole' },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sts:AssumeRole',
            Condition: {
              StringNotEqualsIfExists: { 'sts:ExternalId': id },
              Null: { 'sts:ExternalId': 'false' },
            },
          },
        ],
      }),
      ['missing'],
    ],
  ];
  test.each(cases)('%s', async (_, policy, allowedProbes) => {
    const tenant = await createTenant(service);
    const connection = await createConnection(service, tenant, policy(tenant.externalId));
    const verification = await verify(connection);
    expect(verification.outcome).toBe('external_id_not_enforced');
    const allowedNegatives = verification.checks.filter(
      (check: { expected: string; observed: string }) =>
        check.expected === 'denied' && check.observed === 'allowed',
    );
    expect(allowedNegatives.map((check: { probe: string }) => check.probe)).toEqual(allowedProbes);
    expect(verification.explanation).toContain(connection.roleArn);
    expect(verification.nextSteps.join(' ')).toContain(tenant.externalId);
    expect((await service.admin.get(connection.path)).body.status).toBe('insecure');
    const { caller } = await createKey(service, { role: 'worker' });
    expect((await caller.post(`${connection.path}/credentials`, {})).body.code).toBe(
      'connection_not_verified',
    );
  });
});

test("a missing role and another tenant's role get the same explanation, which does not quote STS", async () => {
  const [mallory, victim] = [await createTenant(service), await createConnectedTenant(service)];
  const theirs = (
    await service.admin.post(`${mallory.path}/connections`, { roleArn: victim.connection.roleArn })
  ).body;
  const missingArn = victim.connection.roleArn.replace(victim.connection.roleName, 'NotThere');
  const missing = (await service.admin.post(`${mallory.path}/connections`, { roleArn: missingArn })).body;
  const answers = [];
  for (const [connection, roleArn] of [
    [theirs, victim.connection.roleArn],
    [missing, missingArn],
  ] as const) {
    const body = await verify({ path: `${mallory.path}/connections/${connection.id}` });
    expect(body.outcome).toBe('not_assumable');
    expect(JSON.stringify(body)).not.toMatch(/is not authorized|User:|sts:AssumeRole on resource/);
    expect(JSON.stringify(body)).not.toContain(victim.tenant.externalId);
    answers.push(JSON.stringify({ ...body, checkedAt: null }).replaceAll(roleArn, 'ROLE'));
  }
  expect(answers[0]).toBe(answers[1]);
});

test.each([
  ["the vendor's own account", `arn:aws:iam::${VENDOR}:role/Admin`],
  ['a user', 'arn:aws:iam::111111111111:user/alice'],
  ['a root', 'arn:aws:iam::111111111111:root'],
  ['a session', 'arn:aws:sts::111111111111:assumed-role/Role/session'],
  [
    'a service-linked role',
    'arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
  ],
  [
    'an SSO role',
    'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
  ],
  ['a role of another partition', 'arn:aws-cn:iam::111111111111:role/Role'],
])('rejects %s before any call to AWS', async (_, roleArn) => {
  const tenant = await createTenant(service);
  const before = service.aws.calls.length;
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  expect([status, body.code]).toEqual([422, 'role_not_allowed']);
  expect(service.aws.calls.length).toBe(before);
});

test('limits a tenant to 30 verifications a minute, so that it cannot scan for roles, and does not limit other tenants', async () => {
  const { connection } = await createConnectedTenant(service);
  const statuses = [];
  for (let i = 0; i < 30; i++) statuses.push(await service.admin.post(`${connection.path}/verification`));
  expect(statuses.slice(0, 29).every((answer) => answer.status === 200)).toBe(true);
  const remaining = statuses.map(({ headers }) => Number(headers.ratelimit?.match(/r=(\d+)/)?.[1]));
  expect(remaining).toEqual([...Array.from({ length: 29 }, (_, i) => 28 - i), 0]);
  const limited = statuses[29];
  expect(limited?.headers['ratelimit-policy']).toBe('"verification";q=30;w=60');
  expect(limited?.body.code).toBe('rate_limited');
  expect(Number(limited?.headers['retry-after'])).toBeGreaterThan(0);
  await createConnectedTenant(service);
  service.clock.advance(Number(limited?.headers['retry-after']));
  expect((await service.admin.post(`${connection.path}/verification`)).status).toBe(200);
});

test('scheduled verification finds a role that stopped enforcing the external ID, and one that was fixed', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  await putRole(service.aws, trustPolicy(), { name: connection.roleName, exists: true });
  service.clock.advance(service.deps.config.recheckSeconds + 1);
  expect(await verifyDueConnections(service.deps)).toBeGreaterThan(0);
  expect((await service.admin.get(connection.path)).body.status).toBe('insecure');
  await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
    name: connection.roleName,
    exists: true,
  });
  service.clock.advance(service.deps.config.recheckSeconds + 1);
  await verifyDueConnections(service.deps);
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
});
