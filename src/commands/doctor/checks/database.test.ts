import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, databaseUrl } from '../../../../test/harness/database.ts';
import { findPgBouncer, startPgBouncer } from '../../../../test/harness/pgbouncer.ts';
import { testWithEach } from '../../../../test/harness/tools.ts';
import { deriveServiceRoleUrl } from '../../../database/service-role.ts';
import { findClosedPort } from '../doctor.fixture.ts';
import {
  type DoctorEnvironment,
  expectOnly,
  find,
  startDoctorEnvironment,
} from '../doctor-environment.fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let environment: DoctorEnvironment;
const diagnose = (changes: Record<string, string | undefined> = {}) => environment.diagnose(changes);

beforeAll(async () => {
  environment = await startDoctorEnvironment();
});
afterAll(() => environment.close());

describe('a database', () => {
  test('that refuses connections fails, and the broker is still checked', async () => {
    const port = await findClosedPort();
    const run = await diagnose({ DATABASE_URL: `postgres://owner:a-secret-password@127.0.0.1:${port}/c` });
    expectOnly(run, 'failed', 'database.reachable', /127\.0\.0\.1:\d+\/c .*ECONNREFUSED/, /Start PostgreSQL/);
    expect(find(run, 'broker.assume_role')?.status).toBe('ok');
  });

  test('that rejects the password fails without printing it', async () => {
    const url = new URL(environment.service.database.ownerUrl);
    url.password = 'a-secret-password';
    const run = await diagnose({ DATABASE_URL: url.href });
    expectOnly(run, 'failed', 'database.reachable', /password authentication failed/, /user and password/);
  });

  test('that does not exist fails', async () => {
    const run = await diagnose({
      DATABASE_URL: databaseUrl(environment.service.database.ownerUrl, 'nowhere'),
    });
    expectOnly(run, 'failed', 'database.reachable', /"nowhere" does not exist/, /Create the database/);
  });

  test('whose owner lacks a privilege for the pending migrations fails', async () => {
    const database = await createTestDatabase('template0');
    const url = new URL(database.ownerUrl);
    const user = `owner_of_${url.pathname.slice(1)}`;
    await environment.service.queryAsOwner(`CREATE ROLE ${user} LOGIN PASSWORD 'a-secret-password'`);
    url.username = user;
    url.password = 'a-secret-password';
    const run = await diagnose({ DATABASE_URL: url.href });
    expect(find(run, 'database.migrations')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/pending.*may not create tables/),
      fix: expect.stringMatching(/OWNER TO/),
    });
    await database.drop();
    await environment.service.queryAsOwner(`DROP ROLE ${user}`);
  });

  testWithEach(findPgBouncer(), 'behind a pooler in transaction mode fails', async (tool) => {
    const { ownerUrl } = environment.service.database;
    const serviceUrl = deriveServiceRoleUrl(ownerUrl);
    const pooler = await startPgBouncer(tool, [ownerUrl, serviceUrl], { pool_mode: 'transaction' });
    const run = await diagnose({ COUNTERSIGN_SERVICE_DATABASE_URL: pooler.through(serviceUrl) });
    await pooler.stop();
    expectOnly(run, 'failed', 'database.sessions', /transaction or statement mode/, /pool_mode = session/);
  });

  test('without migrations is a warning, and stays without them', async () => {
    const database = await createTestDatabase('template0');
    const run = await diagnose({ DATABASE_URL: database.ownerUrl });
    expectOnly(run, 'warning', 'database.migrations', /^\d+ are pending/, /countersign migrate/);
    expect(find(await diagnose({ DATABASE_URL: database.ownerUrl }), 'database.migrations')?.status).toBe(
      'warning',
    );
    await database.drop();
  });

  test('that is read-only fails', async () => {
    const database = await createTestDatabase();
    const name = new URL(database.ownerUrl).pathname.slice(1);
    await environment.service.queryAsOwner(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const run = await diagnose({ DATABASE_URL: database.ownerUrl });
    expectOnly(run, 'failed', 'database.writable', /read-only by default/, /default_transaction_read_only/);
    await database.drop();
  });

  test('whose service user may do too much fails', async () => {
    const run = await diagnose({ COUNTERSIGN_SERVICE_DATABASE_URL: environment.service.database.ownerUrl });
    expectOnly(
      run,
      'failed',
      'database.service_role',
      /is a superuser/,
      /COUNTERSIGN_SERVICE_DATABASE_URL unset/,
    );
  });

  test('with too few free connections is a warning', async () => {
    const run = await diagnose({ COUNTERSIGN_DATABASE_POOL_SIZE: '200' });
    expectOnly(
      run,
      'warning',
      'database.connections',
      /each replica uses up to 200/,
      /COUNTERSIGN_DATABASE_POOL_SIZE/,
    );
  });
});
