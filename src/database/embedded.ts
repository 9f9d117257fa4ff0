import { readFile, realpath, rm, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries } from './embedded-binaries.ts';
import { type Cluster, OWNER, prepareCluster } from './embedded-cluster.ts';
import { hasCode, replaceFile } from './embedded-files.ts';
import { AlreadyRunning, enter, isAlone, isServerGone, leave, type Presence } from './embedded-presence.ts';
import { ensurePostmaster, type Launch, type Postmaster, readPidFile, stopPostmaster } from './postmaster.ts';

const DATABASE = 'countersign';
const ENTER_ATTEMPTS = 50;

export interface EmbeddedOptions {
  /** The folder of the data, the password and the log; made if need be. */
  dataDir: string;
  /** True for the one running Countersign of this folder, false for a command beside it. */
  exclusive: boolean;
  log: (line: string) => void;
  /** PostgreSQL settings; for a server that already runs they change nothing. */
  settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedDatabase {
  /** The connection string of the database's owner, a superuser. It holds the password: not for logs. */
  url: string;
  dataDir: string;
  /** False when a running server was adopted. */
  startedByUs: boolean;
  /** Tells others where this Countersign listens; only for the exclusive one. */
  announce(url: string): Promise<void>;
  /** Close every pool first. Stops the server if this is the exclusive one, or if nobody else uses it. */
  close(): Promise<void>;
}

/**
 * A real PostgreSQL on 127.0.0.1 with its data under `dataDir`: created, started, adopted or waited for, as need be.
 *
 * @throws an error with a message for people when another Countersign runs on this folder, or the server cannot start
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const cluster = await prepareCluster(dataDir, binaries, options.log);
  const launch: Launch = {
    cluster,
    program: binaries.postgres,
    logFile: join(dataDir, 'postgres.log'),
    ...(options.settings && { settings: options.settings }),
  };
  const runningFile = join(dataDir, 'running.json');
  const opened = await startAndEnter(launch, options.exclusive).catch(async (error: unknown) => {
    throw error instanceof AlreadyRunning ? await explain(error, runningFile) : error;
  });
  let session: Session = opened;
  let closing: Promise<void> | undefined;
  let reviving: Promise<void> | undefined;
  watch();

  /** A server that is killed under a running Countersign comes back, where its connection strings say. */
  function watch(): void {
    void session.presence.lost.then(() => {
      if (closing) return;
      options.log('PostgreSQL went away; starting it again');
      reviving = revive().catch((error: Error) =>
        options.log(`PostgreSQL did not come back: ${error.message}`),
      );
    });
  }

  async function revive(): Promise<void> {
    const { port } = session.postmaster;
    session = await startAndEnter({ ...launch, port }, options.exclusive);
    if (session.postmaster.port !== port)
      throw new Error('it listens on another port now; restart Countersign');
    options.log('PostgreSQL is back');
    watch();
  }

  async function close(): Promise<void> {
    await reviving;
    const { presence, postmaster } = session;
    const stop = options.exclusive || (await isAlone(presence).catch(() => false));
    // The lock is held until the server is down: who comes meanwhile waits, and starts it anew.
    if (stop) await stopPostmaster(postmaster.pid, cluster.folder);
    await leave(presence);
    if (options.exclusive) await unlink(runningFile).catch(() => {});
  }

  return {
    url: urlOf(cluster, session.postmaster.port, DATABASE),
    dataDir,
    startedByUs: opened.started,
    announce: (url) => replaceFile(runningFile, JSON.stringify({ pid: process.pid, url })),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * Removes a data folder that was for once: of a demo, of a test. Root's data may lie elsewhere with a link here, and a
 * server that nobody closed may still run.
 */
export async function removeEmbedded(dataDir: string): Promise<void> {
  const data = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
  const left = data && (await readPidFile(data));
  if (left) await stopPostmaster(left.pid, data);
  if (data) await rm(data, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

interface Session {
  postmaster: Postmaster;
  presence: Presence;
}

async function startAndEnter(launch: Launch, exclusive: boolean): Promise<Session & { started: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const { started, ...postmaster } = await ensurePostmaster(launch);
    let presence: Presence | undefined;
    try {
      presence = await enter(urlOf(launch.cluster, postmaster.port, 'postgres'), exclusive);
      await createDatabase(presence);
      return { postmaster, presence, started };
    } catch (error) {
      if (presence) await leave(presence);
      // Somebody stops the server at this moment; once it is down we start it.
      if (!isServerGone(error) || attempt === ENTER_ATTEMPTS) throw error;
      await delay(100);
    }
  }
}

async function createDatabase({ client }: Presence): Promise<void> {
  const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (found.rowCount) return;
  await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
    if (!hasCode(error, '42P04', '23505')) throw error;
  });
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${OWNER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

async function explain(error: AlreadyRunning, runningFile: string): Promise<Error> {
  const known = await readFile(runningFile, 'utf8')
    .then((text) => JSON.parse(text) as { pid?: number; url?: string })
    .catch(() => undefined);
  const where = known?.url && known.pid === error.pid ? `, ${known.url}` : '';
  const who = error.pid === undefined ? '' : ` (process ${error.pid}${where})`;
  return new Error(`Countersign is already running on this data directory${who}.`, { cause: error });
}
