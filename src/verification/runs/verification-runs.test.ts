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
import { deleteExpiredRuns } from './delete-expired.ts';
import { claimRun } from './store.ts';

const PER_MINUTE = 30;
/** What a run leaves free of that, for verifications by hand. */
const KEPT = 6;
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

const account = (n: number) => String(400_000_000_000 + n);

let firstAccount = 0;

/** A tenant with so many registered accounts; the policy of each role by its place, null: there is no role. */
async function organization(
  size: number,
  policyOf: (externalId: string, place: number) => object | null = (externalId) =>
    trustPolicyRequiring(externalId),
): Promise<{ tenant: TestTenant; path: string; accountIds: string[] }> {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: size }, () => account(++firstAccount));
  for (const [place, accountId] of accountIds.entries()) {
    const policy = policyOf(tenant.externalId, place);
    if (policy) await putRole(service.aws, policy, { name: ROLE, account: accountId });
  }
  const { body } = await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
  expect(body.data, JSON.stringify(body)).toHaveLength(size);
  return { tenant, path: `${tenant.path}/connections/verifications`, accountIds };
}

const start = async (path: string, body?: object) => {
  const answer = await service.admin.post(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body;
};
const read = async (path: string, id: string) => (await service.admin.get(`${path}/${id}`)).body;

/** Lets time pass until a run has finished; how many seconds it took. */
async function untilFinished(path: string, id: string, by: TestService = service): Promise<number> {
  for (let seconds = 0; seconds < 3600; ) {
    await advanceRuns(by.deps);
    const { status, waitingSeconds } = await read(path, id);
    if (status === 'finished') return seconds;
    expect(waitingSeconds, 'it says how long it waits').toBeGreaterThan(0);
    service.clock.advance(waitingSeconds);
    seconds += waitingSeconds;
  }
  throw new Error('the run did not finish within an hour');
}

test('an organization of 40 accounts is verified with progress, each account with its own outcome', async () => {
  const { tenant, path, accountIds } = await organization(40, (externalId, place) => {
    if (place % 10 === 3) return trustPolicy();
    return place % 10 === 7 ? null : trustPolicyRequiring(externalId);
  });
  const begun = await start(path);
  expect(begun).toMatchObject({ status: 'running', total: 40, done: 0, verified: 0, waitingSeconds: 0 });
  await advanceRuns(service.deps);
  const midway = await read(path, begun.id);
  expect(midway).toMatchObject({ status: 'running', done: PER_MINUTE - KEPT, finishedAt: null });
  const took = await untilFinished(path, begun.id);
  expect(took).toBe((40 - (PER_MINUTE - KEPT)) * (60 / PER_MINUTE));
  const run = await read(path, begun.id);
  expect(run).toMatchObject({ status: 'finished', done: 40, verified: 32, waitingSeconds: 0 });
  const outcomes = new Map(
    run.connections.map((item: { accountId: string; outcome: string }) => [item.accountId, item.outcome]),
  );
  for (const [place, accountId] of accountIds.entries()) {
    const expected: Record<number, string> = { 3: 'external_id_not_enforced', 7: 'not_assumable' };
    expect(outcomes.get(accountId), accountId).toBe(expected[place % 10] ?? 'verified');
  }
  const { body } = await service.admin.get(`${tenant.path}/connections?limit=200`);
  const statuses = body.data.map((connection: { status: string }) => connection.status);
  expect(statuses.filter((status: string) => status === 'verified')).toHaveLength(32);
  expect(statuses.filter((status: string) => status === 'insecure')).toHaveLength(4);
  expect(statuses.filter((status: string) => status === 'unreachable')).toHaveLength(4);
});

test('a run takes from the limit of its tenant, and leaves room to verify one role by hand', async () => {
  const { tenant, path } = await organization(40);
  const { id } = await start(path);
  await advanceRuns(service.deps);
  const byHand = await createConnection(service, tenant);
  for (let i = 0; i < KEPT; i++)
    expect((await service.admin.post(`${byHand.path}/verification`)).status).toBe(200);
  expect((await service.admin.post(`${byHand.path}/verification`)).status).toBe(429);
  const { done } = await read(path, id);
  await advanceRuns(service.deps);
  service.clock.advance(2);
  await advanceRuns(service.deps);
  expect((await read(path, id)).done, 'what was taken by hand, the run waits for').toBe(done);
  await untilFinished(path, id);
});

test('a process that dies in the middle of a run leaves it to another', async () => {
  const { path } = await organization(40);
  const { id } = await start(path);
  await advanceRuns(service.deps);
  const { done, waitingSeconds } = await read(path, id);
  service.clock.advance(waitingSeconds);
  const now = service.clock.now();
  const until = new Date(now.getTime() + 120_000);
  // What the one that dies has done by then: it holds the run.
  expect((await claimRun(service.deps.database, { now, until }))?.id).toBe(id);
  await advanceRuns(replica.deps);
  expect((await read(path, id)).done, 'held by the other').toBe(done);
  service.clock.advance(120);
  await untilFinished(path, id, replica);
  expect(await read(path, id)).toMatchObject({ status: 'finished', verified: 40 });
});

test('two replicas share the runs, and verify no connection twice', async () => {
  const { path, accountIds } = await organization(20);
  const before = service.aws.calls.length;
  const { id } = await start(path);
  await Promise.all([advanceRuns(service.deps), advanceRuns(replica.deps)]);
  await untilFinished(path, id);
  expect(await read(path, id)).toMatchObject({ verified: 20 });
  const asked = service.aws.calls.slice(before).filter(({ roleArn }) => roleArn?.endsWith(`role/${ROLE}`));
  expect(asked).toHaveLength(accountIds.length * 5);
});

test('what AWS does not answer is tried again', async () => {
  const { path } = await organization(2);
  const { id } = await start(path);
  service.aws.faults.set('throttle', { operation: 'AssumeRole' });
  await advanceRuns(service.deps);
  const waiting = await read(path, id);
  expect(waiting).toMatchObject({ status: 'running', done: 0 });
  expect(waiting.waitingSeconds).toBeGreaterThan(0);
  service.aws.faults.clear();
  await untilFinished(path, id);
  expect(await read(path, id)).toMatchObject({ verified: 2 });
});

test('a connection that is deleted or disabled meanwhile is skipped', async () => {
  const { tenant, path } = await organization(3);
  const { id, connections } = await start(path);
  const [gone, off] = connections.map(
    ({ connectionId }: { connectionId: string }) => `${tenant.path}/connections/${connectionId}`,
  );
  await service.admin.delete(gone);
  await service.admin.patch(off, { disabled: true });
  await untilFinished(path, id);
  const { connections: items, ...run } = await read(path, id);
  expect(run).toMatchObject({ status: 'finished', total: 3, done: 3, verified: 1 });
  expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'skipped',
    'skipped',
    'verified',
  ]);
});

test('nothing more is asked of AWS for a tenant that was suspended meanwhile', async () => {
  const { tenant, path } = await organization(3);
  const { id } = await start(path);
  await service.admin.patch(tenant.path, { status: 'suspended' });
  const before = service.aws.calls.length;
  await untilFinished(path, id);
  expect(service.aws.calls).toHaveLength(before);
  expect(await read(path, id)).toMatchObject({ done: 3, verified: 0 });
});

test('the chosen connections alone are verified; those of another tenant are as if they were not there', async () => {
  const { tenant, path } = await organization(3);
  const { body } = await service.admin.get(`${tenant.path}/connections`);
  const [first, second] = body.data.map(({ id }: { id: string }) => id);
  const theirs = await createConnection(service, await createTenant(service));
  const refused = await service.admin.post(path, { connectionIds: [first, theirs.id] });
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toEqual([
    { path: 'connectionIds.1', message: 'this tenant has no such connection' },
  ]);
  const { id } = await start(path, { connectionIds: [second, first, first] });
  await untilFinished(path, id);
  const run = await read(path, id);
  expect(run.connections.map(({ connectionId }: { connectionId: string }) => connectionId)).toEqual(
    [first, second].sort(),
  );
  // Left out, it is those that are not verified yet; and no more than the limit.
  const rest = await start(path);
  expect(rest.total).toBe(1);
  await untilFinished(path, rest.id);
  expect(await start(path)).toMatchObject({ total: 0, status: 'finished' });
});

test('a tenant has one run at a time, and may read and start its own alone', async () => {
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
  // Not even by naming it under one's own tenant.
  expect((await caller.get(`${mine.path}/${other.id}`)).status).toBe(404);
  expect((await caller.get(`${mine.path}/${run.id}`)).status).toBe(200);
  await untilFinished(mine.path, run.id);
  await untilFinished(theirs.path, other.id);
});

test('a finished run can be read for a day, and is then forgotten', async () => {
  const { path } = await organization(1);
  const { id } = await start(path);
  await untilFinished(path, id);
  service.clock.advance(23 * 3600);
  await deleteExpiredRuns(service.deps);
  expect((await service.admin.get(`${path}/${id}`)).status).toBe(200);
  service.clock.advance(2 * 3600);
  await deleteExpiredRuns(service.deps);
  expect((await service.admin.get(`${path}/${id}`)).status).toBe(404);
});

test('of what AWS never answers, the end is inconclusive', async () => {
  const { path } = await organization(1);
  const { id } = await start(path);
  service.aws.faults.set('throttle', { operation: 'AssumeRole' });
  await untilFinished(path, id);
  service.aws.faults.clear();
  const { connections } = await read(path, id);
  expect(connections).toMatchObject([{ outcome: 'inconclusive' }]);
});
