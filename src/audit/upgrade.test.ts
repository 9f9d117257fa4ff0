import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/harness/database.ts';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrations/migrate.ts';
import { prepareServiceRole } from '../database/service-role.ts';
import { newId } from '../lib/ids.ts';
import { verifyDatabase } from './chain/verify-database.ts';
import { countingMetrics, newEventBody } from './log.fixture.ts';
import { sealAuditEvents } from './seal.ts';
import { insertAuditEvents } from './store.ts';

const MIGRATIONS = 'prisma/migrations';
/** The first migration that keeps unsealed events in their own table. */
const UNSEALED_EVENTS_MIGRATION = '20261124231500';
/** The first migration that needs time for a large log. */
const PARTITIONS_MIGRATION = '20261126211500';
const log = (): void => undefined;

/** The files of a table and of its indexes, which stay the same as long as nothing rewrites them. */
const readStorage = async (owner: pg.Client, table: string) => {
  const { rows } = await owner.query<{ file: number; bound: string | null; indexes: number[] }>(
    `SELECT relfilenode AS file, pg_get_expr(relpartbound, oid) AS bound, ARRAY(SELECT i.relfilenode FROM pg_index x
       JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid ORDER BY 1) AS indexes
     FROM pg_class c WHERE oid = ${table}::regclass`,
  );
  return rows;
};

/** The statements that docs/operations.md tells operators of large logs to run before, in this month. */
async function readPreparation(): Promise<string[]> {
  const guide = await readFile('docs/operations.md', 'utf8');
  const [, sql = ''] = /### Before the upgrade[\s\S]*?```sql\n([\s\S]*?)```/.exec(guide) ?? [];
  const now = new Date();
  const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))
    .toISOString()
    .slice(0, 10);
  expect(sql).toContain('VALIDATE CONSTRAINT');
  return sql
    .replace(/'\d{4}-\d{2}-\d{2}'/, `'${nextMonth}'`)
    .split(/;(?: *--.*)?\n/)
    .filter(Boolean);
}

test.each(['as it is', 'prepared as docs/operations.md says'])(
  'the migrations of the audit log, %s, keep the events and continue their chains',
  async (preparation) => {
    const { ownerUrl, drop } = await createTestDatabase('template0');
    const oldMigrations = await mkdtemp(path.join(tmpdir(), 'countersign-migrations-'));
    const migrateUntil = async (end: string) => {
      for (const name of await readdir(MIGRATIONS))
        if (name < end)
          await cp(path.join(MIGRATIONS, name), path.join(oldMigrations, name), { recursive: true });
      await migrate({ ownerUrl, directory: oldMigrations, log });
    };
    await migrateUntil(UNSEALED_EVENTS_MIGRATION);
    const owner = new pg.Client(ownerUrl);
    await owner.connect();
    const chains = [newId('tenant'), newId('tenant'), null];
    const writeOld = (count: number) =>
      owner.query('INSERT INTO audit_events (body) SELECT unnest($1::text[])', [
        Array.from({ length: count }, (_, number) => newEventBody(chains[number % 3] ?? null, { number })),
      ]);
    await writeOld(30);
    const [storage] = await readStorage(owner, "'audit_events'");
    await owner.query('SELECT seal_audit_events(20)');
    await writeOld(7);
    await migrateUntil(PARTITIONS_MIGRATION);
    if (preparation !== 'as it is')
      for (const statement of await readPreparation()) await owner.query(statement);
    const [prepared] = await readStorage(owner, "'audit_events'");

    await migrate({ ownerUrl, directory: MIGRATIONS, log });
    const database = openDatabase({ url: await prepareServiceRole(ownerUrl), poolSize: 2 });
    await insertAuditEvents(database, [newEventBody(chains[0] ?? null), newEventBody(null)]);
    expect(await sealAuditEvents({ database, metrics: countingMetrics() })).toBe(2);
    expect(await verifyDatabase({ database }, { expectedHeads: [], chain: null })).toMatchObject({
      events: 39,
      chains: 3,
      findings: [],
      unsealed: 0,
    });
    // The old table is the partition of all events so far: it was not copied, and indexes that it had are adopted.
    const [partition] = await readStorage(
      owner,
      "(SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_events'::regclass)",
    );
    expect(partition).toMatchObject({
      file: storage?.file,
      bound: expect.stringMatching(/^FOR VALUES FROM \(MINVALUE\)/),
    });
    const added = partition?.indexes.filter((file) => !prepared?.indexes.includes(file));
    expect(added).toHaveLength(preparation === 'as it is' ? 4 : 0);
    await database.close();
    await owner.end();
    await drop();
    await rm(oldMigrations, { recursive: true });
  },
);
