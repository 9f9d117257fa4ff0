import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedProcess, openInChildProcess } from '../../../test/harness/embedded-process.ts';
import { isProcessAlive } from '../../lib/process.ts';
import { type EmbeddedDatabase, openEmbedded, removeEmbedded } from './embedded-database.ts';
import { canEnter } from './os-account.ts';
import { isPostmasterOf, readPidFile, stopPostmaster } from './postmaster.ts';

let dataDir: string;
let opened: EmbeddedDatabase[];
let processes: EmbeddedProcess[];

// Created once, because creating a cluster takes most of a test's time. Tests that call useExisting share it.
let existing: string;

beforeAll(async () => {
  existing = await mkdtemp(join(tmpdir(), 'countersign-existing-'));
  await (await openEmbedded({ dataDir: existing, exclusive: true, log: () => {} })).close();
});

afterAll(() => removeEmbedded(existing));

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-embedded-'));
  opened = [];
  processes = [];
});

afterEach(async () => {
  for (const one of processes) await one.kill();
  for (const one of opened) await one.close();
  if (dataDir === existing) await stopRunningPostgres();
  else await removeEmbedded(dataDir);
});

async function stopRunningPostgres(): Promise<void> {
  await stopPostmaster(await postmasterPid(), await realpath(join(dataDir, 'postgres')));
}

async function useExisting(): Promise<void> {
  await rm(dataDir, { recursive: true });
  dataDir = existing;
}

async function open(exclusive = true, lines: string[] = []): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir, exclusive, log: (line) => lines.push(line) });
  opened.push(database);
  return database;
}

async function openElsewhere(options: Parameters<typeof openInChildProcess>[1]): Promise<EmbeddedProcess> {
  const one = await openInChildProcess(dataDir, options);
  processes.push(one);
  return one;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  return (await readPidFile(await realpath(join(dataDir, 'postgres'))))?.pid ?? 0;
}

describe('a first start', () => {
  test('concurrent first starts share one cluster', async () => {
    const [one, two] = await Promise.all([
      openElsewhere({ exclusive: false }),
      openElsewhere({ exclusive: false }),
    ]);
    expect([one.report.error, two.report.error]).toEqual([undefined, undefined]);
    expect(one.report.url).toBe(two.report.url);
    expect(await query(two.report.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('a killed first start does not block the next', async () => {
    const first = openInChildProcess(dataDir, { exclusive: true }).catch((error: Error) => error.message);
    const temporaryName = async () =>
      (await readdir(dataDir)).find((name) => /^postgres\.\d+-.*\.tmp$/.test(name)) ?? '';
    await expect.poll(temporaryName, { timeout: 20_000, interval: 5 }).not.toBe('');
    const name = await temporaryName();
    process.kill(Number(/\d+/.exec(name)), 'SIGKILL');
    expect(await first).toMatch(/exited/);
    const { url } = await open();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((found) => found.includes('.tmp'))).toEqual([]);
  });
});

describe('a running database', () => {
  beforeEach(useExisting);

  test('runs PostgreSQL 18 with UTF-8, durable commits, loopback connections only and password authentication', async () => {
    const { url, startedPostgres } = await open();
    expect(startedPostgres).toBe(true);
    const [row] = await query(
      url,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
        current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listen,
        current_setting('unix_socket_directories') as sockets, lower('ÀÉ') as lower,
        (select string_agg(distinct auth_method, ',') from pg_hba_file_rules) as methods`,
    );
    expect(row).toEqual({
      major: 18,
      fsync: 'on',
      encoding: 'UTF8',
      listen: '127.0.0.1',
      sockets: '',
      lower: 'àé',
      methods: 'scram-sha-256',
    });
    const wrongUrl = new URL(url);
    wrongUrl.password = 'guess';
    await expect(query(wrongUrl.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('has a password that only the user can read, and no temporary files', async () => {
    await open();
    const password = await stat(join(dataDir, 'postgres-password'));
    expect(password.mode & 0o777).toBe(0o600);
    expect(password.uid).toBe(process.getuid?.());
    expect((await readdir(dataDir)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('does not pass secrets of the environment to PostgreSQL', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'not-for-postgres';
    try {
      await open();
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
    if (process.platform !== 'linux') return;
    const environment = await readFile(`/proc/${await postmasterPid()}/environ`, 'utf8');
    expect(environment).toContain('LC_ALL=C');
    expect(environment).not.toContain('not-for-postgres');
  });
});

describe('starting again', () => {
  beforeEach(useExisting);

  test('finds the existing data, and closing twice has no effect', async () => {
    const first = await open();
    await query(first.url, 'drop table if exists kept; create table kept as select 42 as answer');
    await Promise.all([first.close(), first.close()]);
    expect(await postmasterPid()).toBe(0);
    const second = await open();
    expect(second.startedPostgres).toBe(true);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('uses the PostgreSQL that still runs after Node.js was killed', async () => {
    const killed = await openElsewhere({ exclusive: true });
    const before = await postmasterPid();
    await query(killed.report.url, 'drop table if exists kept; create table kept as select 42 as answer');
    await killed.kill();
    const next = await open();
    expect(next.startedPostgres).toBe(false);
    expect(await postmasterPid()).toBe(before);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('recovers committed data after PostgreSQL was killed', async () => {
    const killed = await openElsewhere({ exclusive: true });
    await query(killed.report.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const before = await postmasterPid();
    await killed.kill();
    process.kill(before, 'SIGKILL');
    const next = await open();
    expect(next.startedPostgres).toBe(true);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('waits for a PostgreSQL that is stopping and starts it again', async () => {
    const first = await open();
    await query(first.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const [, next] = await Promise.all([first.close(), open()]);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('ignores a lock file whose process ID now belongs to another process', async () => {
    await (await open()).close();
    const data = await realpath(join(dataDir, 'postgres'));
    const owner = await stat(data);
    const started = Math.floor(Date.now() / 1000);
    const file = join(data, 'postmaster.pid');
    // The test's own process ID: alive, but no postmaster.
    const lines = [process.pid, data, started, 5432, '', '127.0.0.1', '       1         1', 'ready   ', ''];
    await writeFile(file, lines.join('\n'), { mode: 0o600 });
    await chown(file, owner.uid, owner.gid);
    const next = await open();
    expect(next.startedPostgres).toBe(true);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('with several processes on one data folder', () => {
  beforeEach(useExisting);

  test('a second server is rejected with the process ID and the URL of the first', async () => {
    const first = await openElsewhere({ exclusive: true, serverUrl: 'http://127.0.0.1:3000' });
    await expect(open()).rejects.toThrow(
      `Countersign is already running on this data directory (process ${first.child.pid}, http://127.0.0.1:3000).`,
    );
    expect(await query(first.report.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of two servers that start at once exactly one runs', async () => {
    const both = await Promise.all([openElsewhere({ exclusive: true }), openElsewhere({ exclusive: true })]);
    expect(both.map(({ report: { error } }) => error ?? 'runs').sort()).toEqual([
      expect.stringMatching(/^Countersign is already running on this data directory \(process \d+\)\.$/),
      'runs',
    ]);
  });

  test('a command beside the server uses its PostgreSQL and leaves it running', async () => {
    const server = await openElsewhere({ exclusive: true });
    const before = await postmasterPid();
    const command = await open(false);
    expect(command.startedPostgres).toBe(false);
    expect(command.url).toBe(server.report.url);
    await command.close();
    expect(await postmasterPid()).toBe(before);
    expect(await query(server.report.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('without a server, the last command stops PostgreSQL', async () => {
    const one = await open(false);
    const two = await open(false);
    await one.close();
    expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const pid = await postmasterPid();
    await two.close();
    await expect.poll(() => isProcessAlive(pid)).toBe(false);
  });

  test('Ctrl-C in the terminal does not reach PostgreSQL', async () => {
    const server = await openElsewhere({ exclusive: true });
    if (process.platform !== 'linux') return;
    const session = (text: string) => text.slice(text.lastIndexOf(')') + 2).split(' ')[3];
    const ours = session(await readFile(`/proc/${server.child.pid}/stat`, 'utf8'));
    const postgres = session(await readFile(`/proc/${await postmasterPid()}/stat`, 'utf8'));
    expect(postgres).not.toBe(ours);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('PostgreSQL runs as another user without our groups, who cannot read the password', async () => {
    await useExisting();
    await open();
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    const password = join(dataDir, 'postgres-password');
    expect(() => execFileSync('cat', [password], { uid, gid, cwd: '/', stdio: 'pipe' })).toThrow(
      /Permission denied/,
    );
    const status = await readFile(`/proc/${await postmasterPid()}/status`, 'utf8');
    const uids = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(status)?.slice(1).map(Number);
    expect(uids).not.toContain(0);
    expect(/^Groups:\t(.*)$/m.exec(status)?.[1]?.trim()).toBe('');
  });

  test('stores the data elsewhere when only root can enter the data folder, and logs the path', async () => {
    const closed = dataDir;
    dataDir = join(closed, 'below', '.countersign');
    const lines: string[] = [];
    const { url } = await open(true, lines);
    await query(url, 'drop table if exists kept; create table kept as select 42 as answer');
    const data = await realpath(join(dataDir, 'postgres'));
    expect(data).toMatch(/^\/var\/lib\/countersign\/data-/);
    expect(lines.join('\n')).toContain(data);
    await opened.pop()?.close();
    const again = await open();
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await opened.pop()?.close();
    await removeEmbedded(dataDir);
    dataDir = closed;
  });

  test('tells a user without a name what to do', async ({ skip }) => {
    const nameless = { uid: 54_321, gid: 54_321 };
    const checkout = fileURLToPath(new URL('../../..', import.meta.url));
    if (!(await canEnter(nameless, checkout))) skip('only root can enter this checkout');
    await chown(dataDir, nameless.uid, nameless.gid);
    const { report } = await openElsewhere({ exclusive: true, account: nameless });
    expect(report.error).toContain('run as a user that /etc/passwd lists, or set DATABASE_URL');
  });

  test('root can use the data of an ordinary user', async ({ skip }) => {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'nobody'])));
    const checkout = fileURLToPath(new URL('../../..', import.meta.url));
    if (!(await canEnter({ uid, gid }, checkout))) skip('only root can enter this checkout');
    await chown(dataDir, uid, gid);
    const user = await openElsewhere({ exclusive: true, account: { uid, gid } });
    expect(user.report.error).toBeUndefined();
    await query(user.report.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const owner = await stat(join(dataDir, 'postgres'));
    expect(owner.uid).toBe(uid);
    await user.close();
    const root = await open();
    expect(await query(root.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });
});

describe('when PostgreSQL is killed while Countersign runs', () => {
  beforeEach(useExisting);

  test('restarts PostgreSQL on the same port with its data, and the process survives', async () => {
    let onRestarted = (): void => {};
    const restarted = new Promise<void>((resolve) => {
      onRestarted = resolve;
    });
    const database = await openEmbedded({
      dataDir,
      exclusive: true,
      log: (line) => line === 'PostgreSQL is running again' && onRestarted(),
    });
    opened.push(database);
    const { url } = database;
    await query(url, 'drop table if exists kept; create table kept as select 42 as answer');
    const client = new pg.Client(url);
    await client.connect();
    const disconnected = new Promise((resolve) => client.on('error', resolve));
    const before = await postmasterPid();
    process.kill(before, 'SIGKILL');
    await Promise.all([disconnected, restarted]);
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await postmasterPid()).not.toBe(before);
    // The server lock was acquired again.
    await expect(open()).rejects.toThrow(`already running on this data directory (process ${process.pid})`);
  });

  test('can be closed while PostgreSQL restarts', async () => {
    const database = await open();
    process.kill(await postmasterPid(), 'SIGKILL');
    await database.close();
    expect(await isPostmasterOf(await postmasterPid(), await realpath(join(dataDir, 'postgres')))).toBe(
      false,
    );
  });
});
