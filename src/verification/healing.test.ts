import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CUSTOMER,
  createConnectedTenant,
  createConnection,
  createTenant,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { verifyDueConnections } from './verify-due-connections.ts';

const HOUR_SECONDS = 3600;
const DENY_ALL = trustPolicyRequiring('another-external-id');

let service: TestService;

beforeEach(async () => {
  service = await startTestService();
});
afterEach(() => service.close());

const read = async (connection: { path: string }) => (await service.admin.get(connection.path)).body;

const changePolicy = (connection: TestConnection, policy: object): Promise<string> =>
  putRole(service.aws, policy, { name: connection.roleName, exists: true });

const verify = (connection: TestConnection) => service.admin.post(`${connection.path}/verification`);

async function auditActions(tenant: TestTenant): Promise<string[]> {
  const { body } = await service.admin.get(`/v1/audit-events?tenantId=${tenant.id}&limit=200`);
  return body.data.map((event: { action: string }) => event.action);
}

/** Moves the clock to each time at which the connection is due, until the status is reached. Returns the seconds. */
async function secondsUntil(connection: { path: string }, status: string): Promise<number> {
  const startedAt = service.clock.now().getTime();
  for (let count = 0; count < 100; count++) {
    const { status: current, nextVerificationAt } = await read(connection);
    const elapsedSeconds = (service.clock.now().getTime() - startedAt) / 1000;
    if (current === status) return elapsedSeconds;
    const waitMs = Date.parse(nextVerificationAt) - service.clock.now().getTime();
    service.clock.advance(Math.max(0, waitMs) / 1000 + 0.001);
    await verifyDueConnections(service.deps);
  }
  throw new Error(`the connection never became ${status}`);
}

describe('without anybody asking', () => {
  test('a role that is created an hour after it was registered is verified within the next hour', async () => {
    const tenant = await createTenant(service);
    const roleArn = `arn:aws:iam::${CUSTOMER}:role/CreatedLater`;
    const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const connection = { path: `${tenant.path}/connections/${body.id}` };
    expect(await secondsUntil(connection, 'unreachable')).toBeLessThanOrEqual(15.1);
    while (service.clock.now().getTime() < Date.parse(body.createdAt) + HOUR_SECONDS * 1000) {
      service.clock.advance(60);
      await verifyDueConnections(service.deps);
    }
    await putRole(service.aws, trustPolicyRequiring(tenant.externalId), { name: 'CreatedLater' });
    expect(await secondsUntil(connection, 'verified')).toBeLessThanOrEqual(HOUR_SECONDS);
    expect(await auditActions(tenant)).toContain('connection.verified');
  });

  test('a connection that broke is verified 15 seconds after its role is right again, and says since when', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    await changePolicy(connection, DENY_ALL);
    service.clock.advance(60);
    await verify(connection);
    const broken = await read(connection);
    expect(broken).toMatchObject({
      status: 'unreachable',
      statusReason: 'not_assumable',
      statusSince: service.clock.now().toISOString(),
      lastVerification: { outcome: 'not_assumable' },
    });
    expect(broken.lastVerification.checks.map((check: { observed: string }) => check.observed)).toEqual([
      'denied',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
    await changePolicy(connection, trustPolicyRequiring(tenant.externalId));
    expect(await secondsUntil(connection, 'verified')).toBeLessThanOrEqual(15.1);
    expect((await auditActions(tenant)).slice(0, 1)).toEqual(['connection.recovered']);
    expect(await read(connection)).toMatchObject({ status: 'verified', statusReason: 'verified' });
  });

  test('a connection that is insecure, disabled, or of a suspended tenant is not verified again before its time', async () => {
    const insecure = await createConnectedTenant(service);
    await changePolicy(insecure.connection, trustPolicy());
    await verify(insecure.connection);
    const disabled = await createConnectedTenant(service);
    await service.admin.patch(disabled.connection.path, { disabled: true });
    const suspended = await createTenant(service);
    await createConnection(service, suspended);
    await service.admin.patch(suspended.path, { status: 'suspended' });
    service.clock.advance(HOUR_SECONDS);
    expect(await verifyDueConnections(service.deps)).toBe(0);
    expect(await read(insecure.connection)).toMatchObject({ status: 'insecure' });
    expect(await read(disabled.connection)).toMatchObject({ status: 'disabled', nextVerificationAt: null });
  });
});

test('two replicas verify each due connection once', async () => {
  const replica = await startTestService({ replicaOf: service });
  try {
    const tenant = await createTenant(service);
    for (let count = 0; count < 6; count++) await createConnection(service, tenant);
    service.clock.advance(16);
    const before = service.aws.calls.length;
    const counts = await Promise.all([
      verifyDueConnections(service.deps),
      verifyDueConnections(replica.deps),
    ]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(6);
    expect(service.aws.calls.length - before).toBe(6 * 6);
  } finally {
    await replica.close();
  }
});

test('a tenant that registers many roles of other people has them tried no faster than its limit allows', async () => {
  const limited = await startTestService({ replicaOf: service, config: { verificationsPerMinute: 5 } });
  try {
    const tenant = await createTenant(service);
    const accountIds = Array.from({ length: 12 }, (_, i) => String(200_000_000_000 + i));
    await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
    service.clock.advance(16);
    const before = service.aws.calls.length;
    await verifyDueConnections(limited.deps);
    const roles = new Set(service.aws.calls.slice(before).map((call) => call.roleArn));
    expect(roles.size).toBe(5);
  } finally {
    await limited.close();
  }
});

test.each([-1800, 1800])(
  'a clock that differs from that of AWS by %i seconds fails no verification',
  async (seconds) => {
    const { connection } = await createConnectedTenant(service);
    service.aws.faults.set('clock-skew', { skewSeconds: seconds });
    const { body } = await verify(connection);
    service.aws.faults.clear();
    expect(body).toMatchObject({ outcome: 'verified' });
  },
);

test('a role without a condition is not verified, even if AWS denies everything after the first probe', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant, trustPolicy());
  service.aws.faults.set('hang', { roleArn: connection.roleArn, times: 1 });
  const pending = verify(connection);
  const isHeld = () =>
    service.aws.calls.some((call) => call.roleArn === connection.roleArn && call.outcome === 'pending');
  await expect.poll(isHeld).toBe(true);
  // The first probe goes on and is allowed; every later call is denied.
  service.aws.faults.clear();
  service.aws.faults.set('deny', { roleArn: connection.roleArn });
  const { body } = await pending;
  service.aws.faults.clear();
  expect(body).toMatchObject({ outcome: 'inconclusive' });
  expect((await verify(connection)).body.outcome).toBe('external_id_not_enforced');
});

test('while the broker fails, a due connection is still tried, so that its success shows that the broker works', async () => {
  const gone = [await createConnectedTenant(service), await createConnectedTenant(service)];
  for (const { connection } of gone) await changePolicy(connection, DENY_ALL);
  const [first] = gone;
  if (!first) throw new Error('no tenant');
  expect((await verify(first.connection)).body).toMatchObject({ failure: 'broker_failing' });
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  service.clock.advance(16);
  await verifyDueConnections(service.deps);
  expect(await read(connection)).toMatchObject({ status: 'verified' });
  expect(service.deps.brokers.get('aws')?.health.state.status).toBe('working');
  expect((await verify(first.connection)).body).toMatchObject({ outcome: 'not_assumable' });
});

describe('of 10,000 connections that are due while AWS denies the broker everything,', () => {
  const COUNT = 10_000;
  /** Each verification makes one call, and as many for other tenants' roles as prove that the broker fails. */
  const MAX_CALLS_PER_VERIFICATION = 1 + 5;

  /** Inserts verified connections of ten tenants, all due now. */
  async function insertDueConnections(): Promise<void> {
    for (let i = 0; i < 10; i++) await createTenant(service);
    await service.queryAsOwner(
      `INSERT INTO connections (id, tenant_id, role_arn, account_id, partition, status, verified_external_id_id,
         next_verification_at, created_at, updated_at)
       SELECT 'connection_' || lpad(row_number() OVER ()::text, 26, '0'), t.id, 'arn:aws:iam::111111111111:role/' || n, '111111111111', 'aws', 'verified',
         e.id, $1, $1, $1
       FROM tenants t JOIN external_ids e ON e.tenant_id = t.id, generate_series(1, $2::int) n`,
      [service.clock.now(), COUNT / 10],
    );
  }
  /** How many are due, and how many are no longer verified. */
  async function count(): Promise<{ due: number; changed: number }> {
    const { rows } = await service.queryAsOwner(
      `SELECT (count(*) FILTER (WHERE next_verification_at <= $1))::int AS due,
         (count(*) FILTER (WHERE status <> 'verified'))::int AS changed FROM connections`,
      [service.clock.now()],
    );
    return rows[0];
  }

  test('a few are tried until the broker is found failing, then one at a time', async () => {
    await insertDueConnections();
    service.aws.faults.set('deny', { operation: 'AssumeRole' });
    const callsDuring = async (): Promise<number> => {
      const before = service.aws.calls.length;
      service.clock.advance(1);
      await verifyDueConnections(service.deps);
      return service.aws.calls.length - before;
    };
    expect(await callsDuring()).toBeLessThanOrEqual(2 * MAX_CALLS_PER_VERIFICATION);
    expect(service.deps.brokers.get('aws')?.health.state.status).toBe('failing');
    for (let second = 0; second < 10; second++)
      expect(await callsDuring()).toBeLessThanOrEqual(MAX_CALLS_PER_VERIFICATION);
    expect(await count()).toEqual({ due: COUNT - 2 - 10, changed: 0 });
  });
});

test('a shutdown waits for the verifications in progress, and leaves the rest of a long list', async () => {
  const tenant = await createTenant(service);
  for (let number = 0; number < 5; number++) await createConnection(service, tenant);
  service.clock.advance(60);
  const stopping = new AbortController();
  const verified = verifyDueConnections(service.deps, stopping.signal);
  stopping.abort();
  expect(await verified).toBeLessThan(5);
  expect(await verifyDueConnections(service.deps, stopping.signal)).toBe(0);
  expect(await verifyDueConnections(service.deps)).toBeGreaterThan(0);
});
