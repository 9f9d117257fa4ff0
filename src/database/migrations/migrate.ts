import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { closeWhenStalled, type StallLimits } from '../close-when-stalled.ts';
import { withClient } from '../with-client.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { findPendingMigrations, type HistoryRow } from './migration-history.ts';

/** The advisory lock key of Prisma's own migrate command, so that the two never run at the same time. */
const MIGRATION_LOCK = 72_707_369;
const LOCK_TIMEOUT_SECONDS = 60;
/**
 * While a migration waits for a lock of a table, every statement on that table waits behind it. So it gives up soon, and
 * tries again: replicas that serve go on meanwhile.
 */
const TABLE_LOCK_TIMEOUT_SECONDS = 2;
const MAX_ATTEMPTS = 30;
const PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
const MIN_SERVER_VERSION = 14;
/** A migration may take long. But when the connection is lost without a sign, the start must end with an error. */
const STALL_LIMITS: StallLimits = { checkIntervalMs: 5_000, checkTimeoutMs: 5_000, maxStallMs: 20_000 };
/**
 * For the same case, on the server: it ends the session that waits for this process, with its locks. Otherwise they would
 * hold up the next start and the replicas that serve, until the server notices the dead connection, which may take hours.
 */
const IDLE_LIMITS = "set idle_in_transaction_session_timeout = '30s'; set idle_session_timeout = '30s'";

interface MigrateOptions {
  /** Connection URL of the database's owner. A pooler must be in session mode, because of the lock. */
  ownerUrl: string;
  /** A folder in Prisma's format: `<timestamp>_<name>/migration.sql`. */
  directory: string | URL;
  log: (line: string) => void;
  /** Left out: those of a start. */
  stallLimits?: StallLimits;
}

/**
 * Applies all pending migrations in order, in one transaction with their rows in `_prisma_migrations`: a replica of an
 * older version sees either the schema that it knows or the one that was made to work with it, and none in between. When
 * several processes call this at once, one applies the migrations and the others wait.
 *
 * @throws Error that names the migration when the history and the folder disagree; nothing is changed then
 */
export async function migrate({
  ownerUrl,
  directory,
  log,
  stallLimits = STALL_LIMITS,
}: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(directory);
  return withConnection(ownerUrl, stallLimits, async (client) => {
    await assertServerVersion(client);
    await acquireMigrationLock(client);
    const schema = await createHistoryTable(client);
    const pending = findPendingMigrations(
      migrations,
      await readHistory(client),
      await readOldestCompatible(client),
    );
    await applyMigrations(client, pending, { schema, log });
    return { applied: pending.map(({ name }) => name) };
  });
}

/**
 * Returns the names of the migrations that `migrate` would apply. It changes nothing.
 *
 * @throws Error that names the migration when the history and the folder disagree
 */
export async function listPendingMigrations({
  ownerUrl,
  directory,
}: Pick<MigrateOptions, 'ownerUrl' | 'directory'>): Promise<string[]> {
  const migrations = await readMigrations(directory);
  return withConnection(ownerUrl, STALL_LIMITS, async (client) => {
    const { rows } = await client.query<{ exists: boolean }>(
      `select to_regclass('_prisma_migrations') is not null as exists`,
    );
    const history = rows[0]?.exists ? await readHistory(client) : [];
    const oldestCompatible = await readOldestCompatible(client);
    return findPendingMigrations(migrations, history, oldestCompatible).map(({ name }) => name);
  });
}

function withConnection<Result>(
  url: string,
  limits: StallLimits,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const workAndReset = async (client: pg.Client): Promise<Result> => {
    try {
      return await work(client);
    } finally {
      // A pooler without a reset query of its own would give the lock and the settings to the next client.
      await client.query('discard all').catch(() => {});
    }
  };
  return withClient(url, (client) => closeWhenStalled(client, { url, limits }, () => workAndReset(client)), {
    name: 'countersign migrate',
    mayTakeLong: true,
  });
}

async function assertServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  for (const { number, text } of rows) assertSupportedVersion(number, text);
}

/** Checks the values of `server_version_num` and `server_version`. */
export function assertSupportedVersion(number: number, text: string): void {
  if (number >= MIN_SERVER_VERSION * 10_000) return;
  throw new Error(`Countersign needs PostgreSQL ${MIN_SERVER_VERSION} or later; this server is ${text}.`);
}

async function acquireMigrationLock(client: pg.Client): Promise<void> {
  await client.query(
    `set statement_timeout = 0; ${IDLE_LIMITS}; set lock_timeout = '${LOCK_TIMEOUT_SECONDS}s'`,
  );
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  } catch (cause) {
    const message = `Another process has been migrating this database for ${LOCK_TIMEOUT_SECONDS} seconds. Try again when it has finished.`;
    throw cause instanceof pg.DatabaseError && cause.code === LOCK_NOT_AVAILABLE
      ? new Error(message, { cause })
      : cause;
  }
  await client.query('reset lock_timeout');
}

/** Creates Prisma's history table with the same columns, so that Prisma's tools can read it. Returns its schema. */
async function createHistoryTable(client: pg.Client): Promise<string> {
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

/** Returns the last migration of the oldest version that works with this database; null: it does not say. */
async function readOldestCompatible(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('schema_compatibility') is not null as exists`,
  );
  if (!rows[0]?.exists) return null;
  const { rows: found } = await client.query<{ name: string }>(
    'select oldest_migration as name from schema_compatibility',
  );
  return found[0]?.name ?? null;
}

const SETTINGS = `reset all; reset role; set statement_timeout = 0; ${IDLE_LIMITS}; set lock_timeout = '${TABLE_LOCK_TIMEOUT_SECONDS}s'`;

interface ApplyOptions {
  schema: string;
  log: (line: string) => void;
}

async function applyMigrations(
  client: pg.Client,
  pending: readonly Migration[],
  options: ApplyOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyOnce(client, pending, options);
    } catch (error) {
      if (!isLockConflict(error) || attempt === MAX_ATTEMPTS) throw error;
      options.log(`${(error as Error).message}; trying again`);
      await delay(PAUSE_MS);
    }
  }
}

function isLockConflict(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return (
    cause instanceof pg.DatabaseError && [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED].includes(cause.code ?? '')
  );
}

async function applyOnce(
  client: pg.Client,
  pending: readonly Migration[],
  { schema, log }: ApplyOptions,
): Promise<void> {
  await client.query(`begin; ${SETTINGS}`);
  try {
    for (const migration of pending) {
      log(`Applying migration ${migration.name}`);
      await applyMigration(client, migration, schema);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function applyMigration(client: pg.Client, migration: Migration, schema: string): Promise<void> {
  let outcome = 'failed and was rolled back';
  try {
    const transaction = await readTransactionId(client);
    await client.query(migration.sql);
    if ((await readTransactionId(client)) !== transaction) {
      outcome = 'failed, and its changes before its own COMMIT have to be undone by hand';
      throw new Error('a migration must not end the transaction that it runs in');
    }
    // The migration may have changed the role or the search path.
    await client.query(SETTINGS);
    await client.query(
      `insert into ${schema}._prisma_migrations
         (id, checksum, finished_at, migration_name, applied_steps_count)
       values ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Migration ${migration.name} ${outcome}: ${reason}`, { cause });
  }
}

async function readTransactionId(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('select pg_catalog.pg_current_xact_id()::text as id');
  return rows[0]?.id;
}
