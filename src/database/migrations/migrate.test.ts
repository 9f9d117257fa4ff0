import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { startTcpProxy, type TcpProxy } from '../../../test/harness/tcp-proxy.ts';
import { assertSupportedVersion, listPendingMigrations, migrate } from './migrate.ts';

let database: TestDatabase;
let directory: string;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase('template0');
  directory = await mkdtemp(join(tmpdir(), 'countersign-migrations-'));
  client = new pg.Client(database.ownerUrl);
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), sql);
}

function runMigrations(log: (line: string) => void = () => {}) {
  return migrate({ ownerUrl: database.ownerUrl, directory, log });
}

async function query(text: string): Promise<unknown[]> {
  return (await client.query(text)).rows;
}

/** The other databases of this server belong to other tests, which migrate and wait too. */
const OURS = 'datname = current_database()';

const ONE = '20260101000000_one';
const TWO = '20260102000000_two';
const THREE = '20260103000000_three';

describe('migrations', () => {
  test('are applied in the order of their names and recorded as Prisma does', async () => {
    await write(TWO, 'alter table words add second text; insert into words (second) values (null);');
    await write(ONE, 'create table words (id int generated always as identity);');
    await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
    const lines: string[] = [];
    expect(await runMigrations((line) => lines.push(line))).toEqual({ applied: [ONE, TWO] });
    expect(lines).toEqual([`Applying migration ${ONE}`, `Applying migration ${TWO}`]);
    expect(
      await query(
        `select migration_name as name, checksum, applied_steps_count as steps, logs, rolled_back_at as rolled_back,
           finished_at >= started_at as timed, length(id) as id
         from _prisma_migrations order by migration_name`,
      ),
    ).toEqual([
      {
        name: ONE,
        // sha256sum of the file
        checksum: 'fd531be28f4b1d1dfd6d67de989914a7366f33640ba60ace30a575cbb1adbd77',
        steps: 1,
        logs: null,
        rolled_back: null,
        timed: true,
        id: 36,
      },
      expect.objectContaining({ name: TWO }),
    ]);
  });

  test('are applied only once', async () => {
    await write(ONE, 'create table once (id int);');
    await runMigrations();
    expect(await runMigrations()).toEqual({ applied: [] });
    await write(TWO, 'create table twice (id int);');
    expect(await runMigrations()).toEqual({ applied: [TWO] });
  });

  test('are applied only once by eight concurrent processes', async () => {
    await write(ONE, 'create table once (id int); select pg_sleep(0.05);');
    await write(TWO, 'insert into once values (1);');
    const results = await Promise.all(Array.from({ length: 8 }, () => runMigrations()));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect(await query('select count(*)::int as rows from once')).toEqual([{ rows: 1 }]);
  });

  test('are rolled back when the process is killed, and applied by the next run', async () => {
    await write(ONE, 'create table half (id int); select pg_sleep(60);');
    const module = new URL('./migrate.ts', import.meta.url).href;
    const options = JSON.stringify({ ownerUrl: database.ownerUrl, directory });
    const script = `(await import('${module}')).migrate({ ...${options}, log() {} })`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await expect
      .poll(
        () =>
          query(
            `select from pg_stat_activity where ${OURS} and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`,
          ),
        { timeout: 20_000 },
      )
      .toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // The backend does not notice the killed client while it sleeps, so the test ends it.
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where ${OURS} and application_name = 'countersign migrate'`,
    );
    await write(ONE, 'create table half (id int);');
    expect(await runMigrations()).toEqual({ applied: [ONE] });
  });

  test('may be none', async () => {
    expect(await runMigrations()).toEqual({ applied: [] });
  });
});

describe('a faulty migration', () => {
  test('that fails is named and rolled back with those before it, so that the older version goes on', async () => {
    await write(ONE, 'create table kept (id int);');
    await write(TWO, 'create table gone (id int); insert into no_such_table values (1);');
    await expect(runMigrations()).rejects.toThrow(
      `Migration ${TWO} failed and was rolled back: relation "no_such_table" does not exist`,
    );
    expect(
      await query(`select to_regclass('kept') is not null as kept, to_regclass('gone') as gone`),
    ).toEqual([{ kept: false, gone: null }]);
    expect(await query('select migration_name as name from _prisma_migrations')).toEqual([]);
    await write(TWO, 'create table gone (id int);');
    expect(await runMigrations()).toEqual({ applied: [ONE, TWO] });
  });

  test('that ends its own transaction is reported', async () => {
    await write(ONE, 'create table early (id int); commit; begin;');
    await expect(runMigrations()).rejects.toThrow(
      `Migration ${ONE} failed, and its changes before its own COMMIT have to be undone by hand`,
    );
  });

  test('cannot change the role or search path of the next migration', async () => {
    await write(ONE, `create schema aside; set search_path = aside; set role pg_monitor;`);
    await write(TWO, 'create table here (id int);');
    await runMigrations();
    expect(await query(`select to_regclass('public.here') is not null as here`)).toEqual([{ here: true }]);
  });
});

describe('the error names the migration', () => {
  beforeEach(async () => {
    await write(ONE, 'create table one (id int);');
    await write(TWO, 'create table two (id int);');
    await runMigrations();
  });

  test('when a migration was changed after it was applied', async () => {
    await write(ONE, 'create table one (id bigint);');
    await expect(runMigrations()).rejects.toThrow(`Migration ${ONE} was changed after it was applied.`);
  });

  test('when a migration was started and never finished', async () => {
    await query(`update _prisma_migrations set finished_at = null where migration_name = '${TWO}'`);
    await expect(runMigrations()).rejects.toThrow(`Migration ${TWO} was started and never finished.`);
  });

  test('when a newer version applied it', async () => {
    await rm(join(directory, TWO), { recursive: true });
    await expect(runMigrations()).rejects.toThrow(
      `Migration ${TWO} is applied, but this version does not contain it`,
    );
  });

  test('when a later migration is already applied', async () => {
    await write('20260101120000_late', 'create table late (id int);');
    await expect(runMigrations()).rejects.toThrow(
      `Migration 20260101120000_late is not applied, but the later ${TWO} is.`,
    );
    expect(await query(`select to_regclass('late') as late`)).toEqual([{ late: null }]);
  });

  test('when a folder has no migration.sql', async () => {
    await mkdir(join(directory, THREE));
    await expect(runMigrations()).rejects.toThrow(`Migration ${THREE} has no readable migration.sql.`);
  });

  test('unless the newer version works with this one', async () => {
    await query(
      `create table schema_compatibility (oldest_migration text); insert into schema_compatibility values ('${ONE}')`,
    );
    await rm(join(directory, TWO), { recursive: true });
    expect(await runMigrations()).toEqual({ applied: [] });
    expect(await listPendingMigrations({ ownerUrl: database.ownerUrl, directory })).toEqual([]);
    await query(`update schema_compatibility set oldest_migration = '${TWO}'`);
    await expect(runMigrations()).rejects.toThrow(
      `Migration ${TWO} is applied, but this version does not contain it`,
    );
  });

  test('but rows that Prisma marked as rolled back are ignored', async () => {
    await query(`update _prisma_migrations set finished_at = null, rolled_back_at = now()
      where migration_name = '${TWO}'`);
    await query('drop table two');
    expect(await runMigrations()).toEqual({ applied: [TWO] });
  });
});

test('a migration that waits for a table lets other statements pass, and is applied when the table is free', async () => {
  await write(ONE, 'create table busy (id int);');
  await runMigrations();
  await write(TWO, 'alter table busy add column name text;');
  const reader = new pg.Client({ connectionString: database.ownerUrl });
  await reader.connect();
  await reader.query('begin; select from busy');
  const lines: string[] = [];
  const migrated = migrate({ ownerUrl: database.ownerUrl, directory, log: (line) => lines.push(line) });
  await expect.poll(() => lines.join(), { timeout: 20_000 }).toContain('trying again');
  // It waits behind the migration for two seconds at most.
  await query('select from busy');
  await reader.query('commit');
  await reader.end();
  expect(await migrated).toEqual({ applied: [TWO] });
});

describe('a connection that goes silent', () => {
  let proxy: TcpProxy;

  beforeEach(async () => {
    proxy = await startTcpProxy(database.ownerUrl);
  });
  afterEach(() => proxy.close());

  function runThroughProxy({ log = () => {}, checkTimeoutMs = 2_000 } = {}) {
    const stallLimits = { checkIntervalMs: 100, checkTimeoutMs, maxStallMs: 300 };
    return migrate({ ownerUrl: proxy.through(database.ownerUrl), directory, log, stallLimits });
  }
  const silenced = expect.objectContaining({
    message: expect.stringMatching(/the database did not answer within 0.3 seconds$/),
  });

  const isWaitingFor = (event: string) =>
    expect
      .poll(() => query(`select from pg_stat_activity where ${OURS} and wait_event = '${event}'`), {
        interval: 10,
        timeout: 20_000,
      })
      .toHaveLength(1);

  test('ends a migration that was not sent yet', async () => {
    await write(ONE, 'create table one (id int);');
    await expect(runThroughProxy({ log: () => proxy.freezeOpen() })).rejects.toEqual(silenced);
  });

  test('ends a migration whose answer is lost', async () => {
    await write(ONE, 'create table one (id int); select pg_advisory_xact_lock(1);');
    await query('select pg_advisory_lock(1)');
    const outcome = expect(runThroughProxy()).rejects.toEqual(silenced);
    await isWaitingFor('advisory');
    proxy.freezeOpen();
    await query('select pg_advisory_unlock(1)');
    await outcome;
  });

  test('ends a migration when the server is silent altogether', async () => {
    await write(ONE, 'create table one (id int); select pg_sleep(60);');
    const outcome = expect(runThroughProxy({ checkTimeoutMs: 200 })).rejects.toEqual(silenced);
    await isWaitingFor('PgSleep');
    proxy.pause();
    await outcome;
  });

  test('is distinguished from a migration that takes long', async () => {
    await write(ONE, 'create table one (id int); select pg_sleep(1);');
    expect(await runThroughProxy()).toEqual({ applied: [ONE] });
  });

  test('is ended by the server too, so that its locks hold up no later start', async () => {
    await write(
      ONE,
      `create table settings as select name, setting from pg_settings where name in
         ('idle_in_transaction_session_timeout', 'idle_session_timeout');`,
    );
    await runMigrations();
    expect(await query('select * from settings order by name')).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '30000' },
      { name: 'idle_session_timeout', setting: '30000' },
    ]);
  });
});

test('rejects PostgreSQL versions before 14', () => {
  expect(() => assertSupportedVersion(130_020, '13.20')).toThrow(
    'Countersign needs PostgreSQL 14 or later; this server is 13.20.',
  );
  expect(() => assertSupportedVersion(140_000, '14.0')).not.toThrow();
});
