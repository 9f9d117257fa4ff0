import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/harness/database.ts';
import { startTcpProxy, type TcpProxy } from '../../test/harness/tcp-proxy.ts';
import { type Database, type DatabasePool, openDatabase } from './database.ts';
import { unavailableReason } from './database-error.ts';
import { prepareServiceRole } from './service-role.ts';

let testDatabase: TestDatabase;
let proxy: TcpProxy;
let pool: DatabasePool;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const url = await prepareServiceRole(testDatabase.ownerUrl);
  proxy = await startTcpProxy(url);
  pool = openDatabase({ url: proxy.through(url), poolSize: 4 });
});
afterAll(async () => {
  await pool.close();
  await proxy.close();
  await testDatabase.drop();
});

/** Waits until the server executes a statement with this text. */
async function isExecuting(text: string): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND state = 'active' AND strpos(query, $1) > 0`;
  while ((await queryOnce(testDatabase.ownerUrl, sql, [`'${text}'`])).rowCount === 0);
}

test.each<[string, (database: Database) => Promise<unknown>]>([
  ['of Prisma', ({ prisma }) => prisma.$executeRaw`SELECT pg_sleep(4), 'of Prisma'`],
  [
    'of Prisma in a transaction',
    ({ transaction }) =>
      transaction(({ prisma }) => prisma.$executeRaw`SELECT pg_sleep(4), 'of Prisma in a transaction'`),
  ],
  [
    'of the driver',
    ({ query }) => query({ name: 'sleep', text: `SELECT pg_sleep(4), 'of the driver'`, values: [] }),
  ],
])('a connection that is reset during a statement %s is an unreachable database', async (name, run) => {
  const error = run(pool).then(
    () => null,
    (error: unknown) => error,
  );
  await isExecuting(name);
  proxy.cutAll();
  expect(unavailableReason(await error)).toBe('unreachable');
});
