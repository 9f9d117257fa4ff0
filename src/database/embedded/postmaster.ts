import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile, readlink, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasErrorCode } from '../../lib/error-code.ts';
import { isProcessAlive } from '../../lib/process.ts';
import { type Cluster, postgresEnvironment } from './cluster.ts';

const run = promisify(execFile);
const START_TIMEOUT_MS = 120_000;
const MAX_START_FAILURES = 3;
const MAX_LOG_BYTES = 5_000_000;

/** The main process of a PostgreSQL server. */
export interface Postmaster {
  pid: number;
  port: number;
}

export interface PostmasterOptions {
  cluster: Cluster;
  /** Path of the `postgres` program. */
  program: string;
  logFile: string;
  /** The required port, when connection URLs already contain it; otherwise a free one is chosen. */
  port?: number;
  settings?: Readonly<Record<string, string>>;
}

interface PidFile extends Postmaster {
  status: string;
}

/**
 * Returns a postmaster that serves this cluster: the running one, after waiting while it starts or stops, or a new one.
 * When two processes start one at the same time, PostgreSQL's lock file decides.
 */
export async function ensurePostmaster(
  options: PostmasterOptions,
): Promise<Postmaster & { started: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let failures = 0;
  let failure = '';
  while (Date.now() < deadline) {
    const existing = await readPidFile(options.cluster.folder);
    const isRunning = existing !== undefined && (await isPostmasterOf(existing.pid, options.cluster.folder));
    if (isRunning && existing.status === 'ready')
      return { pid: existing.pid, port: existing.port, started: false };
    if (isRunning) {
      await delay(25);
      continue;
    }
    const result = await startPostmaster(options, existing?.pid);
    if ('port' in result) return { ...result, started: true };
    failure = result.failure;
    if (++failures > MAX_START_FAILURES && !isTransient(failure, options)) break;
    await delay(100 * failures);
  }
  throw new Error(
    `The embedded PostgreSQL does not start: ${failure || 'it took too long'} (see ${options.logFile})`,
  );
}

/** Reports whether a failed start may succeed if repeated. */
function isTransient(failure: string, { port }: PostmasterOptions): boolean {
  // A backend of a killed postmaster has not noticed yet and still uses the shared memory.
  if (failure.includes('shared memory block')) return true;
  // The required port is in use. A client that tries to connect while nothing listens may have it as its own port.
  return port !== undefined && failure.includes('TCP/IP sockets');
}

export async function readPidFile(folder: string): Promise<PidFile | undefined> {
  let lines: string[];
  try {
    lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  // The lines are defined in PostgreSQL's miscadmin.h: 1 is the PID, 4 the port, 8 the status.
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
}

/**
 * Reports whether the process is the postmaster of this folder. PIDs are reused: after a restart of the machine or the
 * container, the PID in the file may belong to any process.
 */
export async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || !isProcessAlive(pid)) return false;
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-ww', '-p', String(pid), '-o', 'command=']).catch(() => ({
      stdout: '',
    }));
    return stdout.includes(`-D ${folder} `);
  }
  // A zombie has an empty command line.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(`\0-D\0${folder}\0`)) return true;
  // After the checkout was moved, only the working folder is right. Root in a container may be unable to read it.
  return command !== '' && (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
}

async function startPostmaster(
  options: PostmasterOptions,
  stalePid: number | undefined,
): Promise<Postmaster | { failure: string }> {
  const { cluster, logFile } = options;
  const port = options.port ?? (await findFreePort());
  const log = await openLog(logFile);
  try {
    const logStart = (await log.stat()).size;
    const child = spawnPostmaster(options, { port, log, stalePid });
    let failure: string | undefined;
    child.on('error', (error) => {
      failure = error.message;
    });
    child.on('exit', () => {
      failure ??= 'it exited';
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (failure === undefined && Date.now() < deadline) {
      const pidFile = await readPidFile(cluster.folder);
      if (pidFile !== undefined && pidFile.pid === child.pid && pidFile.status === 'ready')
        return { pid: pidFile.pid, port };
      await delay(15);
    }
    const output = (await readFile(logFile, 'utf8')).slice(logStart);
    return { failure: /FATAL: {2}(.*)/.exec(output)?.[1] ?? failure ?? 'it took too long' };
  } finally {
    await log.close();
  }
}

async function openLog(logFile: string): Promise<FileHandle> {
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(logFile, `${logFile}.1`);
  return open(logFile, 'a', 0o600);
}

function spawnPostmaster(
  { cluster, program, settings = {} }: PostmasterOptions,
  { port, log, stalePid }: { port: number; log: FileHandle; stalePid: number | undefined },
): ChildProcess {
  const options = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const env = postgresEnvironment();
  // PostgreSQL believes a stale lock file when its PID belongs to another process or a zombie now. It ignores the PID
  // in this variable, which pg_ctl uses too. The caller has checked that the process is no postmaster.
  if (stalePid !== undefined) env.PG_GRANDPARENT_PID = String(stalePid);
  const child = spawn(program, ['-D', cluster.folder, '-p', String(port), ...options], {
    ...cluster.account,
    cwd: '/',
    env,
    // Runs in its own session: Ctrl-C in the terminal must reach only Node.js, which drains before it stops PostgreSQL.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  return child;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/** Stops PostgreSQL and waits for its end. Clients are disconnected; committed data is safe. */
export async function stopPostmaster(pid: number, folder: string): Promise<void> {
  for (const [signal, timeoutMs] of [
    // PostgreSQL's fast shutdown, then its immediate shutdown.
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!(await isPostmasterOf(pid, folder))) return;
    process.kill(pid, signal);
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (!(await isPostmasterOf(pid, folder))) return;
      await delay(15);
    }
  }
  throw new Error(`The embedded PostgreSQL (process ${pid}) does not stop.`);
}
