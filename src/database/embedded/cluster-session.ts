import pg from 'pg';
import { hasErrorCode } from '../../lib/error-code.ts';
import { isProcessAlive } from '../../lib/process.ts';
import { explainTimeout } from '../answer-timeout.ts';

// Advisory locks in the maintenance database:
// - Every process that uses the cluster holds CLUSTER_IN_USE shared.
// - The one Countersign server of the data folder also holds SERVER_RUNNING.
// - A process that stops PostgreSQL first acquires CLUSTER_IN_USE exclusively.
const LOCK_NAMESPACE = 0x43_53_47_4e;
const CLUSTER_IN_USE = 1;
const SERVER_RUNNING = 2;
const DEAD_HOLDER_TIMEOUT_MS = 5_000;
/** Also longer than a wait for a lock. */
const TIMEOUT_MS = 40_000;

/** Another process runs the Countersign server of this data folder. */
export class AlreadyRunningError extends Error {
  readonly pid: number | undefined;

  constructor(pid: number | undefined) {
    super('Countersign is already running');
    this.pid = pid;
  }
}

/** A connection that holds this process's locks. */
export interface ClusterSession {
  client: pg.Client;
  /** Resolves when the connection has ended, for whatever reason. */
  lost: Promise<void>;
}

/**
 * Connects and acquires the locks.
 * @param exclusive true for the server, false for a command that may run beside it
 * @throws AlreadyRunningError when `exclusive` and another process runs the server
 */
export async function openSession(url: string, exclusive: boolean): Promise<ClusterSession> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `countersign ${process.pid}`,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener for `error`, a lost connection would end the process.
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    await client.query(`set lock_timeout = '30s'`);
    await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_NAMESPACE, CLUSTER_IN_USE]);
    if (exclusive) await acquireServerLock(client);
    return { client, lost };
  } catch (error) {
    await client.end().catch(() => {});
    throw explainTimeout(error, TIMEOUT_MS);
  }
}

async function acquireServerLock(client: pg.Client): Promise<void> {
  const deadline = Date.now() + DEAD_HOLDER_TIMEOUT_MS;
  while (!(await tryExclusiveLock(client, SERVER_RUNNING))) {
    const holder = await findLockHolder(client);
    if (holder !== undefined && isProcessAlive(holder)) throw new AlreadyRunningError(holder);
    // PostgreSQL releases the lock of a killed process only when its backend notices.
    if (Date.now() > deadline) throw new AlreadyRunningError(holder);
    await client.query('select pg_sleep(0.05)');
  }
}

async function tryExclusiveLock(client: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ acquired: boolean }>(
    'select pg_try_advisory_lock($1, $2) as acquired',
    [LOCK_NAMESPACE, lock],
  );
  return rows[0]?.acquired ?? false;
}

/** Returns the process ID of the running server, which its session carries in the application name. */
async function findLockHolder(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.granted`,
    [LOCK_NAMESPACE, SERVER_RUNNING],
  );
  const pid = /^countersign (\d+)$/.exec(rows[0]?.name ?? '')?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Reports whether no other process uses the cluster. If so, this session now holds the exclusive lock: new processes
 * wait for it and find PostgreSQL stopped.
 */
export async function tryAcquireStopLock({ client }: ClusterSession): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_NAMESPACE, CLUSTER_IN_USE]);
  return tryExclusiveLock(client, CLUSTER_IN_USE);
}

export async function closeSession({ client }: ClusterSession): Promise<void> {
  await client.end().catch(() => {});
}

/** Reports whether an error means that PostgreSQL is stopping, has stopped, or was killed. */
export function isServerGone(error: unknown): boolean {
  if (hasErrorCode(error, '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE')) return true;
  return error instanceof Error && /Connection terminated|not queryable/.test(error.message);
}
