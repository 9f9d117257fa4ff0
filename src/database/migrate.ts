import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Migration, readMigrations } from './migration-files.ts';
import { checkHistory, type HistoryRow } from './migration-history.ts';

// The key of Prisma's own migrate command, so that the two never run at once.
const LOCK = 72_707_369;
const LOCK_WAIT_SECONDS = 60;
const OLDEST_SERVER = 14;

export interface MigrateOptions {
  /** Connection URL of the database's owner: a direct one, since a session lock means nothing behind a pooler. */
  ownerUrl: string;
  /** A folder in Prisma's format: `<timestamp>_<name>/migration.sql`. */
  directory: string | URL;
  log: (line: string) => void;
}

/**
 * Brings the database up to date: every migration that is not applied yet, in order, each in a transaction of its own
 * together with its row in `_prisma_migrations`. Any number of processes may do so at once; one works, the rest wait.
 *
 * @throws an error that names the migration, and changes nothing, when history and folder disagree
 */
export async function migrate({ ownerUrl, directory, log }: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(directory);
  return withOwner(ownerUrl, async (client) => {
    await lock(client);
    const schema = await createHistory(client);
    const waiting = checkHistory(migrations, await readHistory(client));
    for (const migration of waiting) {
      log(`applying migration ${migration.name}`);
      await apply(client, migration, schema);
    }
    return { applied: waiting.map(({ name }) => name) };
  });
}

/** What `migrate` would apply, by name; refuses what it would refuse and changes nothing. */
export async function pending({
  ownerUrl,
  directory,
}: Pick<MigrateOptions, 'ownerUrl' | 'directory'>): Promise<string[]> {
  const migrations = await readMigrations(directory);
  return withOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<{ known: boolean }>(
      `select to_regclass('_prisma_migrations') is not null as known`,
    );
    const history = rows[0]?.known ? await readHistory(client) : [];
    return checkHistory(migrations, history).map(({ name }) => name);
  });
}

async function withOwner<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'countersign migrate',
    connectionTimeoutMillis: 10_000,
  });
  // The query under way rejects too, and that is where it is reported.
  client.on('error', () => {});
  try {
    await client.connect();
    await checkServer(client);
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  for (const { number, text } of rows) refuseOldServer(number, text);
}

/** Takes `server_version_num` and `server_version`. */
export function refuseOldServer(number: number, text: string): void {
  if (number >= OLDEST_SERVER * 10_000) return;
  throw new Error(`Countersign needs PostgreSQL ${OLDEST_SERVER} or later; this server is ${text}.`);
}

async function lock(client: pg.Client): Promise<void> {
  await client.query(`set statement_timeout = 0; set lock_timeout = '${LOCK_WAIT_SECONDS}s'`);
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
  } catch (cause) {
    const say = `Another process has been migrating this database for ${LOCK_WAIT_SECONDS} seconds. Try again when it has ended.`;
    throw cause instanceof pg.DatabaseError && cause.code === '55P03' ? new Error(say, { cause }) : cause;
  }
  await client.query('reset lock_timeout');
}

/** Prisma's own table, column for column, so that its tools read our history. Answers the schema it is in. */
async function createHistory(client: pg.Client): Promise<string> {
  await client.query(`create table if not exists _prisma_migrations (
    id                  varchar(36) primary key not null,
    checksum            varchar(64) not null,
    finished_at         timestamptz,
    migration_name      varchar(255) not null,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`);
  const { rows } = await client.query<{ schema: string }>(
    `select relnamespace::regnamespace::text as schema from pg_class where oid = '_prisma_migrations'::regclass`,
  );
  return rows[0]?.schema ?? 'public';
}

async function readHistory(client: pg.Client): Promise<HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by migration_name collate "C"`,
  );
  return rows;
}

async function apply(client: pg.Client, migration: Migration, schema: string): Promise<void> {
  const startedAt = new Date();
  let outcome = 'failed and was rolled back';
  try {
    await client.query('begin');
    const before = await transactionId(client);
    await client.query(migration.sql);
    if ((await transactionId(client)) !== before) {
      outcome = 'failed, and what it did up to its own COMMIT stays to be undone by hand';
      throw new Error('a migration must not end the transaction it runs in');
    }
    // The file may have taken another role or search path, for its transaction or for good.
    await client.query('reset all; reset role; set statement_timeout = 0');
    await client.query(
      `insert into ${schema}._prisma_migrations
         (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       values ($1, $2, clock_timestamp(), $3, $4, 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt],
    );
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Migration ${migration.name} ${outcome}: ${reason}`, { cause });
  }
}

async function transactionId(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('select pg_catalog.pg_current_xact_id()::text as id');
  return rows[0]?.id;
}
