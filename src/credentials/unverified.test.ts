import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { verifyDueConnections } from '../verification/verify-due-connections.ts';

let service: TestService;
let worker: Caller;

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterAll(() => service.close());
afterEach(() => service.aws.faults.clear());

const issue = (connection: TestConnection) => worker.post(`${connection.path}/credentials`, {});
const read = async (connection: TestConnection) => (await service.admin.get(connection.path)).body;
const replacePolicy = (connection: TestConnection, policy: object) =>
  putRole(service.aws, policy, { name: connection.roleName, exists: true });
const secondsUntil = (time: string): number => (Date.parse(time) - service.clock.now().getTime()) / 1000;

/** Creates a connection that was verified, is denied since, and is due again in minutes. */
async function createUnreachable(): Promise<{ tenant: TestTenant; connection: TestConnection }> {
  const created = await createConnectedTenant(service);
  await replacePolicy(created.connection, trustPolicyRequiring('somebody-else'));
  for (let i = 0; i < 5; i++) await service.admin.post(`${created.connection.path}/verification`);
  const { status, nextVerificationAt } = await read(created.connection);
  expect(status).toBe('unreachable');
  expect(secondsUntil(nextVerificationAt)).toBeGreaterThan(200);
  return created;
}

test('a request brings the verification of an unreachable connection forward, at most once in 15 seconds', async () => {
  const { tenant, connection } = await createUnreachable();
  const checkedAt = Date.parse((await read(connection)).lastVerification.checkedAt);
  const refused = await issue(connection);
  expect([refused.status, refused.body.code]).toEqual([409, 'connection_not_verified']);
  expect(Number(refused.headers['retry-after'])).toBe(17);
  expect(secondsUntil((await read(connection)).nextVerificationAt)).toBe(15);
  for (let second = 0; second < 60; second += 5) {
    service.clock.advance(5);
    await Promise.all(Array.from({ length: 5 }, () => issue(connection)));
    await verifyDueConnections(service.deps);
  }
  const last = Date.parse((await read(connection)).lastVerification.checkedAt);
  expect((last - checkedAt) / 1000).toBe(60);
  const events = await service.admin.get(`/v1/audit-events?tenantId=${tenant.id}&action=connection.refused`);
  // Four of createUnreachable (the first one degraded it), and one each 15 seconds.
  expect(events.body.data).toHaveLength(4 + 4);
});

test('another transaction that holds the row neither delays the answer nor prolongs Retry-After', async () => {
  const { connection } = await createUnreachable();
  const other = new pg.Client(service.database.ownerUrl);
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query('SELECT FROM connections WHERE id = $1 FOR UPDATE', [connection.id]);
    const refused = await issue(connection);
    expect([refused.status, refused.headers['retry-after']]).toEqual([409, '17']);
  } finally {
    await other.end();
  }
  await issue(connection);
  expect(secondsUntil((await read(connection)).nextVerificationAt)).toBe(15);
});

test('a role that was fixed is served again within a minute to a worker that obeys Retry-After', async () => {
  const { tenant, connection } = await createUnreachable();
  await replacePolicy(connection, trustPolicyRequiring(tenant.externalId));
  let waited = 0;
  let response = await issue(connection);
  while (response.status !== 200 && waited < 60) {
    const seconds = Number(response.headers['retry-after']);
    service.clock.advance(seconds);
    waited += seconds;
    await verifyDueConnections(service.deps);
    response = await issue(connection);
  }
  expect(response.status).toBe(200);
  expect(waited).toBeLessThan(60);
});

test('a request verifies a connection that was only just registered', async () => {
  const connection = await createConnection(service, await createTenant(service));
  const refused = await issue(connection);
  expect([refused.status, refused.body.code]).toEqual([409, 'connection_not_verified']);
  expect(Number(refused.headers['retry-after'])).toBe(2);
  await verifyDueConnections(service.deps);
  expect((await issue(connection)).status).toBe(200);
});

test('while a connection is verified, a request does not start another verification of it', async () => {
  const { connection } = await createUnreachable();
  await issue(connection);
  service.clock.advance(15);
  service.aws.faults.set('hang', { roleArn: connection.roleArn });
  const verifying = verifyDueConnections(service.deps);
  const calls = () =>
    service.aws.calls.filter(
      ({ roleArn, outcome }) => roleArn === connection.roleArn && outcome === 'pending',
    );
  await expect.poll(() => calls().length).toBe(1);
  await issue(connection);
  expect(secondsUntil((await read(connection)).nextVerificationAt)).toBe(15);
  service.aws.faults.clear();
  await verifying;
});

describe('a request does not bring a verification forward', () => {
  const cases: [
    string,
    (at: { tenant: TestTenant; connection: TestConnection }) => Promise<unknown>,
    string,
  ][] = [
    [
      'if the tenant is suspended',
      ({ tenant }) => service.admin.patch(tenant.path, { status: 'suspended' }),
      'tenant_not_active',
    ],
    [
      'if the connection is disabled',
      ({ connection }) => service.admin.patch(connection.path, { disabled: true }),
      'connection_not_verified',
    ],
    [
      'if the role does not enforce the external ID',
      async ({ connection }) => {
        await replacePolicy(connection, trustPolicy());
        await service.admin.post(`${connection.path}/verification`);
      },
      'connection_not_verified',
    ],
  ];
  test.each(cases)('%s', async (_, change, code) => {
    const at = await createUnreachable();
    await change(at);
    const before = await read(at.connection);
    const refused = await issue(at.connection);
    expect([refused.status, refused.body.code]).toEqual([409, code]);
    expect(refused.headers['retry-after']).toBeUndefined();
    expect((await read(at.connection)).nextVerificationAt).toBe(before.nextVerificationAt);
  });

  test('if the worker may not use the tenant', async () => {
    const [mine, theirs] = [await createTenant(service), await createUnreachable()];
    const { caller } = await createKey(service, { role: 'worker', tenantIds: [mine.id] });
    const before = await read(theirs.connection);
    expect((await caller.post(`${theirs.connection.path}/credentials`, {})).status).toBe(404);
    expect((await read(theirs.connection)).nextVerificationAt).toBe(before.nextVerificationAt);
  });
});
