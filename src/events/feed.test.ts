import { setImmediate as nextTick } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, createTenant, startTestService, type TestService } from '../../test/harness/service.ts';
import type { Database } from '../database/database.ts';
import { deleteExpiredRows } from '../retention/delete-expired-rows.ts';
import { retentionRules } from '../retention/retention-rule.ts';
import { publishEvents } from './publish.ts';
import { recordChange } from './record.ts';

let service: TestService;
let replicas: TestService[];

beforeAll(async () => {
  service = await startTestService();
  replicas = [service];
  for (let i = 0; i < 2; i++) replicas.push(await startTestService({ replicaOf: service }));
});
afterAll(async () => {
  for (const replica of (replicas ?? []).slice(1)) await replica.close();
  await service?.close();
});

interface Page {
  data: { id: string; type: string; data: { number?: number } }[];
  nextCursor: string | null;
}

async function read(query: Record<string, string | null> = {}, replica = service): Promise<Page> {
  const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
  const { status, body } = await replica
    .as(service.adminKey)
    .get(`/v1/events?${new URLSearchParams(Object.fromEntries(set))}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

const record = (database: Database, data: { [key: string]: number }) =>
  recordChange(database, service.clock, {
    type: 'broker.recovered',
    tenantId: null,
    connectionId: null,
    data,
  });

const assertRolledBack = (error: Error): void => expect(error.message).toBe('rolled back');

/** Positions the reader after everything that there is. */
const readToEnd = async (): Promise<string | null> => {
  let page = await read({ limit: '200' });
  while (page.data.length > 0) page = await read({ limit: '200', after: page.nextCursor });
  return page.nextCursor;
};

test('a reader misses no event, and gets none twice, while many transactions commit in another order', async () => {
  let after = await readToEnd();
  const count = 60;
  let running = true;
  let polls = 0;
  const seen: number[] = [];
  const poll = async (): Promise<void> => {
    const page: Page = await read({ limit: '7', after });
    seen.push(...page.data.flatMap(({ data }) => data.number ?? []));
    after = page.nextCursor;
    polls++;
  };
  const publishing = replicas.map(async ({ deps }) => {
    while (running) {
      await publishEvents(deps);
      await nextTick();
    }
  });
  const polling = (async () => {
    while (running) await poll();
  })();
  // Each transaction inserts its event, and holds it back until the reader has read on, up to three times.
  const write = (number: number) =>
    replicas[number % 3]?.deps.database.transaction(async (database) => {
      await record(database, { number });
      const until = polls + Math.floor(Math.random() * 4);
      while (polls < until) await nextTick();
      if (number % 10 === 9) throw new Error('rolled back');
    });
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (let i = 0; i < count; i += 12)
    await Promise.all(numbers.slice(i, i + 12).map((number) => write(number)?.catch(assertRolledBack)));
  running = false;
  await Promise.all([...publishing, polling]);
  for (let before = -1; before !== seen.length; ) {
    before = seen.length;
    await poll();
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(numbers.filter((number) => number % 10 !== 9));
  // They really were committed in another order than they began in, otherwise this test shows nothing.
  expect(seen).not.toEqual(seen.toSorted((a, b) => a - b));
});

test('an event that commits late comes after those that readers have seen', async () => {
  const client = new pg.Client(service.database.ownerUrl);
  await client.connect();
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO events (id, type, at, data) VALUES ('event_01h455vb4pex5vsknk084sn02q', 'broker.failing', now(), '{}')`,
  );
  const after = await readToEnd();
  await record(service.deps.database, { number: 1 });
  const early = await read({ after });
  expect(early.data.map(({ data }) => data.number)).toEqual([1]);
  await client.query('COMMIT');
  await client.end();
  const late = await read({ after: early.nextCursor });
  expect(late.data.map(({ id }) => id)).toEqual(['event_01h455vb4pex5vsknk084sn02q']);
});

test('a filter that matches nothing still moves the cursor on, and a page has at most its limit', async () => {
  const tenant = await createTenant(service);
  await service.admin.patch(tenant.path, { status: 'suspended' });
  await service.admin.patch(tenant.path, { status: 'active' });
  const all = await read({ tenantId: tenant.id });
  const one = await read({ tenantId: tenant.id, types: 'tenant.suspended,tenant.resumed', limit: '1' });
  expect(one.data.map(({ type }) => type)).toEqual(['tenant.suspended']);
  const rest = await read({ tenantId: tenant.id, after: one.nextCursor });
  expect(rest.data).toEqual(all.data.slice(2));
  const none = await read({ types: 'connect_link.used' });
  expect(none.data).toEqual([]);
  expect((await read({ after: none.nextCursor })).data).toEqual([]);
  const { status, body } = await service.admin.get('/v1/events?types=tenant.created&types=tenant.resumed');
  expect([status, body.data.length > 0]).toEqual([200, true]);
});

test('a reader begins at a time, and misses nothing from then on', async () => {
  service.clock.advance(60);
  const later = new Date(service.clock.now().getTime() + 60_000).toISOString();
  const since = service.clock.now().toISOString();
  expect((await read({ since })).data).toEqual([]);
  const head = await read({ since: later });
  await record(service.deps.database, { number: 1 });
  const after = head.nextCursor;
  const queries: Record<string, string | null>[] = [{ since }, { after }, { after, since: later }];
  for (const query of queries) expect((await read(query)).data.map(({ data }) => data.number)).toEqual([1]);
});

test.each([
  ['since=yesterday', 'since'],
  ['after=bm9wZQ', 'after'],
  ['after=a%20b', 'after'],
  ['types=tenant.unknown', 'types'],
  ['cursor=x', 'cursor'],
])('refuses the query %s', async (query, path) => {
  const { status, body } = await service.admin.get(`/v1/events?${query}`);
  expect([status, body.code]).toEqual([400, 'validation_failed']);
  expect(JSON.stringify(body.errors)).toContain(path);
});

test('after a restore of a backup, a reader continues with what was committed since, and misses nothing', async () => {
  const end = await readToEnd();
  await record(service.deps.database, { number: 1 });
  await record(service.deps.database, { number: 2 });
  const { nextCursor: cursor } = await read({ after: end });
  // The database of the backup has neither of the two, and gives their positions to others.
  await service.queryAsOwner(`DELETE FROM events WHERE position > (SELECT max(position) - 2 FROM events)`);
  await service.queryAsOwner('UPDATE event_feed SET last_position = last_position - 2');
  await read({ after: cursor });
  await record(service.deps.database, { number: 3 });
  await record(service.deps.database, { number: 4 });
  await record(service.deps.database, { number: 5 });
  const { data } = await read({ after: cursor, limit: '200' });
  expect(data.slice(-3).map((event) => event.data.number)).toEqual([3, 4, 5]);
});

test('only staff reads the feed', async () => {
  const tenant = await createTenant(service);
  for (const [role, expected] of [
    ['onboarding', 200],
    ['support', 200],
    ['auditor', 200],
    ['worker', 403],
    ['tenant', 403],
  ] as const) {
    const key = await createKey(service, { role, ...(role === 'tenant' && { tenantId: tenant.id }) });
    expect((await key.caller.get('/v1/events')).status, role).toBe(expected);
  }
});

test("the service's database role can neither change an event nor take its position back", async () => {
  await readToEnd();
  const { prisma } = service.deps.database;
  await expect(prisma.$executeRawUnsafe(`UPDATE events SET data = '{}'`)).rejects.toThrow();
  await expect(prisma.$executeRawUnsafe('UPDATE events SET position = NULL')).rejects.toThrow();
  await expect(prisma.$executeRawUnsafe('UPDATE events SET position = position + 1')).rejects.toThrow();
});

test('events are kept for 90 days; then they are deleted, but the reader of the last one continues', async () => {
  const end = await readToEnd();
  const old = await read({ limit: '1' });
  const deleteExpired = async (): Promise<number> => {
    const rule = retentionRules(service.deps.config).find(({ name }) => name === 'events');
    if (!rule) throw new Error('events have no retention rule');
    return deleteExpiredRows(service.deps, rule);
  };
  service.clock.advance(89 * 86_400);
  expect(await deleteExpired()).toBe(0);
  service.clock.advance(2 * 86_400);
  expect(await deleteExpired()).toBeGreaterThan(50);
  expect(await deleteExpired()).toBe(0);
  expect((await read({ after: end })).data).toEqual([]);
  await record(service.deps.database, { number: 6 });
  expect((await read({ after: end })).data.map(({ data }) => data.number)).toEqual([6]);
  const { status, body } = await service.admin.get(`/v1/events?after=${old.nextCursor}`);
  expect([status, body.errors[0].message]).toEqual([400, expect.stringContaining('90 days')]);
});
