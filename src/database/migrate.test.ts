import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database.ts';
import { migrate, pending, refuseOldServer } from './migrate.ts';

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

function run(log: (line: string) => void = () => {}) {
  return migrate({ ownerUrl: database.ownerUrl, directory, log });
}

async function rows(text: string): Promise<unknown[]> {
  return (await client.query(text)).rows;
}

const ONE = '20260101000000_one';
const TWO = '20260102000000_two';
const THREE = '20260103000000_three';

describe('migrations', () => {
  test('are applied in the order of their names, and written down as Prisma does', async () => {
    await write(TWO, 'alter table words add second text; insert into words (second) values (null);');
    await write(ONE, 'create table words (id int generated always as identity);');
    await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
    const lines: string[] = [];
    expect(await run((line) => lines.push(line))).toEqual({ applied: [ONE, TWO] });
    expect(lines).toEqual([`applying migration ${ONE}`, `applying migration ${TWO}`]);
    expect(
      await rows(
        `select migration_name as name, checksum, applied_steps_count as steps, logs, rolled_back_at as undone,
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
        undone: null,
        timed: true,
        id: 36,
      },
      expect.objectContaining({ name: TWO }),
    ]);
  });

  test('are applied once, however often they are run', async () => {
    await write(ONE, 'create table once (id int);');
    await run();
    expect(await run()).toEqual({ applied: [] });
    await write(TWO, 'create table twice (id int);');
    expect(await run()).toEqual({ applied: [TWO] });
  });

  test('are applied once by eight clients at once', async () => {
    await write(ONE, 'create table once (id int); select pg_sleep(0.05);');
    await write(TWO, 'insert into once values (1);');
    const results = await Promise.all(Array.from({ length: 8 }, () => run()));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect(await rows('select count(*)::int as rows from once')).toEqual([{ rows: 1 }]);
  });

  test('leave nothing of one whose process was killed in the middle, and then go on', async () => {
    await write(ONE, 'create table half (id int); select pg_sleep(60);');
    const module = new URL('./migrate.ts', import.meta.url).href;
    const options = JSON.stringify({ ownerUrl: database.ownerUrl, directory });
    const script = `(await import('${module}')).migrate({ ...${options}, log() {} })`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await expect
      .poll(
        () =>
          rows(`select from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`),
        {
          timeout: 20_000,
        },
      )
      .toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // The backend sleeps on until it writes; end it, as the operator or TCP would.
    await rows(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign migrate'`,
    );
    await write(ONE, 'create table half (id int);');
    expect(await run()).toEqual({ applied: [ONE] });
  });

  test('a folder without migrations is up to date', async () => {
    expect(await run()).toEqual({ applied: [] });
  });
});

describe('a failing migration', () => {
  test('is named, leaves nothing of itself, and keeps those before it', async () => {
    await write(ONE, 'create table kept (id int);');
    await write(TWO, 'create table gone (id int); insert into no_such_table values (1);');
    await expect(run()).rejects.toThrow(
      `Migration ${TWO} failed and was rolled back: relation "no_such_table" does not exist`,
    );
    expect(await rows(`select to_regclass('kept') is not null as kept, to_regclass('gone') as gone`)).toEqual(
      [{ kept: true, gone: null }],
    );
    expect(await rows('select migration_name as name from _prisma_migrations')).toEqual([{ name: ONE }]);
    await write(TWO, 'create table gone (id int);');
    expect(await run()).toEqual({ applied: [TWO] });
  });

  test('is one that ends its own transaction', async () => {
    await write(ONE, 'create table early (id int); commit; begin;');
    await expect(run()).rejects.toThrow(
      `Migration ${ONE} failed, and what it did up to its own COMMIT stays to be undone by hand`,
    );
  });

  test('cannot hand its role or search path to the next', async () => {
    await write(ONE, `create schema aside; set search_path = aside; set role pg_monitor;`);
    await write(TWO, 'create table here (id int);');
    await run();
    expect(await rows(`select to_regclass('public.here') is not null as here`)).toEqual([{ here: true }]);
  });
});

describe('a history that does not match is refused by name', () => {
  beforeEach(async () => {
    await write(ONE, 'create table one (id int);');
    await write(TWO, 'create table two (id int);');
    await run();
  });

  test('when a migration was changed after it was applied', async () => {
    await write(ONE, 'create table one (id bigint);');
    await expect(run()).rejects.toThrow(`Migration ${ONE} was changed after it was applied.`);
  });

  test('when a migration was started and not finished', async () => {
    await rows(`update _prisma_migrations set finished_at = null where migration_name = '${TWO}'`);
    await expect(run()).rejects.toThrow(`Migration ${TWO} was started and never finished.`);
  });

  test('when a newer version wrote it', async () => {
    await rm(join(directory, TWO), { recursive: true });
    await expect(run()).rejects.toThrow(`Migration ${TWO} is applied but not in this version's folder`);
  });

  test('when an earlier one turns up late', async () => {
    await write('20260101120000_late', 'create table late (id int);');
    await expect(run()).rejects.toThrow(
      `Migration 20260101120000_late is not applied, but the later ${TWO} is.`,
    );
    expect(await rows(`select to_regclass('late') as late`)).toEqual([{ late: null }]);
  });

  test('when a folder has no migration.sql', async () => {
    await mkdir(join(directory, THREE));
    await expect(run()).rejects.toThrow(`Migration ${THREE} has no readable migration.sql.`);
  });

  test('but a row that Prisma marked as rolled back counts for nothing', async () => {
    await rows(`update _prisma_migrations set finished_at = null, rolled_back_at = now()
      where migration_name = '${TWO}'`);
    await rows('drop table two');
    expect(await run()).toEqual({ applied: [TWO] });
  });
});

describe('a dry run', () => {
  test('names what is waiting, and changes nothing', async () => {
    await write(ONE, 'create table one (id int);');
    expect(await pending({ ownerUrl: database.ownerUrl, directory })).toEqual([ONE]);
    expect(await rows(`select to_regclass('_prisma_migrations') as history`)).toEqual([{ history: null }]);
    await run();
    await write(TWO, 'create table two (id int);');
    expect(await pending({ ownerUrl: database.ownerUrl, directory })).toEqual([TWO]);
  });

  test('refuses what the run would refuse', async () => {
    await write(ONE, 'create table one (id int);');
    await run();
    await write(ONE, 'create table one (id bigint);');
    await expect(pending({ ownerUrl: database.ownerUrl, directory })).rejects.toThrow(ONE);
  });
});

test('a server before PostgreSQL 14 is refused with its version', () => {
  expect(() => refuseOldServer(130_020, '13.20')).toThrow(
    'Countersign needs PostgreSQL 14 or later; this server is 13.20.',
  );
  expect(() => refuseOldServer(140_000, '14.0')).not.toThrow();
});
