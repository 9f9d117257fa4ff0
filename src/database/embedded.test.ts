import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedProcess, openInProcess } from '../../test/harness/embedded-process.ts';
import { type EmbeddedDatabase, openEmbedded, removeEmbedded } from './embedded.ts';
import { canEnter } from './embedded-account.ts';
import { isAlive } from './embedded-files.ts';
import { isPostmasterOf, readPidFile, stopPostmaster } from './postmaster.ts';

let dataDir: string;
let opened: EmbeddedDatabase[];
let processes: EmbeddedProcess[];

// Made once, since making it takes most of a test's time: the tests that ask for it start and stop it in turn.
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
  if (dataDir === existing) await stopLeftOver();
  else await removeEmbedded(dataDir);
});

async function stopLeftOver(): Promise<void> {
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

async function openElsewhere(options: Parameters<typeof openInProcess>[1]): Promise<EmbeddedProcess> {
  const one = await openInProcess(dataDir, options);
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
  test('serves PostgreSQL 18 in UTF-8 with durable commits, on loopback and by password alone', async () => {
    const { url, startedByUs } = await open();
    expect(startedByUs).toBe(true);
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
    const stranger = new URL(url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('leaves a password that only its user reads, and nothing half-made', async () => {
    await open();
    const password = await stat(join(dataDir, 'postgres-password'));
    expect(password.mode & 0o777).toBe(0o600);
    expect(password.uid).toBe(process.getuid?.());
    expect((await readdir(dataDir)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('hands PostgreSQL no secret of the environment', async () => {
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

  test('two at once give one cluster, and both are served', async () => {
    const [one, two] = await Promise.all([
      openElsewhere({ exclusive: false }),
      openElsewhere({ exclusive: false }),
    ]);
    expect([one.opened.error, two.opened.error]).toEqual([undefined, undefined]);
    expect(one.opened.url).toBe(two.opened.url);
    expect(await query(two.opened.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('that is killed in the middle leaves nothing that stops the next', async () => {
    const first = openInProcess(dataDir, { exclusive: true }).catch((error: Error) => error.message);
    const half = async () =>
      (await readdir(dataDir)).find((name) => /^postgres\.\d+-.*\.tmp$/.test(name)) ?? '';
    await expect.poll(half, { timeout: 20_000, interval: 5 }).not.toBe('');
    const name = await half();
    process.kill(Number(/\d+/.exec(name)), 'SIGKILL');
    expect(await first).toMatch(/ended/);
    const { url } = await open();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((found) => found.includes('.tmp'))).toEqual([]);
  });
});

describe('starting again', () => {
  beforeEach(useExisting);

  test('finds the data of before, and closing twice is closing once', async () => {
    const first = await open();
    await query(first.url, 'drop table if exists kept; create table kept as select 42 as answer');
    await Promise.all([first.close(), first.close()]);
    expect(await postmasterPid()).toBe(0);
    const second = await open();
    expect(second.startedByUs).toBe(true);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('after Node was killed adopts the server that lives on', async () => {
    const killed = await openElsewhere({ exclusive: true });
    const before = await postmasterPid();
    await query(killed.opened.url, 'drop table if exists kept; create table kept as select 42 as answer');
    await killed.kill();
    const next = await open();
    expect(next.startedByUs).toBe(false);
    expect(await postmasterPid()).toBe(before);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('after PostgreSQL was killed recovers what was committed', async () => {
    const killed = await openElsewhere({ exclusive: true });
    await query(killed.opened.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const before = await postmasterPid();
    await killed.kill();
    process.kill(before, 'SIGKILL');
    const next = await open();
    expect(next.startedByUs).toBe(true);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('waits for a server that is going down, and starts it anew', async () => {
    const first = await open();
    await query(first.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const [, next] = await Promise.all([first.close(), open()]);
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('is not fooled by a lock file whose process ID went to another process', async () => {
    await (await open()).close();
    const data = await realpath(join(dataDir, 'postgres'));
    const owner = await stat(data);
    const started = Math.floor(Date.now() / 1000);
    const file = join(data, 'postmaster.pid');
    // This very process, alive and no postmaster.
    await writeFile(
      file,
      `${process.pid}\n${data}\n${started}\n5432\n\n127.0.0.1\n       1         1\nready   \n`,
      {
        mode: 0o600,
      },
    );
    await chown(file, owner.uid, owner.gid);
    const next = await open();
    expect(next.startedByUs).toBe(true);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('the one running Countersign', () => {
  beforeEach(useExisting);

  test('a second is refused with the process and the address of the first', async () => {
    const first = await openElsewhere({ exclusive: true, announce: 'http://127.0.0.1:3000' });
    await expect(open()).rejects.toThrow(
      `Countersign is already running on this data directory (process ${first.child.pid}, http://127.0.0.1:3000).`,
    );
    expect(await query(first.opened.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of two that start at once exactly one runs', async () => {
    const both = await Promise.all([openElsewhere({ exclusive: true }), openElsewhere({ exclusive: true })]);
    expect(both.map(({ opened: { error } }) => error ?? 'runs').sort()).toEqual([
      expect.stringMatching(/^Countersign is already running on this data directory \(process \d+\)\.$/),
      'runs',
    ]);
  });

  test('a command beside it uses its server and leaves it running', async () => {
    const server = await openElsewhere({ exclusive: true });
    const before = await postmasterPid();
    const command = await open(false);
    expect(command.startedByUs).toBe(false);
    expect(command.url).toBe(server.opened.url);
    await command.close();
    expect(await postmasterPid()).toBe(before);
    expect(await query(server.opened.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of commands alone the last one stops the server', async () => {
    const one = await open(false);
    const two = await open(false);
    await one.close();
    expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const pid = await postmasterPid();
    await two.close();
    expect(isAlive(pid)).toBe(false);
  });

  test('Ctrl-C in its terminal does not reach PostgreSQL', async () => {
    const server = await openElsewhere({ exclusive: true });
    if (process.platform !== 'linux') return;
    const session = (text: string) => text.slice(text.lastIndexOf(')') + 2).split(' ')[3];
    const ours = session(await readFile(`/proc/${server.child.pid}/stat`, 'utf8'));
    const postgres = session(await readFile(`/proc/${await postmasterPid()}/stat`, 'utf8'));
    expect(postgres).not.toBe(ours);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('PostgreSQL runs as another user, in no group of ours, who cannot read the password', async () => {
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

  test('a data folder that only root can enter has its data elsewhere, and says where', async () => {
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

  test('a user without a name is told what to do', async ({ skip }) => {
    const nameless = { uid: 54_321, gid: 54_321 };
    const checkout = fileURLToPath(new URL('../..', import.meta.url));
    if (!(await canEnter(nameless, checkout))) skip('only root can enter this checkout');
    await chown(dataDir, nameless.uid, nameless.gid);
    const { opened } = await openElsewhere({ exclusive: true, account: nameless });
    expect(opened.error).toContain('run as one that /etc/passwd lists, or set DATABASE_URL');
  });

  test('an ordinary user runs it too, and root then finds that data', async ({ skip }) => {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'nobody'])));
    const checkout = fileURLToPath(new URL('../..', import.meta.url));
    if (!(await canEnter({ uid, gid }, checkout))) skip('only root can enter this checkout');
    await chown(dataDir, uid, gid);
    const user = await openElsewhere({ exclusive: true, account: { uid, gid } });
    expect(user.opened.error).toBeUndefined();
    await query(user.opened.url, 'drop table if exists kept; create table kept as select 42 as answer');
    const owner = await stat(join(dataDir, 'postgres'));
    expect(owner.uid).toBe(uid);
    await user.close();
    const root = await open();
    expect(await query(root.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });
});

describe('a server that is killed under a running Countersign', () => {
  beforeEach(useExisting);

  test('does not take the process down, and comes back on the same address with its data', async () => {
    let back = (): void => {};
    const revived = new Promise<void>((resolve) => {
      back = resolve;
    });
    const database = await openEmbedded({
      dataDir,
      exclusive: true,
      log: (line) => line === 'PostgreSQL is back' && back(),
    });
    opened.push(database);
    const { url } = database;
    await query(url, 'drop table if exists kept; create table kept as select 42 as answer');
    const witness = new pg.Client(url);
    await witness.connect();
    const cut = new Promise((resolve) => witness.on('error', resolve));
    const before = await postmasterPid();
    process.kill(before, 'SIGKILL');
    await Promise.all([cut, revived]);
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await postmasterPid()).not.toBe(before);
    // The lock came back with it.
    await expect(open()).rejects.toThrow(`already running on this data directory (process ${process.pid})`);
  });

  test('can still be closed while it comes back', async () => {
    const database = await open();
    process.kill(await postmasterPid(), 'SIGKILL');
    await database.close();
    expect(await isPostmasterOf(await postmasterPid(), await realpath(join(dataDir, 'postgres')))).toBe(
      false,
    );
  });
});
