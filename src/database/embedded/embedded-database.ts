import { readFile, realpath, rm, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasErrorCode } from '../../lib/error-code.ts';
import { replaceFile } from '../../lib/files.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, OWNER, prepareCluster } from './cluster.ts';
import {
  AlreadyRunningError,
  type ClusterSession,
  closeSession,
  isServerGone,
  openSession,
  tryAcquireStopLock,
} from './cluster-session.ts';
import {
  ensurePostmaster,
  isPostmasterOf,
  type Postmaster,
  type PostmasterOptions,
  readPidFile,
  stopPostmaster,
} from './postmaster.ts';

const DATABASE = 'countersign';
const MAX_CONNECT_ATTEMPTS = 50;

interface EmbeddedOptions {
  /** Folder for the data, the password and the log. It is created if needed. */
  dataDir: string;
  /** True for the Countersign server, of which a data folder has at most one; false for a command beside it. */
  exclusive: boolean;
  log: (line: string) => void;
  /** PostgreSQL settings. They have no effect on a PostgreSQL that already runs. */
  settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedDatabase {
  /** Connection URL of the database's owner, a superuser. It contains the password and must not be logged. */
  url: string;
  dataDir: string;
  /** False when PostgreSQL was already running. */
  startedPostgres: boolean;
  /** Stores the server's URL, so that a second start can report it. Only for `exclusive`. */
  recordServerUrl(url: string): Promise<void>;
  /** Stops PostgreSQL if this is the exclusive process or the last one that uses it. Close all pools first. */
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL on 127.0.0.1 with its data below `dataDir`. It creates the data and starts PostgreSQL if needed,
 * or connects to a PostgreSQL that already runs on this data.
 *
 * @throws Error with a message for the operator when another server uses this folder or PostgreSQL cannot start
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { exclusive, log } = options;
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const cluster = await prepareCluster(dataDir, binaries, log);
  const postmasterOptions: PostmasterOptions = {
    cluster,
    program: binaries.postgres,
    logFile: join(dataDir, 'postgres.log'),
    ...(options.settings && { settings: options.settings }),
  };
  const serverFile = join(dataDir, 'running.json');
  const first = await startAndConnect(postmasterOptions, exclusive).catch(async (error: unknown) => {
    throw error instanceof AlreadyRunningError ? await explainAlreadyRunning(error, serverFile) : error;
  });
  const supervisor = superviseConnection(first, postmasterOptions, { exclusive, log });

  async function close(): Promise<void> {
    const { session, postmaster } = await supervisor.stop();
    const stopsPostgres = exclusive || (await tryAcquireStopLock(session).catch(() => false));
    // The session holds its lock until PostgreSQL has stopped. A process that starts meanwhile waits for the lock.
    if (stopsPostgres) await stopPostmaster(postmaster.pid, cluster.folder);
    await closeSession(session);
    if (exclusive) await unlink(serverFile).catch(() => {});
  }

  let closing: Promise<void> | undefined;
  return {
    url: connectionUrl(cluster, first.postmaster.port, DATABASE),
    dataDir,
    startedPostgres: first.started,
    recordServerUrl: (url) => replaceFile(serverFile, JSON.stringify({ pid: process.pid, url })),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Returns the connection URL of an embedded PostgreSQL that already runs on this data; null: none runs. Starts nothing. */
export async function findRunningEmbedded(dataDir: string): Promise<string | null> {
  const folder = await realpath(join(dataDir, 'postgres')).catch(() => null);
  const running = folder === null ? undefined : await readPidFile(folder);
  if (folder === null || running?.status !== 'ready') return null;
  if (!(await isPostmasterOf(running.pid, folder))) return null;
  const password = await readFile(join(dataDir, 'postgres-password'), 'utf8');
  return connectionUrl({ password }, running.port, DATABASE);
}

/**
 * Deletes the data folder of a demo or a test. Root's data may be stored elsewhere with a link here, and a PostgreSQL
 * that nobody stopped may still run.
 */
export async function removeEmbedded(dataDir: string): Promise<void> {
  const data = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
  const running = data && (await readPidFile(data));
  if (running) await stopPostmaster(running.pid, data);
  if (data) await rm(data, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

interface Connection {
  postmaster: Postmaster;
  session: ClusterSession;
}

interface Supervisor {
  /** Ends the supervision, waits for a restart in progress, and returns the current connection. */
  stop(): Promise<Connection>;
}

/** Restarts PostgreSQL on the same port when it is killed, so that connection URLs stay valid. */
function superviseConnection(
  first: Connection,
  options: PostmasterOptions,
  { exclusive, log }: Pick<EmbeddedOptions, 'exclusive' | 'log'>,
): Supervisor {
  let connection = first;
  let isStopped = false;
  let restarting: Promise<void> | undefined;

  async function restart(): Promise<void> {
    const { port } = connection.postmaster;
    connection = await startAndConnect({ ...options, port }, exclusive);
    if (connection.postmaster.port !== port)
      throw new Error('it listens on another port now; restart Countersign');
    log('PostgreSQL is running again');
    watch();
  }

  function watch(): void {
    void connection.session.lost.then(() => {
      if (isStopped) return;
      log('The connection to PostgreSQL was lost; starting PostgreSQL again');
      restarting = restart().catch((error: Error) =>
        log(`PostgreSQL could not be started again: ${error.message}`),
      );
    });
  }

  watch();
  return {
    async stop() {
      isStopped = true;
      await restarting;
      return connection;
    },
  };
}

async function startAndConnect(
  options: PostmasterOptions,
  exclusive: boolean,
): Promise<Connection & { started: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const { started, ...postmaster } = await ensurePostmaster(options);
    let session: ClusterSession | undefined;
    try {
      session = await openSession(connectionUrl(options.cluster, postmaster.port, 'postgres'), exclusive);
      await ensureDatabase(session);
      return { postmaster, session, started };
    } catch (error) {
      if (session) await closeSession(session);
      // Another process may be stopping PostgreSQL. The next attempt starts it again.
      if (!isServerGone(error) || attempt === MAX_CONNECT_ATTEMPTS) throw error;
      await delay(100);
    }
  }
}

async function ensureDatabase({ client }: ClusterSession): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount) return;
  await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
    // Another process has created it: duplicate_database, or a unique violation when both do so at once.
    if (!hasErrorCode(error, '42P04', '23505')) throw error;
  });
}

function connectionUrl(cluster: Pick<Cluster, 'password'>, port: number, database: string): string {
  return `postgresql://${OWNER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

async function explainAlreadyRunning(error: AlreadyRunningError, serverFile: string): Promise<Error> {
  const server = await readFile(serverFile, 'utf8')
    .then((text) => JSON.parse(text) as { pid?: number; url?: string })
    .catch(() => undefined);
  const url = server?.url && server.pid === error.pid ? `, ${server.url}` : '';
  const process = error.pid === undefined ? '' : ` (process ${error.pid}${url})`;
  return new Error(`Countersign is already running on this data directory${process}.`, { cause: error });
}
