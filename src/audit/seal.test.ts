import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { newId } from '../lib/ids.ts';
import { chainHash } from './chain.ts';
import { bodyOf, countingMetrics, openTestLog, type TestLog } from './log.fixture.ts';
import { sealAllAuditEvents, sealAuditEvents, startSealer } from './seal.ts';
import { auditLog, countUnsealed, insertAuditEvents, readSealedEvents, sealBatch } from './store.ts';
import { verifyDatabase } from './verify.ts';

let log: TestLog;
let processes: Database[];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  log = await openTestLog();
  processes = [log.database, log.another()];
});
afterAll(() => log.close());

async function sealedOf(chain: string) {
  const events = [];
  for await (const page of readSealedEvents(log.database, chain)) events.push(...page);
  return events;
}

const write = (chain: string | null, count = 1, database: Database = log.database): Promise<void> =>
  insertAuditEvents(
    database,
    Array.from({ length: count }, () => bodyOf(chain)),
  );

async function writeTogether(database: Database, bodies: string[]): Promise<void> {
  await Promise.all(bodies.map(auditLog(database)));
}

/** Seals in a transaction that never commits, as when the process or the database dies in the middle of it. */
async function sealAndCrash(database: Database, size: number): Promise<void> {
  const crash = new Error('crash');
  const work = database.transaction(async (database) => {
    await sealBatch(database, size);
    throw crash;
  });
  await work.catch((error: unknown) => {
    if (error !== crash) throw error;
  });
}

test.each([
  ['with their change', insertAuditEvents],
  ['many at once, by themselves', writeTogether],
])(
  'the database computes the same hashes as the verifier, whatever characters a body has: written %s',
  async (_, writeAll) => {
    const chain = newId('tenant');
    const nasty = [
      'Grüße, 你好, שלום, العربية, ไทย',
      '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝕬 \u{10ffff}',
      'e\u0301 é \u212b Å ﬀ',
      '\ufeff\u200b\u2028\u2029\u202e\u00a0',
      'tab\tline\nreturn\r quote" backslash\\ slash/ \u0001\u001f\u007f\u0085',
      "'; DROP TABLE audit_events; -- \\x00 %s $1 E'\\n'",
    ];
    await writeAll(
      log.database,
      nasty.map((text) => bodyOf(chain, { text, [text]: text })),
    );
    await sealAuditEvents(log.deps);
    const events = await sealedOf(chain);
    expect(events.map(({ body }) => JSON.parse(body).detail.text)).toEqual(nasty);
    let previousHash = '0'.repeat(64);
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({ sequence: index + 1, previousHash });
      expect(event.hash).toBe(chainHash(previousHash, index + 1, event.body));
      previousHash = event.hash as string;
    }
  },
);

test('two processes that write, seal and crash at once, in any order, keep every chain whole', async () => {
  const chains = [newId('tenant'), newId('tenant'), null];
  const step = fc.record({
    process: fc.nat(1),
    chain: fc.nat(2),
    work: fc.oneof(
      fc.record({ write: fc.integer({ min: 1, max: 20 }) }),
      fc.constant('seal' as const),
      fc.record({ crashAfter: fc.integer({ min: 1, max: 30 }) }),
    ),
  });
  const together = fc.array(step, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(together, { minLength: 1, maxLength: 4 }), async (rounds) => {
      for (const round of rounds) {
        await Promise.all(
          round.map(({ process, chain, work }) => {
            const database = processes[process] as Database;
            if (work === 'seal') return sealAuditEvents({ ...log.deps, database });
            if ('write' in work) return write(chains[chain] ?? null, work.write, database);
            return sealAndCrash(database, work.crashAfter);
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

test('after a crash in the middle of sealing nothing is half sealed, and sealing resumes', async () => {
  const chain = newId('tenant');
  await write(chain, 5);
  await sealAndCrash(log.database, 3);
  expect(await countUnsealed(log.database, chain)).toBe(5);
  expect(await sealAuditEvents(log.deps)).toBe(5);
  expect((await sealedOf(chain)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(await log.verify()).toEqual([]);
});

test('an event is in the transaction of its change: rolled back, neither is there nor is its number used', async () => {
  const chain = newId('tenant');
  const rolledBack = log.database.transaction(async (database) => {
    await write(chain, 1, database);
    throw new Error('the change failed');
  });
  await expect(rolledBack).rejects.toThrow('the change failed');
  await write(chain, 2);
  await sealAuditEvents(log.deps);
  expect((await sealedOf(chain)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

/** Comes back when somebody in the database waits for a sealer to end, or when `work` has not waited. */
async function untilItWaits(work: Promise<unknown>): Promise<void> {
  let settled = false;
  const end = (): void => {
    settled = true;
  };
  work.then(end, end);
  const waiting = `SELECT FROM pg_locks JOIN pg_database ON oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`;
  while (!settled && (await log.owner.query(waiting)).rowCount === 0);
}

test('one sealer at a time: while one is at work another seals nothing, or waits if it is told to', async () => {
  const other = { ...log.deps, database: processes[1] as Database };
  await write(newId('tenant'), 3);
  let waiting: Promise<number> = Promise.resolve(0);
  await log.database.transaction(async (database) => {
    expect(await sealBatch(database, 2)).toBe(2);
    expect(await sealAuditEvents(other)).toBe(0);
    waiting = sealAllAuditEvents(other);
    await untilItWaits(waiting);
  });
  expect(await waiting).toBe(1);
  expect(await log.verify()).toEqual([]);
});

test('many more events than a batch are all sealed, and counted', async () => {
  const metrics = countingMetrics();
  const chains = Array.from({ length: 25 }, () => newId('tenant'));
  await insertAuditEvents(
    log.database,
    Array.from({ length: 5000 }, (_, number) => bodyOf(chains[number % 25] ?? null)),
  );
  expect(await sealAuditEvents({ database: log.database, metrics })).toBe(5000);
  expect(metrics.sealed).toBe(5000);
  await write(chains[3] ?? null, 2);
  const { rows } = await log.owner.query('SELECT count(*)::int FROM audit_events');
  const verification = await verifyDatabase(log, { marks: [], chain: null });
  expect(verification).toMatchObject({ events: rows[0].count, findings: [], unsealed: 2 });
});

test('the sealer seals by itself, and goes on after a failure', async () => {
  await write(newId('tenant'), 2);
  const errors: string[] = [];
  let attempts = 0;
  const database: Database = {
    ...log.database,
    get prisma() {
      if (++attempts === 1) throw new Error('the database is away');
      return log.database.prisma;
    },
  };
  const sealer = await new Promise<ReturnType<typeof startSealer>>((resolve) => {
    const sealedEvents = { inc: (count: number) => (count > 0 ? resolve(started) : undefined) };
    const error = (_: object, message: string): void => void errors.push(message);
    const started = startSealer(
      { database, metrics: { sealedEvents }, log: { ...SILENT, error } },
      { everyMs: 1 },
    );
  });
  await sealer.stop();
  expect(errors).toEqual(['audit events could not be sealed; it is tried again']);
});

test('the sealer never overlaps itself', async () => {
  let underWay = 0;
  let most = 0;
  let rounds = 0;
  const prisma = { $queryRaw: log.database.prisma.$queryRaw } as unknown as Database['prisma'];
  const query = log.database.prisma.$queryRaw.bind(log.database.prisma);
  await new Promise<void>((resolve) => {
    const counting = async (...parameters: Parameters<typeof query>) => {
      most = Math.max(most, ++underWay);
      const rows = await query(...parameters);
      underWay--;
      if (++rounds === 10) resolve(sealer.stop());
      return rows;
    };
    Object.assign(prisma, { $queryRaw: counting });
    const sealer = startSealer(
      { ...log.deps, database: { ...log.database, prisma }, log: SILENT },
      { everyMs: 0 },
    );
  });
  expect(most).toBe(1);
});

test('what was written until the sealer is stopped is sealed', async () => {
  const chain = newId('tenant');
  const sealer = startSealer({ ...log.deps, log: SILENT }, { everyMs: HOUR_MS });
  await write(chain, 3);
  await sealer.stop();
  expect(await sealedOf(chain)).toHaveLength(3);
});
