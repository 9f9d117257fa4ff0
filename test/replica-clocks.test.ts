// Three replicas on one database. The clock of one host is right, one is slow and one is fast by ten minutes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumeRateLimit } from '../src/rate-limits/store.ts';
import { verifyDueConnections } from '../src/verification/verify-due-connections.ts';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  runningClock,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from './harness/service.ts';

const OFFSETS_SECONDS = [-600, 0, 600];

let base: TestService;
let replicas: TestService[];
let slow: TestService;
let right: TestService;
let fast: TestService;

/** A host whose clock is wrong by this much. Time passes there as it does for the database. */
const hostClock = (offsetSeconds: number) => ({
  now: () => new Date(base.clock.now().getTime() + offsetSeconds * 1000),
  monotonicMs: () => base.clock.now().getTime(),
});

beforeAll(async () => {
  base = await startTestService({ clock: runningClock() });
  replicas = [];
  for (const seconds of OFFSETS_SECONDS)
    replicas.push(await startTestService({ replicaOf: base, hostClock: hostClock(seconds) }));
  [slow, right, fast] = replicas as [TestService, TestService, TestService];
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await base?.close();
});

const advance = (seconds: number): void => base.clock.advance(seconds);

test('each replica has the time of the database', () => {
  for (const replica of replicas)
    expect(Math.abs(replica.deps.clock.now().getTime() - base.clock.now().getTime())).toBeLessThan(1000);
});

test("the limit of verifications is one for all, and no replica's clock uses it up for the others", async () => {
  const { id: tenantId } = await createTenant(base);
  const consume = ({ deps }: TestService) =>
    consumeRateLimit(deps.database, {
      tenantId,
      action: 'verification',
      perMinute: 3,
      now: deps.clock.now(),
    });
  for (const replica of [fast, right, slow]) expect(await consume(replica)).toMatchObject({ waitSeconds: 0 });
  for (const replica of replicas) {
    const { waitSeconds } = await consume(replica);
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(20);
  }
});

test('a limit that was counted before the clock of the database was set back refuses nobody', async () => {
  const { id: tenantId } = await createTenant(base);
  const now = base.clock.now();
  const limit = { tenantId, action: 'verification' as const, perMinute: 1 };
  const before = new Date(now.getTime() + 600_000);
  expect(await consumeRateLimit(base.deps.database, { ...limit, now: before })).toMatchObject({
    waitSeconds: 0,
  });
  expect(await consumeRateLimit(base.deps.database, { ...limit, now })).toMatchObject({ waitSeconds: 0 });
  expect(await consumeRateLimit(base.deps.database, { ...limit, now })).toMatchObject({ waitSeconds: 60 });
});

test('a role that was repaired is verified by any replica, and stored, right after another found it insecure', async () => {
  for (const [first, second] of [
    [fast, slow],
    [slow, fast],
  ] as const) {
    const tenant = await createTenant(base);
    const connection = await createConnection(base, tenant, trustPolicy());
    const verifyBy = async (replica: TestService) =>
      (await replica.as(base.adminKey).post(`${connection.path}/verification`)).body.outcome;
    expect(await verifyBy(first)).toBe('external_id_not_enforced');
    await putRole(base.aws, trustPolicyRequiring(tenant.externalId), {
      name: connection.roleName,
      exists: true,
    });
    expect(await verifyBy(second)).toBe('verified');
    const { body } = await base.admin.get(connection.path);
    expect(body).toMatchObject({ status: 'verified', lastVerification: { outcome: 'verified' } });
  }
});

test('a tenant token of 5 minutes lives 5 minutes, whichever replica created it and whichever reads it', async () => {
  const tenant = await createTenant(base);
  const tokens: string[] = [];
  for (const replica of replicas) {
    const created = await replica.as(base.adminKey).post(`${tenant.path}/tokens`, { expiresInSeconds: 300 });
    tokens.push(created.body.token);
  }
  const statuses = async () => {
    const all = replicas.flatMap((replica) => tokens.map((token) => replica.as(token).get(tenant.path)));
    return new Set((await Promise.all(all)).map(({ status }) => status));
  };
  expect(await statuses()).toEqual(new Set([200]));
  advance(270);
  expect(await statuses()).toEqual(new Set([200]));
  advance(31);
  expect(await statuses()).toEqual(new Set([401]));
});

test('a connect link and its session end at the same time on every replica', async () => {
  const tenant = await createTenant(base);
  const { body: link } = await fast
    .as(base.adminKey)
    .post(`${tenant.path}/connect-links`, { expiresInSeconds: 300 });
  const statusAt = async (replica: TestService) =>
    (await replica.as(base.adminKey).get(`${tenant.path}/connect-links`)).body.data[0].status;
  expect(Date.parse(link.expiresAt) - base.clock.now().getTime()).toBeLessThanOrEqual(300_000);
  for (const replica of replicas) expect(await statusAt(replica)).toBe('unopened');
  advance(301);
  for (const replica of replicas) expect(await statusAt(replica)).toBe('expired');
});

test('one replica alone verifies a connection that is due, and no replica does before', async () => {
  const { connection } = await createConnectedTenant(base);
  await base.queryAsOwner(
    'UPDATE connections SET next_verification_at = CASE id WHEN $1 THEN $2::timestamptz END',
    [connection.id, new Date(base.clock.now().getTime() + 60_000)],
  );
  const verifyDue = async () => {
    const counts = await Promise.all(replicas.map(({ deps }) => verifyDueConnections(deps)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  expect(await verifyDue()).toBe(0);
  advance(61);
  expect(await verifyDue()).toBe(1);
});

test('a session is renewed when it ends by the clock of AWS, whatever the clock of the host says', async () => {
  const { connection } = await createConnectedTenant(base);
  const { key } = await createKey(base, { role: 'worker' });
  const issue = async (replica: TestService): Promise<string> =>
    (await replica.as(key).post(`${connection.path}/credentials`, { durationSeconds: 900 })).body.expiresAt;
  const first = await Promise.all(replicas.map(issue));
  expect(await Promise.all(replicas.map(issue))).toEqual(first);
  advance(901);
  for (const expiresAt of await Promise.all(replicas.map(issue)))
    expect(Date.parse(expiresAt) - base.clock.now().getTime()).toBeGreaterThan(890_000);
});

test('the offset of each host is a gauge, and a warning once', async () => {
  for (const [index, replica] of replicas.entries()) {
    const offset = -(OFFSETS_SECONDS[index] as number);
    const metrics = await (await fetch(`${replica.url}/metrics`)).text();
    const [, value] = /^countersign_database_clock_offset_seconds (\S+)$/m.exec(metrics) ?? [];
    expect(Math.abs(Number(value) - offset)).toBeLessThan(1);
    const warnings = replica.logLines.filter((line) => line.includes('the clock of this host differs'));
    expect(warnings).toHaveLength(offset === 0 ? 0 : 1);
  }
});
