import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileStore } from '../../lib/file-store.ts';
import { openFolder } from '../../lib/folder-store.ts';
import { newId } from '../../lib/ids.ts';
import { verifyChains } from '../chain/verify-chains.ts';
import { verifyDatabase } from '../chain/verify-database.ts';
import type { CheckpointSigner } from '../checkpoints/checkpoint-signer.ts';
import { loadSigningKey } from '../checkpoints/signing-key.ts';
import { exportAuditEvents, readExport } from '../export.ts';
import { newEventBody, openTestLog, type TestLog } from '../log.fixture.ts';
import { sealAuditEvents } from '../seal.ts';
import { insertAuditEvents, listArchiveRecords } from '../store.ts';
import { archiveMonths } from './archive-months.ts';
import { loadArchives } from './load-archives.ts';
import { manifestName } from './manifest.ts';

const EVENTS = 12;

let log: TestLog;
let folder: string;
let store: FileStore;
let signer: CheckpointSigner;
let chains: string[];

/** Events of two tenants in January, February and March; the vendor has none in February. */
beforeEach(async () => {
  log = await openTestLog();
  folder = await mkdtemp(path.join(tmpdir(), 'countersign-archive-'));
  store = openFolder(path.join(folder, 'archive'));
  signer = await loadSigningKey({ auditSigningKeyFile: null, dataDir: folder });
  chains = [newId('tenant'), newId('tenant')];
  for (const [month, tenants] of [
    ['2026-01', [chains[0], chains[1], null]],
    ['2026-02', [chains[0], chains[1]]],
    ['2026-03', [chains[0], null]],
  ] as const) {
    const at = new Date(`${month}-15T12:00:00Z`);
    const bodies = tenants.flatMap((tenant) =>
      [1, 2].map((number) => newEventBody(tenant ?? null, { number }, at)),
    );
    await insertAuditEvents(log.database, bodies.slice(0, month === '2026-03' ? 2 : undefined));
  }
  await sealAuditEvents(log.deps);
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

const archive = (before: string, input: { store?: FileStore; client?: pg.Client; dryRun?: boolean } = {}) => {
  const months: string[] = [];
  const deps = { client: input.client ?? log.owner, store: input.store ?? store, signer };
  return archiveMonths(deps, {
    before: new Date(`${before}-01T00:00:00Z`),
    dryRun: input.dryRun ?? false,
    onMonth: (month, events) => months.push(`${month} ${events}`),
  }).then(() => months);
};

/** Verifies archive and database together; the findings and problems, and the number of events. */
async function verify(stores: FileStore[] = [store], expectedKey: string | null = signer.publicKey) {
  const records = await listArchiveRecords(log.database);
  const archived = await loadArchives({ stores, expectedKey, chain: null, records });
  const { findings, events } = await verifyDatabase(
    { database: log.database },
    { expectedHeads: archived.expectedHeads, chain: null, archived },
  );
  return {
    events,
    problems: [...archived.problems, ...findings.map(({ kind, message }) => `${kind}: ${message}`)],
  };
}

const countStored = async (): Promise<number> =>
  (await log.owner.query('SELECT count(*)::int AS n FROM audit_events')).rows[0].n;

test('moves ended months to files, and the chains verify across the cut', async () => {
  expect(await archive('2026-03', { dryRun: true })).toEqual(['2026-01 6', '2026-02 4']);
  expect(await countStored()).toBe(EVENTS);
  expect(await archive('2026-03')).toEqual(['2026-01 6', '2026-02 4']);
  expect(await countStored()).toBe(2);
  // The database alone, from where the archive ends; then together with it.
  expect(await log.verify()).toEqual([]);
  expect(await verify()).toEqual({ events: EVENTS, problems: [] });
  // Later events continue the chains, also of tenants without any event in the database.
  await insertAuditEvents(
    log.database,
    chains.map((chain) => newEventBody(chain)),
  );
  await sealAuditEvents(log.deps);
  expect(await archive('2026-03')).toEqual([]);
  expect(await log.verify()).toEqual([]);
  expect(await verify()).toEqual({ events: EVENTS + 2, problems: [] });
});

test('an export says where the chains continue, and is verified without the archive', async () => {
  await archive('2026-03');
  const startingHeads = new Map();
  const lines = readExport(exportAuditEvents(log.deps, null), (head) => startingHeads.set(head.chain, head));
  expect(await verifyChains(lines, [], { startingHeads })).toMatchObject({ events: 2, findings: [] });
  expect(startingHeads.size).toBe(3);
});

test('a month of many events has several files', async () => {
  const { writeMonth } = await import('./write-month.ts');
  const { listEndedMonths } = await import('./store.ts');
  const [january] = await listEndedMonths(log.owner, new Date('2026-02-01'));
  if (!january) throw new Error('January has ended');
  await insertAuditEvents(log.database, []);
  const parts = await writeMonth({ client: log.owner, store }, january, 1);
  expect(parts).toEqual([
    {
      name: expect.stringMatching(/^audit-2026-01\.0001\.[0-9a-f]{16}\.ndjson\.gz$/),
      events: 6,
      sha256: expect.any(String),
    },
  ]);
});

/** Fails at each operation once: before it, or after it. */
function failingStore(how: 'before' | 'after'): FileStore {
  const failed = new Set<string>();
  const run = async <T>(name: string, operation: () => Promise<T>): Promise<T> => {
    const result = how === 'before' && !failed.has(name) ? null : { value: await operation() };
    if (result !== null && failed.has(name)) return result.value;
    failed.add(name);
    throw new Error('crash');
  };
  return {
    ...store,
    read: (name) => run(`read ${name}`, () => store.read(name)),
    write: (name, content) => run(`write ${name}`, () => store.write(name, content)),
  };
}

test.each(['before', 'after'] as const)(
  'a run that ends %s any step loses nothing, and the next run continues it',
  async (how) => {
    const failing = failingStore(how);
    let crashes = 0;
    for (;;) {
      const outcome = await archive('2026-03', { store: failing }).catch((error: Error) => error.message);
      if (outcome !== 'crash') break;
      crashes++;
      expect(await verify()).toMatchObject({ events: EVENTS });
    }
    // A manifest and a file of each of two months: read and written.
    expect(crashes).toBe(8);
    expect(await countStored()).toBe(2);
    expect(await verify()).toEqual({ events: EVENTS, problems: [] });
  },
);

test('a month that others read all the time stays until the next run', async () => {
  const reader = new pg.Client(log.serviceUrl);
  await reader.connect();
  await reader.query('BEGIN; SELECT FROM audit_events');
  await expect(archive('2026-02')).rejects.toThrow('lock timeout');
  await reader.end();
  expect(await countStored()).toBe(EVENTS);
  expect(await archive('2026-02')).toEqual(['2026-01 6']);
  expect(await verify()).toEqual({ events: EVENTS, problems: [] });
});

test('of two runs at once, one archives and the other one says so', async () => {
  const client = new pg.Client(log.ownerUrl);
  await client.connect();
  const outcomes = await Promise.allSettled([archive('2026-03'), archive('2026-03', { client })]);
  await client.end();
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('Another process is archiving') },
  });
  expect(await verify()).toEqual({ events: EVENTS, problems: [] });
});

test('the current month is never archived, and no event is added to an ended one', async () => {
  await archive('2999-01');
  await insertAuditEvents(log.database, [newEventBody(null, {}, new Date('2026-03-31T23:59:59Z'))]);
  await sealAuditEvents(log.deps);
  expect(await countStored()).toBe(1);
  expect(await archive('2999-01')).toEqual([]);
  expect(await verify()).toEqual({ events: EVENTS + 1, problems: [] });
});

test('a month that ends while the command runs is not archived yet: events may still be added to it', async () => {
  // The newest event is of March, and the clock of the database goes on to April after the past months were ended.
  const client: pg.Client = Object.create(log.owner);
  client.query = ((text: string, values: unknown[]) =>
    log.owner.query(text.replaceAll('now()', inMarch(text)), values)) as typeof client.query;
  const inMarch = (text: string) =>
    text.includes('audit_month') ? "timestamptz '2026-03-31T23:59:59Z'" : 'now()';
  expect(await archive('2999-01', { client })).toEqual(['2026-01 6', '2026-02 4']);
  await insertAuditEvents(log.database, [newEventBody(null, {}, new Date('2026-03-31T23:59:59Z'))]);
  await sealAuditEvents(log.deps);
  expect(await archive('2026-04')).toEqual(['2026-03 3']);
  expect(await verify()).toEqual({ events: EVENTS + 1, problems: [] });
});

test('two logs that are archived to the same place at the same time lose nothing', async () => {
  const other = await openTestLog();
  await insertAuditEvents(other.database, [newEventBody(null, {}, new Date('2026-01-15T12:00:00Z'))]);
  await sealAuditEvents(other.deps);
  // The other log is archived whole while this one begins to write its first file.
  let isFirst = true;
  const shared: FileStore = {
    ...store,
    async write(name, content) {
      if (isFirst) await archive('2026-02', { client: other.owner });
      isFirst = false;
      await store.write(name, content);
    },
  };
  await expect(archive('2026-02', { store: shared })).rejects.toThrow('it has other events');
  expect(await countStored()).toBe(EVENTS);
  const records = await listArchiveRecords(other.database);
  const archived = await loadArchives({
    stores: [store],
    expectedKey: signer.publicKey,
    chain: null,
    records,
  });
  const verified = await verifyDatabase({ database: other.database }, { ...archived, chain: null, archived });
  expect([archived.problems, verified.findings, verified.events]).toEqual([[], [], 1]);
  await other.close();
});

describe('a month is not dropped', () => {
  const archivedFile = (name: string) => path.join(folder, 'archive', name);

  test('if its file cannot be read as it was written', async () => {
    const broken: FileStore = {
      ...store,
      write: (name, content) => store.write(name, name.endsWith('.gz') ? content.subarray(1) : content),
    };
    await expect(archive('2026-02', { store: broken })).rejects.toThrow(/was changed: its SHA-256/);
    expect(await countStored()).toBe(EVENTS);
  });

  test('if its chains were tampered with before', async () => {
    await log.tamper(
      `UPDATE audit_events SET body = replace(body, 'success', 'failure') WHERE month = '2026-01-01'`,
    );
    await expect(archive('2026-02')).rejects.toThrow(
      /does not match the database: edited: .*The month stays/,
    );
    expect(await countStored()).toBe(EVENTS);
  });

  test('if the place has an archive of other events, or one that somebody else signed', async () => {
    await archive('2026-02');
    const other = await openTestLog();
    await insertAuditEvents(other.database, [newEventBody(null, {}, new Date('2026-01-15T12:00:00Z'))]);
    await sealAuditEvents(other.deps);
    await expect(archive('2026-02', { client: other.owner })).rejects.toThrow('it has other events');
    await other.close();
    const text = await readFile(archivedFile(manifestName('2026-01')), 'utf8');
    await writeFile(archivedFile(manifestName('2026-02')), text.replace('"2026-01"', '"2026-02"'));
    await expect(archive('2026-03')).rejects.toThrow('its signature is not valid');
    expect(await countStored()).toBe(6);
  });
});

describe('verification of an archive finds', () => {
  beforeEach(async () => void (await archive('2026-04')));
  const inArchive = (name: string) => path.join(folder, 'archive', name);
  const archivedName = async (beginning: string): Promise<string> =>
    (await readdir(path.join(folder, 'archive'))).find((name) => name.startsWith(beginning)) ?? '';

  test.each([
    ['a changed file', 'audit-2026-02.0001', /was changed: its SHA-256/],
    ['a changed manifest', manifestName('2026-02'), /is not the manifest of 2026-02/],
  ])('%s', async (_, beginning, message) => {
    const name = await archivedName(beginning);
    await writeFile(inArchive(name), (await readFile(inArchive(name))).subarray(3));
    const outcome = await verify().then(({ problems }) => problems.join('\n'), String);
    expect(outcome).toMatch(message);
  });

  test('a removed month, also without the database', async () => {
    await rm(inArchive(manifestName('2026-02')));
    expect((await verify()).problems.join('\n')).toMatch(
      /2026-02 was archived to .*, and is not in the archives given/,
    );
    const { problems } = await loadArchives({
      stores: [store],
      expectedKey: null,
      chain: null,
      records: null,
    });
    expect(problems).toEqual(['the manifest of 2026-03 does not follow that of 2026-01']);
  });

  test('a file that was removed from between others', async () => {
    const name = await archivedName('audit-2026-02.0001');
    await rm(inArchive(name));
    await expect(verify()).rejects.toThrow(`${name} is missing`);
  });

  test('an archive that was replaced as a whole and signed with another key', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect((await verify([store], key)).problems).toContain(
      'the manifest of 2026-02: it is signed with another key than the expected one',
    );
  });

  test('a forged record of where the chains continue', async () => {
    await log.owner.query(`UPDATE audit_archived_heads SET hash = repeat('0', 64)`);
    expect((await verify()).problems.join('\n')).toMatch(
      /rewritten: the database's table audit_archived_heads/,
    );
  });

  test('a log that was rewritten as a whole, without the records of what was archived', async () => {
    await log.tamper(
      'DELETE FROM audit_archives',
      'DELETE FROM audit_archived_heads',
      'DELETE FROM audit_heads',
      'DELETE FROM audit_events',
    );
    await insertAuditEvents(
      log.database,
      chains.map((chain) => newEventBody(chain)),
    );
    await sealAuditEvents(log.deps);
    expect(await log.verify()).toEqual([]);
    expect((await verify()).problems.join('\n')).toMatch(/the manifest of 2026-03/);
  });

  test('nothing where the oldest files were removed and their manifests kept', async () => {
    await rm(inArchive(await archivedName('audit-2026-01.0001')));
    expect(await verify()).toEqual({ events: EVENTS - 6, problems: [] });
  });

  test('nothing in an archive that has two places', async () => {
    const second = openFolder(path.join(folder, 'second'));
    for (const name of await readdir(path.join(folder, 'archive'))) {
      if (!name.includes('2026-02')) continue;
      await second.write(name, await readFile(inArchive(name)));
      await rm(inArchive(name));
    }
    expect(await verify([second, store])).toEqual({ events: EVENTS, problems: [] });
  });
});
