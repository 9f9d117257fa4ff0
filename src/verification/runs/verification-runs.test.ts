import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../../test/harness/service.ts';
import { advanceRuns } from './advance.ts';
import { claimRun } from './store.ts';

const PER_MINUTE = 30;
/** The part of the limit that a run leaves to single verifications. */
const RESERVED = 6;
const ROLE = 'CountersignAccess';

let service: TestService;
let replica: TestService;

beforeAll(async () => {
  service = await startTestService();
  replica = await startTestService({ replicaOf: service });
});
afterAll(async () => {
  await replica?.close();
  await service?.close();
});

const accountId = (n: number) => String(400_000_000_000 + n);

let accountCount = 0;

/** Creates a tenant with this many registered accounts. `policyOf` returns the trust policy of each role; null: no role. */
async function organization(
  size: number,
  policyOf: (externalId: string, index: number) => object | null = (externalId) =>
    trustPolicyRequiring(externalId),
): Promise<{ tenant: TestTenant; path: string; accountIds: string[] }> {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: size }, () => accountId(++accountCount));
  for (const [index, accountId] of accountIds.entries()) {
    const policy = policyOf(tenant.externalId, index);
    if (policy) await putRole(service.aws, policy, { name: ROLE, account: accountId });
  }
  const { body } = await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
  expect(body.data, JSON.stringify(body)).toHaveLength(size);
  return { tenant, path: `${tenant.path}/connections/verifications`, accountIds };
}

const start = async (path: string, body?: object) => {
  const response = await service.admin.post(path, body);
  expect(response.status, JSON.stringify(response.body)).toBe(202);
  return response.body;
};
const read = async (path: string, id: string) => (await service.admin.get(`${path}/${id}`)).body;

/** Advances the clock until a run has finished, and returns the number of seconds. */
async function waitUntilFinished(path: string, id: string, by: TestService = service): Promise<number> {
  for (let seconds = 0; seconds < 3600; ) {
    await advanceRuns(by.deps);
    const { status, waitingSeconds } = await read(path, id);
    if (status === 'finished') return seconds;
    expect(waitingSeconds, 'waitingSeconds while it is running').toBeGreaterThan(0);
    service.clock.advance(waitingSeconds);
    seconds += waitingSeconds;
  }
  throw new Error('the run did not finish within an hour');
}

test('verifies 40 accounts, shows its progress, and has an outcome for each account', async () => {
  const { tenant, path, accountIds } = await organization(40, (externalId, index) => {
    if (index % 10 === 3) return trustPolicy();
    return index % 10 === 7 ? null : trustPolicyRequiring(externalId);
  });
  const started = await start(path);
  expect(started).toMatchObject({ status: 'running', total: 40, done: 0, verified: 0, waitingSeconds: 0 });
  await advanceRuns(service.deps);
  const midway = await read(path, started.id);
  expect(midway).toMatchObject({ status: 'running', done: PER_MINUTE - RESERVED, finishedAt: null });
  const took = await waitUntilFinished(path, started.id);
  expect(took).toBe((40 - (PER_MINUTE - RESERVED)) * (60 / PER_MINUTE));
  const run = await read(path, started.id);
  expect(run).toMatchObject({ status: 'finished', done: 40, verified: 32, waitingSeconds: 0 });
  const outcomes = new Map(
    run.connections.map((item: { accountId: string; outcome: string }) => [item.accountId, item.outcome]),
  );
  for (const [index, accountId] of accountIds.entries()) {
    const expected: Record<number, string> = { 3: 'external_id_not_enforced', 7: 'not_assumable' };
    expect(outcomes.get(accountId), accountId).toBe(expected[index % 10] ?? 'verified');
  }
  const { body } = await service.admin.get(`${tenant.path}/connections?limit=200`);
  const statuses = body.data.map((connection: { status: string }) => connection.status);
  expect(statuses.filter((status: string) => status === 'verified')).toHaveLength(32);
  expect(statuses.filter((status: string) => status === 'insecure')).toHaveLength(4);
  expect(statuses.filter((status: string) => status === 'unreachable')).toHaveLength(4);
});

test("a run counts against its tenant's rate limit and leaves a part of it to single verifications", async () => {
  const { tenant, path } = await organization(40);
  const { id } = await start(path);
  await advanceRuns(service.deps);
  const byHand = await createConnection(service, tenant);
  for (let i = 0; i < RESERVED; i++)
    expect((await service.admin.post(`${byHand.path}/verification`)).status).toBe(200);
  expect((await service.admin.post(`${byHand.path}/verification`)).status).toBe(429);
  const { done } = await read(path, id);
  await advanceRuns(service.deps);
  service.clock.advance(2);
  await advanceRuns(service.deps);
  expect((await read(path, id)).done, 'the run waits for what single verifications used').toBe(done);
  await waitUntilFinished(path, id);
});

test('another process continues a run whose process died', async () => {
  const { path } = await organization(40);
  const { id } = await start(path);
  await advanceRuns(service.deps);
  const { done, waitingSeconds } = await read(path, id);
  service.clock.advance(waitingSeconds);
  const now = service.clock.now();
  const until = new Date(now.getTime() + 120_000);
  // The process that dies has claimed the run.
  expect((await claimRun(service.deps.database, { now, until }))?.id).toBe(id);
  await advanceRuns(replica.deps);
  expect((await read(path, id)).done, 'claimed by the other process').toBe(done);
  service.clock.advance(120);
  await waitUntilFinished(path, id, replica);
  expect(await read(path, id)).toMatchObject({ status: 'finished', verified: 40 });
});

test('two replicas share a run and verify no connection twice', async () => {
  const { path, accountIds } = await organization(20);
  const before = service.aws.calls.length;
  const { id } = await start(path);
  await Promise.all([advanceRuns(service.deps), advanceRuns(replica.deps)]);
  await waitUntilFinished(path, id);
  expect(await read(path, id)).toMatchObject({ verified: 20 });
  const probes = service.aws.calls.slice(before).filter(({ roleArn }) => roleArn?.endsWith(`role/${ROLE}`));
  expect(probes).toHaveLength(accountIds.length * 6);
});

test('repeats a verification that AWS did not answer', async () => {
  const { path } = await organization(2);
  const { id } = await start(path);
  service.aws.faults.set('throttle', { operation: 'AssumeRole' });
  await advanceRuns(service.deps);
  const waiting = await read(path, id);
  expect(waiting).toMatchObject({ status: 'running', done: 0 });
  expect(waiting.waitingSeconds).toBeGreaterThan(0);
  service.aws.faults.clear();
  await waitUntilFinished(path, id);
  expect(await read(path, id)).toMatchObject({ verified: 2 });
});

test('skips connections that were deleted or disabled after the start', async () => {
  const { tenant, path } = await organization(3);
  const { id, connections } = await start(path);
  const [deleted, disabled] = connections.map(
    ({ connectionId }: { connectionId: string }) => `${tenant.path}/connections/${connectionId}`,
  );
  await service.admin.delete(deleted);
  await service.admin.patch(disabled, { disabled: true });
  await waitUntilFinished(path, id);
  const { connections: items, ...run } = await read(path, id);
  expect(run).toMatchObject({ status: 'finished', total: 3, done: 3, verified: 1 });
  expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'skipped',
    'skipped',
    'verified',
  ]);
});

test('makes no more calls to AWS after the tenant was suspended', async () => {
  const { tenant, path } = await organization(3);
  const { id } = await start(path);
  await service.admin.patch(tenant.path, { status: 'suspended' });
  const before = service.aws.calls.length;
  await waitUntilFinished(path, id);
  expect(service.aws.calls).toHaveLength(before);
  expect(await read(path, id)).toMatchObject({ done: 3, verified: 0 });
});

test("verifies only the requested connections, and answers another tenant's connection like a missing one", async () => {
  const { tenant, path } = await organization(3);
  const { body } = await service.admin.get(`${tenant.path}/connections`);
  const [first, second] = body.data.map(({ id }: { id: string }) => id);
  const foreign = await createConnection(service, await createTenant(service));
  const refused = await service.admin.post(path, { connectionIds: [first, foreign.id] });
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toEqual([
    { path: 'connectionIds.1', message: 'is not a connection of this tenant' },
  ]);
  const { id } = await start(path, { connectionIds: [second, first, first] });
  await waitUntilFinished(path, id);
  const run = await read(path, id);
  expect(run.connections.map(({ connectionId }: { connectionId: string }) => connectionId)).toEqual(
    [first, second].sort(),
  );
  // Without connectionIds, the run has the connections that are not verified yet.
  const rest = await start(path);
  expect(rest.total).toBe(1);
  await waitUntilFinished(path, rest.id);
  expect(await start(path)).toMatchObject({ total: 0, status: 'finished' });
});

test('a tenant has one run at a time, and cannot read or start runs of other tenants', async () => {
  const [mine, theirs] = [await organization(2), await organization(2)];
  const { caller } = await createKey(service, { role: 'tenant', tenantId: mine.tenant.id });
  const { body: run } = await caller.post(mine.path, { limit: 1 });
  expect(run.total).toBe(1);
  const second = await caller.post(mine.path);
  expect(second.body).toMatchObject({ status: 409, code: 'conflict' });
  expect(second.body.detail).toContain(run.id);
  const other = await start(theirs.path);
  expect((await caller.post(theirs.path)).status).toBe(404);
  expect((await caller.get(`${theirs.path}/${other.id}`)).status).toBe(404);
  // Another tenant's run is not found under the own tenant either.
  expect((await caller.get(`${mine.path}/${other.id}`)).status).toBe(404);
  expect((await caller.get(`${mine.path}/${run.id}`)).status).toBe(200);
  await waitUntilFinished(mine.path, run.id);
  await waitUntilFinished(theirs.path, other.id);
});

test('a connection that AWS never answers for is inconclusive in the end', async () => {
  const { path } = await organization(1);
  const { id } = await start(path);
  service.aws.faults.set('throttle', { operation: 'AssumeRole' });
  await waitUntilFinished(path, id);
  service.aws.faults.clear();
  const { connections } = await read(path, id);
  expect(connections).toMatchObject([{ outcome: 'inconclusive' }]);
});
