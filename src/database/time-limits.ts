import type pg from 'pg';
import { inTransaction, withClient } from './with-client.ts';

/** The server ends what takes longer. In milliseconds, which is the unit of these settings in `pg_settings`. */
const TIME_LIMITS_MS: Readonly<Record<string, number>> = {
  statement_timeout: 5_000,
  // Many writers of one tenant that wait for its lock must not hold the connections of all others for long.
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** A pooler gives out this many older server connections at most: PgBouncer has 20 for a user and database by default. */
const MAX_ATTEMPTS = 50;

/**
 * Stores the time limits of the service's statements as settings of the user of the URL in its database, and checks that
 * they are in effect. Stored settings also hold behind a pooler. Startup parameters do not: PgBouncer rejects them.
 *
 * Every role may change its own settings, so this needs no privilege.
 */
export async function setTimeLimits(url: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (await withClient(url, ensureTimeLimits)) return;
  }
  const limits = Object.entries(TIME_LIMITS_MS).map(([name, ms]) => `${name} = ${ms}ms`);
  throw new Error(
    "The time limits of the service's database role are not in effect, although they are stored: " +
      `${limits.join(', ')}. Remove these settings from the database URL and from the configuration of the pooler.`,
  );
}

/** Returns whether the time limits are in effect on this connection. */
async function ensureTimeLimits(client: pg.Client): Promise<boolean> {
  if (await areInEffect(client)) return true;
  await storeTimeLimits(client);
  // Settings are read when a server connection starts. A pooler would give this one, without limits, to the next client.
  await client.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
  return false;
}

async function areInEffect(client: pg.Client): Promise<boolean> {
  const names = Object.keys(TIME_LIMITS_MS);
  const { rows } = await client.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [names],
  );
  return (
    rows.length === names.length && rows.every((row) => Number(row.setting) === TIME_LIMITS_MS[row.name])
  );
}

async function storeTimeLimits(client: pg.Client): Promise<void> {
  await inTransaction(client, async () => {
    // Two replicas that start at the same time must not change the settings at the same time: PostgreSQL would fail one.
    const { rows } = await client.query<{ name: string }>(
      `SELECT current_database() AS name FROM pg_advisory_xact_lock(hashtext('countersign.time_limits'))`,
    );
    const database = client.escapeIdentifier(rows[0]?.name ?? '');
    for (const [name, ms] of Object.entries(TIME_LIMITS_MS))
      await client.query(`ALTER ROLE CURRENT_USER IN DATABASE ${database} SET ${name} = ${ms}`);
  });
}
