import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/harness/database.ts';
import { startTcpProxy, type TcpProxy } from '../../test/harness/tcp-proxy.ts';
import { type Database, type DatabasePool, openDatabase } from './database.ts';
import { markConnectionError, unavailableReason } from './database-error.ts';
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
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND strpos(query, $1) > 0`;
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

/** An error as Prisma reports it: with its own code, and the SQLSTATE in the error of the adapter. */
const fromPrisma = (code: string, originalCode?: string) =>
  Object.assign(new Error('Raw query failed.'), {
    code,
    meta: { driverAdapterError: { cause: { originalCode } } },
  });

const fromDriver = (code: string) => Object.assign(new Error('an error'), { code });

test.each([
  ['08006', 'unreachable'],
  ['25006', 'read_only'],
  ['25P03', 'timeout'],
  ['28P01', 'login_rejected'],
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['53100', 'out_of_resources'],
  ['53300', 'too_many_connections'],
  ['55P03', 'conflict'],
  ['57014', 'timeout'],
  ['57P01', 'shutting_down'],
  ['57P02', 'shutting_down'],
  ['57P03', 'shutting_down'],
  ['58030', 'storage_failed'],
])('SQLSTATE %s means that the database is unavailable: %s', (state, reason) => {
  expect(unavailableReason(fromDriver(state))).toBe(reason);
  expect(unavailableReason(fromPrisma('P2010', state))).toBe(reason);
  expect(unavailableReason(new Error('a problem', { cause: fromDriver(state) }))).toBe(reason);
});

test.each(['22P02', '23505', '42501', '42P01', 'XX000'])(
  'SQLSTATE %s is a mistake of the service',
  (state) => {
    expect(unavailableReason(fromDriver(state))).toBeNull();
    expect(unavailableReason(fromPrisma('P2010', state))).toBeNull();
  },
);

test.each([
  ['P1001', 'unreachable'],
  ['P1008', 'timeout'],
  ['P2024', 'timeout'],
  ['P2034', 'conflict'],
])('Prisma code %s means that the database is unavailable: %s', (code, reason) => {
  expect(unavailableReason(fromPrisma(code))).toBe(reason);
});

test('an error of the network counts only if it is from a connection to the database', () => {
  const fromAws = fromDriver('ECONNREFUSED');
  expect(unavailableReason(fromAws)).toBeNull();
  const fromDatabase = fromDriver('ECONNREFUSED');
  markConnectionError(fromDatabase);
  expect(unavailableReason(fromDatabase)).toBe('unreachable');
  const timeout = new Error('timeout exceeded when trying to connect');
  markConnectionError(timeout);
  expect(unavailableReason(new Error('a problem', { cause: timeout }))).toBe('timeout');
});
