import { afterEach, beforeEach, describe, expect } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/harness/database.ts';
import { findPgBouncer, type PgBouncer, startPgBouncer } from '../../test/harness/pgbouncer.ts';
import { type Tool, testWithEach } from '../../test/harness/tools.ts';
import { readConfig } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import type { DatabasePool } from './database.ts';
import { listPendingMigrations } from './migrations/migrate.ts';
import { MIGRATIONS } from './prepare-database.ts';
import { openServiceDatabase } from './service-database.ts';
import { deriveServiceRoleUrl, prepareServiceRole } from './service-role.ts';
import { withClient } from './with-client.ts';

const TIME_LIMITS = {
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
};

let database: TestDatabase;
let pooler: PgBouncer | undefined;
let service: Awaited<ReturnType<typeof openServiceDatabase>> | undefined;

beforeEach(async () => {
  database = await createTestDatabase('template0');
});
afterEach(async () => {
  await service?.close();
  await pooler?.stop();
  service = undefined;
  pooler = undefined;
  await database.drop();
});

async function startPooler(tool: Tool, settings: Record<string, string>): Promise<PgBouncer> {
  const urls = [database.ownerUrl, deriveServiceRoleUrl(database.ownerUrl)];
  pooler = await startPgBouncer(tool, urls, settings);
  return pooler;
}

/** Opens this many connections, so that all exist at the same time, and closes them. */
async function openAtOnce(count: number, url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('SELECT');
    if (count > 1) await openAtOnce(count - 1, url);
  });
}

/** Opens the database as a start of the service does. */
async function openThrough(url: string): Promise<DatabasePool> {
  const config = { ...readConfig('sandbox', {}), databaseUrl: url };
  service = await openServiceDatabase(config, { exclusive: true, log: createLogger('info', () => {}) });
  return service.database;
}

async function readTimeLimits(pool: DatabasePool): Promise<object> {
  const rows = await pool.query<{ name: string; value: string }>({
    name: 'read_time_limits',
    text: 'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
    values: [Object.keys(TIME_LIMITS)],
  });
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

describe('PgBouncer', () => {
  const found = findPgBouncer();

  testWithEach(found, 'in session mode serves, with the time limits in effect', async (tool) => {
    const { through } = await startPooler(tool, { pool_mode: 'session' });
    const pool = await openThrough(through(database.ownerUrl));
    const limits = Array.from({ length: 5 }, () => readTimeLimits(pool));
    expect(await Promise.all(limits)).toEqual(Array(5).fill(TIME_LIMITS));
    const [row] = await pool.transaction(
      ({ prisma }) => prisma.$queryRaw<[{ count: number }]>`
      SELECT count(*)::int AS count FROM tenants`,
    );
    expect(row).toEqual({ count: 0 });
  });

  testWithEach(found, 'keeps no lock of the migrations, even when it resets nothing', async (tool) => {
    const { through } = await startPooler(tool, { pool_mode: 'session', server_reset_query: '' });
    await openThrough(through(database.ownerUrl));
    const { rows } = await queryOnce(
      database.ownerUrl,
      `SELECT mode FROM pg_locks JOIN pg_database d ON d.oid = database
       WHERE locktype = 'advisory' AND datname = current_database()`,
    );
    expect(rows).toEqual([]);
  });

  testWithEach(found, 'gives out no connection from before the time limits were stored', async (tool) => {
    const serviceUrl = await prepareServiceRole(database.ownerUrl);
    await withClient(serviceUrl, async (client) => {
      const name = client.escapeIdentifier(client.database ?? '');
      await client.query(`ALTER ROLE CURRENT_USER IN DATABASE ${name} RESET ALL`);
    });
    const { through } = await startPooler(tool, { pool_mode: 'session' });
    await openAtOnce(5, through(serviceUrl));
    const pool = await openThrough(through(database.ownerUrl));
    const limits = Array.from({ length: 5 }, () => readTimeLimits(pool));
    expect(await Promise.all(limits)).toEqual(Array(5).fill(TIME_LIMITS));
  });

  testWithEach(found, 'in transaction mode stops the start before it changes anything', async (tool) => {
    for (const roundRobin of ['0', '1']) {
      const settings = { pool_mode: 'transaction', server_round_robin: roundRobin };
      const { through, stop } = await startPooler(tool, settings);
      await expect(openThrough(through(database.ownerUrl))).rejects.toThrow(/pool_mode = session/);
      await stop();
      pooler = undefined;
    }
    const pending = await listPendingMigrations({ ownerUrl: database.ownerUrl, directory: MIGRATIONS });
    expect(pending.length).toBeGreaterThan(5);
  });

  testWithEach(found, 'in statement mode stops the start', async (tool) => {
    const { through } = await startPooler(tool, { pool_mode: 'statement' });
    await expect(openThrough(through(database.ownerUrl))).rejects.toThrow(/pool_mode = session/);
  });
});
