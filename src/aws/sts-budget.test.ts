import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  countIssuedSessions,
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { verifyDueConnections } from '../verification/verify-due-connections.ts';

const BUDGET = { tenant: 10, all: 25 };
let service: TestService;

beforeEach(async () => {
  service = await startTestService({ config: { stsCallsPerSecond: BUDGET, recheckSeconds: 3600 } });
});
afterEach(() => service.close());

const nextSecond = () => service.clock.advance(1);
const draw = async (path: string, key: { caller: ReturnType<TestService['as']> }) =>
  key.caller.post(`${path}/credentials`, {});

/** As many worker keys as there shall be calls: each has a session of its own. */
const workers = (count: number) =>
  Promise.all(Array.from({ length: count }, () => createKey(service, { role: 'worker' })));

describe('one noisy tenant', () => {
  test('is told to come again in a second, and the others are served meanwhile', async () => {
    const noisy = (await createConnectedTenant(service)).connection;
    const quiet = (await createConnectedTenant(service)).connection;
    nextSecond();
    const keys = await workers(30);
    const answers = await Promise.all(keys.map((key) => draw(noisy.path, key)));
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(answers.length - refused.length).toBe(BUDGET.tenant);
    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'aws_throttled', '1']);
    }
    const others = await Promise.all(keys.slice(0, 10).map((key) => draw(quiet.path, key)));
    expect(new Set(others.map((answer) => answer.status))).toEqual(new Set([200]));
    nextSecond();
    expect((await draw(noisy.path, keys.at(-1) as (typeof keys)[0])).status).toBe(200);
  });

  test('still gets what is cached', async () => {
    const { connection } = await createConnectedTenant(service);
    nextSecond();
    const keys = await workers(11);
    const answers = [];
    for (const key of keys) answers.push((await draw(connection.path, key)).status);
    expect(answers).toEqual([...Array(10).fill(200), 503]);
    const again = await Promise.all(keys.slice(0, 10).map((key) => draw(connection.path, key)));
    expect(new Set(again.map((answer) => answer.status))).toEqual(new Set([200]));
  });
});

test('all tenants together make no more calls in a second than the budget for all, retries of the SDK included', async () => {
  const at: TestConnection[] = [];
  for (let i = 0; i < 4; i++) {
    at.push((await createConnectedTenant(service)).connection);
    nextSecond();
  }
  const keys = await workers(12);
  const before = service.aws.calls.length;
  service.aws.faults.set('throttle', { roleArn: at[0]?.roleArn as string });
  const answers = await Promise.all(keys.flatMap((key) => at.map(({ path }) => draw(path, key))));
  const calls = service.aws.calls.slice(before);
  expect(calls).toHaveLength(BUDGET.all);
  for (const { roleArn } of at) {
    expect(calls.filter((call) => call.roleArn === roleArn).length).toBeLessThanOrEqual(BUDGET.tenant);
  }
  expect(new Set(answers.map((answer) => answer.body.code ?? 'granted'))).toEqual(
    new Set(['granted', 'aws_throttled']),
  );
});

test('a verification that the budget cuts short is inconclusive, never a pass and never a fail, and says when to come again', async () => {
  const tenant = await createTenant(service);
  const open = await createConnection(service, tenant, trustPolicy());
  const proven = await createConnection(service, tenant);
  const verify = async (path: string) => (await service.admin.post(`${path}/verification`)).body;
  expect((await verify(proven.path)).outcome).toBe('verified');
  const keys = await workers(4);
  for (const key of keys) await draw(proven.path, key);
  // One call is left: the right ID is admitted, and nothing is known of the wrong ones.
  const cut = await verify(open.path);
  expect(cut).toMatchObject({ outcome: 'inconclusive', retryAfterSeconds: 1 });
  expect((await service.admin.get(open.path)).body.status).toBe('pending');
  expect(await verify(proven.path)).toMatchObject({ outcome: 'inconclusive', retryAfterSeconds: 1 });
  expect((await service.admin.get(proven.path)).body.status).toBe('verified');
  nextSecond();
  expect((await verify(open.path)).outcome).toBe('external_id_not_enforced');
});

test('a session that cannot be renewed for want of budget is handed out to its end', async () => {
  const { connection } = await createConnectedTenant(service);
  nextSecond();
  const [first, ...rest] = await workers(11);
  if (!first) throw new Error('no key');
  const { body } = await draw(connection.path, first);
  service.clock.advance(2700);
  for (const key of rest) await draw(connection.path, key);
  const renewed = await draw(connection.path, first);
  expect([renewed.status, renewed.body.accessKeyId]).toEqual([200, body.accessKeyId]);
  service.clock.advance(890);
  for (const key of await workers(10)) await draw(connection.path, key);
  // Ten seconds are left: the renewal is waited for, refused, and the session is still good.
  expect((await draw(connection.path, first)).body.accessKeyId).toBe(body.accessKeyId);
  // A renewal that failed is tried again after five seconds.
  service.clock.advance(6);
  expect((await draw(connection.path, first)).body.accessKeyId).not.toBe(body.accessKeyId);
});

test('a rotation of more roles than the budget has calls waits for it, and ends', async () => {
  const tenant = await createTenant(service);
  const roles = [];
  for (let i = 0; i < 5; i++) {
    const connection = await createConnection(service, tenant);
    nextSecond();
    await service.admin.post(`${connection.path}/verification`);
    roles.push(connection);
  }
  const { body } = await service.admin.post(`${tenant.path}/external-id/rotation`);
  for (const { path, roleName } of roles) {
    await putRole(service.aws, trustPolicyRequiring(tenant.externalId, body.rotation.externalId), {
      name: roleName,
      exists: true,
    });
    nextSecond();
    expect((await service.admin.post(`${path}/verification`)).body.outcome).toBe('verified');
  }
  let ended = false;
  const ending = service.admin.post(`${tenant.path}/external-id/rotation/complete`).finally(() => {
    ended = true;
  });
  while (!ended) {
    service.clock.advance(0.1);
    await service.as(null).get('/livez');
  }
  expect(await ending).toMatchObject({ status: 200, body: { rotation: null } });
});

test('a role does not escape the schedule by the budget: it is asked again within a minute', async () => {
  const { connection } = await createConnectedTenant(service);
  service.clock.advance(3601);
  for (const key of await workers(10)) await draw(connection.path, key);
  await putRole(service.aws, trustPolicy(), { name: connection.roleName, exists: true });
  expect(await verifyDueConnections(service.deps)).toBe(1);
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
  expect(await verifyDueConnections(service.deps)).toBe(0);
  service.clock.advance(61);
  expect(await verifyDueConnections(service.deps)).toBe(1);
  expect((await service.admin.get(connection.path)).body.status).toBe('insecure');
});

test('the metrics show the budgets, what is left and what was refused, and name no tenant', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  nextSecond();
  for (const key of await workers(13)) await draw(connection.path, key);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(1 + BUDGET.tenant);
  const { text } = await service.as(null).get('/metrics');
  expect(text).toContain('countersign_sts_budget_limit{budget="tenant"} 10');
  expect(text).toContain('countersign_sts_budget_limit{budget="all"} 25');
  expect(text).toContain('countersign_sts_budget_remaining 15');
  expect(text).toContain('countersign_sts_budget_refusals_total{budget="tenant"} 3');
  // What did not leave is not counted as a call: one admitted probe, ten draws.
  expect(text).toContain('countersign_sts_calls_total{operation="AssumeRole",result="success"} 11');
  expect(text).not.toContain(tenant.id);
});
