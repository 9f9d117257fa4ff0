import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, readlink, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, cleanEnvironment } from './embedded-cluster.ts';
import { hasCode, isAlive } from './embedded-files.ts';

const run = promisify(execFile);
const READY_WITHIN_MS = 120_000;
const LOG_LIMIT_BYTES = 5_000_000;

export interface Postmaster {
  pid: number;
  port: number;
}

export interface Launch {
  cluster: Cluster;
  /** The program `postgres`. */
  program: string;
  logFile: string;
  /** Connection strings name it already, so that no other will do. */
  port?: number;
  settings?: Readonly<Record<string, string>>;
}

interface PidFile extends Postmaster {
  status: string;
}

/**
 * A postmaster that serves this cluster: the one that runs, waited for if it is coming up or going down, or a new one.
 * Who wins between two that start at once is PostgreSQL's own lock file to say.
 */
export async function ensurePostmaster(launch: Launch): Promise<Postmaster & { started: boolean }> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let failures = 0;
  let said = '';
  while (Date.now() < deadline) {
    const found = await readPidFile(launch.cluster.folder);
    const runs = found !== undefined && (await isPostmasterOf(found.pid, launch.cluster.folder));
    if (runs && found.status === 'ready') return { pid: found.pid, port: found.port, started: false };
    if (runs) {
      await delay(25);
      continue;
    }
    const result = await start(launch, found?.pid);
    if ('port' in result) return { ...result, started: true };
    said = result.said;
    if (++failures > 3 && !heals(said, launch)) break;
    await delay(100 * failures);
  }
  throw new Error(
    `The embedded PostgreSQL does not start: ${said || 'it took too long'} (see ${launch.logFile})`,
  );
}

/** Whether what keeps it from starting goes by: a backend of a killed postmaster is slow to notice, or a port is taken. */
function heals(said: string, { port }: Launch): boolean {
  // A client that tries to reach the port while nobody listens may have been given that very port as its own.
  return said.includes('shared memory block') || (port !== undefined && said.includes('TCP/IP sockets'));
}

export async function readPidFile(folder: string): Promise<PidFile | undefined> {
  let lines: string[];
  try {
    lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  // Line by line as in PostgreSQL's miscadmin.h: 1 the PID, 4 the port, 8 the state.
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
}

/** PIDs come back: after a restart of the machine or the container, the number in the file may be anybody's. */
export async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-ww', '-p', String(pid), '-o', 'command=']).catch(() => ({
      stdout: '',
    }));
    return stdout.includes(`-D ${folder} `);
  }
  // The command line of a zombie is empty. The working folder is the better witness after a checkout was moved, but
  // root in a container may not read it.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(`\0-D\0${folder}\0`)) return true;
  return command !== '' && (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
}

async function start(
  { cluster, program, logFile, port: wanted, settings = {} }: Launch,
  stalePid: number | undefined,
): Promise<Postmaster | { said: string }> {
  const port = wanted ?? (await freePort());
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  const before = (await log.stat()).size;
  const options = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const env = cleanEnvironment();
  // PostgreSQL takes a stale lock file for a live one when its PID has gone to another process or to a zombie. It makes
  // an exception for the PID named here (pg_ctl's own way); we have looked, and that process is no postmaster.
  if (stalePid !== undefined) env.PG_GRANDPARENT_PID = String(stalePid);
  const child = spawn(program, ['-D', cluster.folder, '-p', String(port), ...options], {
    ...cluster.account,
    cwd: '/',
    env,
    // Its own session: Ctrl-C in the terminal must reach Node alone, which drains before it stops PostgreSQL.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  child.on('exit', () => {
    failure ??= 'it ended';
  });
  child.unref();
  try {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (failure === undefined && Date.now() < deadline) {
      const found = await readPidFile(cluster.folder);
      if (found !== undefined && found.pid === child.pid && found.status === 'ready')
        return { pid: found.pid, port };
      await delay(15);
    }
    const written = (await readFile(logFile, 'utf8')).slice(before);
    return { said: /FATAL: {2}(.*)/.exec(written)?.[1] ?? failure ?? 'it took too long' };
  } finally {
    await log.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/** A fast shutdown, waited for: clients are cut off, what was committed stays. */
export async function stopPostmaster(pid: number, folder: string): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!(await isPostmasterOf(pid, folder))) return;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (!(await isPostmasterOf(pid, folder))) return;
      await delay(15);
    }
  }
  throw new Error(`The embedded PostgreSQL (process ${pid}) does not stop.`);
}
