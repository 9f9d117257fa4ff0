import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/harness/database.ts';
import { type DatabasePool, openDatabase } from './database.ts';
import { unavailableReason } from './database-error.ts';
import { prepareServiceRole } from './service-role.ts';

let database: TestDatabase;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  url = await prepareServiceRole(database.ownerUrl);
});
afterAll(() => database.drop());

/** Two connections: one for issuing, and one for everything else. */
async function withPool(work: (pool: DatabasePool) => Promise<void>): Promise<void> {
  const pool = openDatabase({ url, poolSize: 2 });
  try {
    await work(pool);
  } finally {
    await pool.close();
  }
}

function setDatabase(setting: string): Promise<unknown> {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  return queryOnce(database.ownerUrl, `BEGIN READ WRITE; ALTER DATABASE ${name} ${setting}; COMMIT`);
}

const write = (pool: DatabasePool): Promise<unknown> =>
  pool.transaction(({ prisma }) => prisma.$executeRaw`DELETE FROM public.rate_limits`);

const readBackendId = async ({ prisma }: Pick<DatabasePool, 'prisma'>): Promise<unknown> =>
  prisma.$queryRaw`SELECT pg_backend_pid()`;

test('a connection that refused a write as read-only is not used again: it may lead to a former primary', async () => {
  await setDatabase('SET default_transaction_read_only = on');
  await withPool(async (pool) => {
    const failed = await write(pool).catch((error: unknown) => error);
    expect(unavailableReason(failed)).toBe('read_only');
    await setDatabase('RESET default_transaction_read_only');
    await write(pool);
  });
});

test('a connection on which a transaction failed otherwise is used again', async () => {
  await withPool(async (pool) => {
    const before = await readBackendId(pool);
    await expect(pool.transaction(({ prisma }) => prisma.$executeRaw`SELECT 1 / 0`)).rejects.toThrow();
    expect(await readBackendId(pool)).toEqual(before);
  });
});
