import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { databaseUrl, queryOnce } from '../../test/harness/database.ts';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { readConfig } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import { type EmbeddedDatabase, openEmbedded, removeEmbedded } from './embedded/embedded-database.ts';
import { openServiceDatabase } from './service-database.ts';

// A server of its own, because roles belong to the whole server.
const dataDir = temporaryFolder('managed-postgres');
let server: EmbeddedDatabase;

beforeAll(async () => {
  server = await openEmbedded({ dataDir, exclusive: true, log: () => {}, settings: { fsync: 'off' } });
});
afterAll(async () => {
  await server?.close();
  await removeEmbedded(dataDir);
});
afterEach(async () => {
  for (const statement of [
    'DROP DATABASE IF EXISTS vendor WITH (FORCE)',
    'DROP ROLE IF EXISTS countersign_service',
    'DROP ROLE IF EXISTS master',
  ])
    await queryOnce(server.url, statement);
});

/** Runs statements as a superuser, as a managed service does. */
async function runAsProvider(...statements: string[]): Promise<void> {
  for (const statement of statements) await queryOnce(server.url, statement);
}

function urlOf(user: string): string {
  const url = new URL(databaseUrl(server.url, 'vendor'));
  url.username = user;
  url.password = 'password';
  return url.href;
}

/** Starts as `master`, and returns the user as which the service would run, or the reason why the start stops. */
async function start(serviceDatabaseUrl: string | null = null): Promise<string> {
  const config = { ...readConfig('sandbox', {}), databaseUrl: urlOf('master'), serviceDatabaseUrl };
  const options = { exclusive: true, log: createLogger('info', () => {}) };
  try {
    const service = await openServiceDatabase(config, options);
    const rows = await service.database.query<{ user: string }>({
      name: 'sealer',
      text: 'SELECT current_user AS user FROM seal_audit_events(1)',
      values: [],
    });
    await service.close();
    return rows[0]?.user ?? '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('an owner that may create roles needs no superuser', async () => {
  await runAsProvider(
    `CREATE ROLE master LOGIN CREATEROLE PASSWORD 'password'`,
    'CREATE DATABASE vendor OWNER master',
  );
  expect(await start()).toBe('countersign_service');
  expect(await start()).toBe('countersign_service');
});

test('an owner needs CREATEROLE for the first start, and none when the operator manages the login', async () => {
  await runAsProvider(`CREATE ROLE master LOGIN PASSWORD 'password'`, 'CREATE DATABASE vendor OWNER master');
  expect(await start()).toMatch(/user master may not create roles.*Give it CREATEROLE/);
  await runAsProvider('ALTER ROLE master CREATEROLE');
  expect(await start()).toBe('countersign_service');
  await runAsProvider('ALTER ROLE master NOCREATEROLE', `ALTER ROLE countersign_service PASSWORD 'password'`);
  expect(await start()).toMatch(/user master may not enable login/);
  expect(await start(urlOf('countersign_service'))).toBe('countersign_service');
  await runAsProvider(`ALTER ROLE countersign_service PASSWORD 'another'`);
  expect(await start(urlOf('countersign_service'))).toMatch(
    /rejects the user of COUNTERSIGN_SERVICE_DATABASE_URL/,
  );
});

test('an owner that may not change the role of an administrator learns the two remedies', async () => {
  await runAsProvider(
    'CREATE ROLE countersign_service',
    `CREATE ROLE master LOGIN CREATEROLE PASSWORD 'password'`,
    'CREATE DATABASE vendor OWNER master',
  );
  expect(await start()).toMatch(
    /user master may not enable login.*COUNTERSIGN_SERVICE_DATABASE_URL.*ADMIN OPTION/,
  );
  await runAsProvider('GRANT countersign_service TO master WITH ADMIN OPTION');
  expect(await start()).toBe('countersign_service');
});

test('a user that does not own the database learns that it must', async () => {
  await runAsProvider(`CREATE ROLE master LOGIN CREATEROLE PASSWORD 'password'`, 'CREATE DATABASE vendor');
  expect(await start()).toMatch(/user master may not create tables.*OWNER TO/);
  await runAsProvider('ALTER DATABASE vendor OWNER TO master');
  expect(await start()).toBe('countersign_service');
});
