import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { newId } from '../lib/ids.ts';
import { chainHash } from './chain/chain.ts';
import { verifyDatabase } from './chain/verify-database.ts';
import { countingMetrics, newEventBody, openTestLog, type TestLog } from './log.fixture.ts';
import { sealAllAuditEvents, sealAuditEvents, startSealer } from './seal.ts';
import { countUnsealed, createAuditLog, insertAuditEvents, readSealedEvents, trySealBatch } from './store.ts';

let log: TestLog;
/** Two connection pools, which stand for two processes. */
let processes: Database[];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  log = await openTestLog();
  processes = [log.database, log.openPool()];
});
afterAll(() => log.close());

async function listSealed(chain: string) {
  const events = [];
  for await (const page of readSealedEvents(log.database, chain)) events.push(...page);
  return events;
}

const write = (chain: string | null, count = 1, database: Database = log.database): Promise<void> =>
  insertAuditEvents(
    database,
    Array.from({ length: count }, () => newEventBody(chain)),
  );

async function writeConcurrently(database: Database, bodies: string[]): Promise<void> {
  await Promise.all(bodies.map(createAuditLog(database)));
}

/** Seals in a transaction that never commits, as when the process or the database crashes. */
async function sealAndCrash(database: Database, size: number): Promise<void> {
  const crash = new Error('crash');
  const work = database.transaction(async (database) => {
    await trySealBatch(database, size);
    throw crash;
  });
  await work.catch((error: unknown) => {
    if (error !== crash) throw error;
  });
}

test.each([
  ['in one transaction', insertAuditEvents],
  ['concurrently, without a transaction', writeConcurrently],
])(
  'the database computes the same hashes as the verifier for any Unicode text: events written %s',
  async (_, writeAll) => {
    const chain = newId('tenant');
    const texts = [
      'Grüße, 你好, שלום, العربية, ไทย',
      '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝕬 \u{10ffff}',
      'e\u0301 é \u212b Å ﬀ',
      '\ufeff\u200b\u2028\u2029\u202e\u00a0',
      'tab\tline\nreturn\r quote" backslash\\ slash/ \u0001\u001f\u007f\u0085',
      "'; DROP TABLE audit_events; -- \\x00 %s $1 E'\\n'",
    ];
    await writeAll(
      log.database,
      texts.map((text) => newEventBody(chain, { text, [text]: text })),
    );
    await sealAuditEvents(log.deps);
    const events = await listSealed(chain);
    expect(events.map(({ body }) => JSON.parse(body).detail.text)).toEqual(texts);
    let previousHash = '0'.repeat(64);
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({ sequence: index + 1, previousHash });
      expect(event.hash).toBe(chainHash(previousHash, index + 1, event.body));
      previousHash = event.hash as string;
    }
  },
);

test('every chain stays complete while two processes write, seal and crash concurrently', async () => {
  const chains = [newId('tenant'), newId('tenant'), null];
  const step = fc.record({
    process: fc.nat(1),
    chain: fc.nat(2),
    operation: fc.oneof(
      fc.record({ write: fc.integer({ min: 1, max: 20 }) }),
      fc.constant('seal' as const),
      fc.record({ crashAfter: fc.integer({ min: 1, max: 30 }) }),
    ),
  });
  const concurrentSteps = fc.array(step, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(concurrentSteps, { minLength: 1, maxLength: 4 }), async (rounds) => {
      for (const round of rounds) {
        await Promise.all(
          round.map(({ process, chain, operation }) => {
            const database = processes[process] as Database;
            if (operation === 'seal') return sealAuditEvents({ ...log.deps, database });
            if ('write' in operation) return write(chains[chain] ?? null, operation.write, database);
            return sealAndCrash(database, operation.crashAfter);
          }),
        );
      }
      await Promise.all(processes.map((database) => sealAllAuditEvents({ ...log.deps, database })));
      expect(await countUnsealed(log.database, null)).toBe(0);
      expect(await log.verify()).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test('a crash during sealing leaves all events unsealed, and the next run seals them', async () => {
  const chain = newId('tenant');
  await write(chain, 5);
  await sealAndCrash(log.database, 3);
  expect(await countUnsealed(log.database, chain)).toBe(5);
  expect(await sealAuditEvents(log.deps)).toBe(5);
  expect((await listSealed(chain)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(await log.verify()).toEqual([]);
});

test('a rolled back transaction leaves neither its event nor a gap in the numbers', async () => {
  const chain = newId('tenant');
  const rolledBack = log.database.transaction(async (database) => {
    await write(chain, 1, database);
    throw new Error('the change failed');
  });
  await expect(rolledBack).rejects.toThrow('the change failed');
  await write(chain, 2);
  await sealAuditEvents(log.deps);
  expect((await listSealed(chain)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

/** Resolves when a sealer waits for the advisory lock in the database, or when `work` has settled. */
async function waitUntilBlocked(work: Promise<unknown>): Promise<void> {
  let settled = false;
  const onSettled = (): void => {
    settled = true;
  };
  work.then(onSettled, onSettled);
  const waitingLocks = `SELECT FROM pg_locks JOIN pg_database ON oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`;
  while (!settled && (await log.owner.query(waitingLocks)).rowCount === 0);
}

test('while one sealer runs, sealAuditEvents seals nothing and sealAllAuditEvents waits', async () => {
  const other = { ...log.deps, database: processes[1] as Database };
  await write(newId('tenant'), 3);
  let waiting: Promise<number> = Promise.resolve(0);
  await log.database.transaction(async (database) => {
    expect(await trySealBatch(database, 2)).toBe(2);
    expect(await sealAuditEvents(other)).toBe(0);
    waiting = sealAllAuditEvents(other);
    await waitUntilBlocked(waiting);
  });
  expect(await waiting).toBe(1);
  expect(await log.verify()).toEqual([]);
});

test('seals and counts more events than fit into one batch', async () => {
  const metrics = countingMetrics();
  const chains = Array.from({ length: 25 }, () => newId('tenant'));
  await insertAuditEvents(
    log.database,
    Array.from({ length: 5000 }, (_, number) => newEventBody(chains[number % 25] ?? null)),
  );
  expect(await sealAuditEvents({ database: log.database, metrics })).toBe(5000);
  expect(metrics.sealed).toBe(5000);
  await write(chains[3] ?? null, 2);
  const { rows } = await log.owner.query('SELECT count(*)::int FROM audit_events');
  const verification = await verifyDatabase(log, { expectedHeads: [], chain: null });
  expect(verification).toMatchObject({ events: rows[0].count, findings: [], unsealed: 2 });
});

test('the sealer runs at an interval and continues after a failure', async () => {
  await write(newId('tenant'), 2);
  const errors: string[] = [];
  let attempts = 0;
  const database: Database = {
    ...log.database,
    get prisma() {
      if (++attempts === 1) throw new Error('the database is unavailable');
      return log.database.prisma;
    },
  };
  const sealer = await new Promise<ReturnType<typeof startSealer>>((resolve) => {
    const sealedEvents = { inc: (count: number) => (count > 0 ? resolve(started) : undefined) };
    const error = (_: object, message: string): void => void errors.push(message);
    const started = startSealer(
      { database, metrics: { sealedEvents }, log: { ...SILENT, error } },
      { intervalMs: 1 },
    );
  });
  await sealer.stop();
  expect(errors).toEqual(['Audit events could not be sealed; the next run tries again']);
});

test('runs of the sealer never overlap', async () => {
  let running = 0;
  let maxRunning = 0;
  let rounds = 0;
  const prisma = { $queryRaw: log.database.prisma.$queryRaw } as unknown as Database['prisma'];
  const query = log.database.prisma.$queryRaw.bind(log.database.prisma);
  await new Promise<void>((resolve) => {
    const counting = async (...parameters: Parameters<typeof query>) => {
      maxRunning = Math.max(maxRunning, ++running);
      const rows = await query(...parameters);
      running--;
      if (++rounds === 10) resolve(sealer.stop());
      return rows;
    };
    Object.assign(prisma, { $queryRaw: counting });
    const sealer = startSealer(
      { ...log.deps, database: { ...log.database, prisma }, log: SILENT },
      { intervalMs: 0 },
    );
  });
  expect(maxRunning).toBe(1);
});

test('stopping the sealer seals all events that were written before', async () => {
  const chain = newId('tenant');
  const sealer = startSealer({ ...log.deps, log: SILENT }, { intervalMs: HOUR_MS });
  await write(chain, 3);
  await sealer.stop();
  expect(await listSealed(chain)).toHaveLength(3);
});

test('a month has a contiguous part of each chain, and gets no more events once it has ended', async () => {
  const log = await openTestLog();
  const [a, b] = [newId('tenant'), newId('tenant')];
  const seal = async (...bodies: string[]) => {
    await insertAuditEvents(log.database, bodies);
    await sealAuditEvents(log.deps);
  };
  const bodyOf = (chain: string, at: string) => newEventBody(chain, {}, new Date(at));
  await seal(
    bodyOf(a, '2026-01-31T23:59:59.999Z'),
    bodyOf(a, '2026-02-01T00:00:00.000Z'),
    bodyOf(b, '2026-01-05T00:00:00.000Z'),
    bodyOf(b, '2126-01-01T00:00:00.000Z'),
    newEventBody(a).replace(/"at":"[^"]*"/, '"at":"2026-13-01T"'),
  );
  await seal(bodyOf(a, '2026-01-01T00:00:00.000Z'));
  const { rows } = await log.owner.query(
    `SELECT month::text, CASE chain WHEN $1 THEN 'a' ELSE 'b' END || string_agg(sequence::text, ',' ORDER BY sequence) AS numbers
     FROM audit_events GROUP BY month, chain ORDER BY month, numbers`,
    [a],
  );
  const thisMonth = `${new Date().toISOString().slice(0, 7)}-01`;
  expect(rows.map(({ month, numbers }) => `${month} ${numbers}`)).toEqual([
    '2026-01-01 a1',
    '2026-02-01 a2',
    '2026-02-01 b1',
    `${thisMonth} a3,4`,
    `${thisMonth} b2`,
  ]);
  expect(await log.verify()).toEqual([]);
  await log.close();
});
