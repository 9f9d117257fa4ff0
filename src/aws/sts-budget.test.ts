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
const issueCredentials = async (path: string, key: { caller: ReturnType<TestService['as']> }) =>
  key.caller.post(`${path}/credentials`, {});

/** Creates worker keys. Each has its own session, so that credentials for each need a call to STS. */
const createWorkers = (count: number) =>
  Promise.all(Array.from({ length: count }, () => createKey(service, { role: 'worker' })));

describe('a tenant with too many calls', () => {
  test('receives a Retry-After of one second, while other tenants are served', async () => {
    const noisy = (await createConnectedTenant(service)).connection;
    const quiet = (await createConnectedTenant(service)).connection;
    nextSecond();
    const keys = await createWorkers(30);
    const responses = await Promise.all(keys.map((key) => issueCredentials(noisy.path, key)));
    const rejected = responses.filter((response) => response.status !== 200);
    expect(responses.length - rejected.length).toBe(BUDGET.tenant);
    for (const { status, body, headers } of rejected) {
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'aws_throttled', '1']);
    }
    const others = await Promise.all(keys.slice(0, 10).map((key) => issueCredentials(quiet.path, key)));
    expect(new Set(others.map((response) => response.status))).toEqual(new Set([200]));
    nextSecond();
    for (const key of keys.slice(-1)) {
      expect((await issueCredentials(noisy.path, key)).status).toBe(200);
    }
  });

  test('still gets cached credentials', async () => {
    const { connection } = await createConnectedTenant(service);
    nextSecond();
    const keys = await createWorkers(11);
    const statuses = [];
    for (const key of keys) statuses.push((await issueCredentials(connection.path, key)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 503]);
    const repeated = await Promise.all(
      keys.slice(0, 10).map((key) => issueCredentials(connection.path, key)),
    );
    expect(new Set(repeated.map((response) => response.status))).toEqual(new Set([200]));
  });
});

test('all tenants together stay within the total budget, including retries of the SDK', async () => {
  const connections: TestConnection[] = [];
  for (let i = 0; i < 4; i++) {
    connections.push((await createConnectedTenant(service)).connection);
    nextSecond();
  }
  const keys = await createWorkers(12);
  const before = service.aws.calls.length;
  service.aws.faults.set('throttle', { roleArn: connections[0]?.roleArn as string });
  const responses = await Promise.all(
    keys.flatMap((key) => connections.map(({ path }) => issueCredentials(path, key))),
  );
  const calls = service.aws.calls.slice(before);
  expect(calls).toHaveLength(BUDGET.all);
  for (const { roleArn } of connections) {
    expect(calls.filter((call) => call.roleArn === roleArn).length).toBeLessThanOrEqual(BUDGET.tenant);
  }
  expect(new Set(responses.map((response) => response.body.code ?? 'issued'))).toEqual(
    new Set(['issued', 'aws_throttled']),
  );
});

test('a verification that exceeds the budget is inconclusive and returns the time of the next attempt', async () => {
  const tenant = await createTenant(service);
  const insecure = await createConnection(service, tenant, trustPolicy());
  const verified = await createConnection(service, tenant);
  const verify = async (path: string) => (await service.admin.post(`${path}/verification`)).body;
  expect((await verify(verified.path)).outcome).toBe('verified');
  const keys = await createWorkers(4);
  for (const key of keys) await issueCredentials(verified.path, key);
  // One call is left: the right external ID is allowed, and the wrong ones are not tried.
  const incomplete = await verify(insecure.path);
  expect(incomplete).toMatchObject({ outcome: 'inconclusive', retryAfterSeconds: 1 });
  expect((await service.admin.get(insecure.path)).body.status).toBe('pending');
  expect(await verify(verified.path)).toMatchObject({ outcome: 'inconclusive', retryAfterSeconds: 1 });
  expect((await service.admin.get(verified.path)).body.status).toBe('verified');
  nextSecond();
  expect((await verify(insecure.path)).outcome).toBe('external_id_not_enforced');
});

test('cached credentials are returned until they expire when the budget prevents a refresh', async () => {
  const { connection } = await createConnectedTenant(service);
  nextSecond();
  const [first, ...rest] = await createWorkers(11);
  if (!first) throw new Error('no key');
  const { body } = await issueCredentials(connection.path, first);
  service.clock.advance(2700);
  for (const key of rest) await issueCredentials(connection.path, key);
  const refreshed = await issueCredentials(connection.path, first);
  expect([refreshed.status, refreshed.body.accessKeyId]).toEqual([200, body.accessKeyId]);
  service.clock.advance(890);
  for (const key of await createWorkers(10)) await issueCredentials(connection.path, key);
  // Ten seconds before expiration, the request waits for the refresh. It fails, but the credentials are still valid.
  expect((await issueCredentials(connection.path, first)).body.accessKeyId).toBe(body.accessKeyId);
  // A failed refresh is retried after five seconds.
  service.clock.advance(6);
  expect((await issueCredentials(connection.path, first)).body.accessKeyId).not.toBe(body.accessKeyId);
});

test('a rotation that needs more calls than the budget waits for it and completes', async () => {
  const tenant = await createTenant(service);
  const connections = [];
  for (let i = 0; i < 5; i++) {
    const connection = await createConnection(service, tenant);
    nextSecond();
    await service.admin.post(`${connection.path}/verification`);
    connections.push(connection);
  }
  const { body } = await service.admin.post(`${tenant.path}/external-id/rotation`);
  for (const { path, roleName } of connections) {
    await putRole(service.aws, trustPolicyRequiring(tenant.externalId, body.rotation.externalId), {
      name: roleName,
      exists: true,
    });
    nextSecond();
    expect((await service.admin.post(`${path}/verification`)).body.outcome).toBe('verified');
  }
  let isCompleted = false;
  const completion = service.admin.post(`${tenant.path}/external-id/rotation/complete`).finally(() => {
    isCompleted = true;
  });
  while (!isCompleted) {
    service.clock.advance(0.1);
    await service.as(null).get('/livez');
  }
  expect(await completion).toMatchObject({ status: 200, body: { rotation: null } });
});

test('a scheduled verification that exceeds the budget is retried within a minute', async () => {
  const { connection } = await createConnectedTenant(service);
  service.clock.advance(3601);
  for (const key of await createWorkers(10)) await issueCredentials(connection.path, key);
  await putRole(service.aws, trustPolicy(), { name: connection.roleName, exists: true });
  expect(await verifyDueConnections(service.deps)).toBe(1);
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
  expect(await verifyDueConnections(service.deps)).toBe(0);
  service.clock.advance(61);
  expect(await verifyDueConnections(service.deps)).toBe(1);
  expect((await service.admin.get(connection.path)).body.status).toBe('insecure');
});

test('the metrics show the limits, the remaining calls and the rejected calls, without tenant IDs', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  nextSecond();
  for (const key of await createWorkers(13)) await issueCredentials(connection.path, key);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(2 + BUDGET.tenant);
  const { text } = await service.as(null).get('/metrics');
  expect(text).toContain('countersign_sts_budget_limit{budget="tenant"} 10');
  expect(text).toContain('countersign_sts_budget_limit{budget="all"} 25');
  expect(text).toContain('countersign_sts_budget_remaining{partition="aws"} 15');
  expect(text).toContain('countersign_sts_budget_refusals_total{budget="tenant"} 3');
  // Rejected calls are not counted as calls: one allowed probe and ten calls for credentials.
  expect(text).toContain('countersign_sts_calls_total{operation="AssumeRole",result="success"} 12');
  expect(text).not.toContain(tenant.id);
});
