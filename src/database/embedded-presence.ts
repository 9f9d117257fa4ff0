import pg from 'pg';
import { hasCode, isAlive } from './embedded-files.ts';

// Advisory locks of the maintenance database. Everybody who uses the cluster holds USERS shared; the one running
// Countersign holds RUNNING too. Who would stop a server that others may use takes USERS alone first.
const SPACE = 0x43_53_47_4e;
const USERS = 1;
const RUNNING = 2;
const HOLDER_GONE_WITHIN_MS = 5_000;

/** The one running Countersign is another process. */
export class AlreadyRunning extends Error {
  readonly pid: number | undefined;

  constructor(pid: number | undefined) {
    super('Countersign is already running');
    this.pid = pid;
  }
}

/** A connection whose locks say that we are here. */
export interface Presence {
  client: pg.Client;
  /** Resolves when the connection is lost, whoever ends it. */
  lost: Promise<void>;
}

export async function enter(url: string, exclusive: boolean): Promise<Presence> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `countersign ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A client without this listener takes the whole process down when its server goes.
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    await client.query(`set lock_timeout = '30s'`);
    await client.query('select pg_advisory_lock_shared($1, $2)', [SPACE, USERS]);
    if (exclusive) await takeRunning(client);
    return { client, lost };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function takeRunning(client: pg.Client): Promise<void> {
  const deadline = Date.now() + HOLDER_GONE_WITHIN_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      SPACE,
      RUNNING,
    ]);
    if (rows[0]?.taken) return;
    const holder = await findHolder(client);
    // The lock of a killed process lasts until its backend notices.
    if (holder !== undefined && isAlive(holder)) throw new AlreadyRunning(holder);
    if (Date.now() > deadline) throw new AlreadyRunning(holder);
    await client.query('select pg_sleep(0.05)');
  }
}

async function findHolder(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.granted`,
    [SPACE, RUNNING],
  );
  const pid = /^countersign (\d+)$/.exec(rows[0]?.name ?? '')?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Whether nobody else is here; from then on whoever comes waits, and finds the server going down. */
export async function isAlone({ client }: Presence): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1, $2)', [SPACE, USERS]);
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1, $2) as alone', [
    SPACE,
    USERS,
  ]);
  return rows[0]?.alone ?? false;
}

export async function leave({ client }: Presence): Promise<void> {
  await client.end().catch(() => {});
}

/** Whether the server went away under us: it is stopping, has stopped, or was killed. */
export function isServerGone(error: unknown): boolean {
  if (hasCode(error, '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE')) return true;
  return error instanceof Error && /Connection terminated|not queryable/.test(error.message);
}
