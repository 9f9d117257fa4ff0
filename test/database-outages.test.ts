import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type DatabaseLimits, type DatabasePool, LIMITS as PRODUCTION } from '../src/database/database.ts';
import { prepareDatabase } from '../src/database/prepare-database.ts';
import { MAX_WAIT_MS } from '../src/http/load-shedding/request-limit.ts';
import { MAX_EXCLUSIVE_MS } from '../src/lib/batch.ts';
import type { Caller } from './harness/caller.ts';
import { createTestDatabase, queryOnce } from './harness/database.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from './harness/service.ts';
import { startTcpProxy, type TcpProxy } from './harness/tcp-proxy.ts';

const LIMITS: DatabaseLimits = {
  issuing: { acquireTimeoutMs: 1_000, answerTimeoutMs: 1_500 },
  general: { acquireTimeoutMs: 1_000, answerTimeoutMs: 1_500 },
};

let proxy: TcpProxy;
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let worker: Caller;

beforeAll(async () => {
  proxy = await startTcpProxy(inject('clusterUrl'));
  service = await startTestService({ connections: { through: proxy.through, limits: LIMITS } });
  ({ tenant, connection } = await createConnectedTenant(service));
  worker = (await createKey(service, { role: 'worker' })).caller;
}, 60_000);

afterAll(async () => {
  await service.close();
  await proxy.close();
});

beforeEach(async () => {
  await isServedAgain();
  service.logLines.length = 0;
});

const issue = () => worker.post(`${connection.path}/credentials`);
const list = () => service.admin.get('/v1/tenants?limit=1');
const rename = () => service.admin.patch(tenant.path, { name: 'Renamed' });
const readiness = async () => (await fetch(`${service.url}/readyz`)).status;

/** The answer of a check is reused for a quarter of a second, so the first one may be from before the outage. */
const expectNotReady = () =>
  vi.waitFor(async () => expect(await readiness()).toBe(503), { timeout: 5_000, interval: 50 });

/** Waits until every kind of request succeeds, and until the outage has ended. */
async function isServedAgain(): Promise<void> {
  const poll = { timeout: 20_000, interval: 100 };
  await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200, 200]), poll);
  await vi.waitFor(() => expect(service.deps.databaseMonitor.isFailing).toBe(false), poll);
}

const statuses = async () => (await Promise.all([issue(), list(), rename()])).map(({ status }) => status);

/** The lines of the log that are not one of a request. */
const otherLines = () =>
  service.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg !== 'request');

async function expectUnavailable(): Promise<void> {
  const responses = await Promise.all([issue(), issue(), list(), list(), rename(), rename()]);
  for (const { status, body, headers } of responses) {
    expect(body.code).toMatch(/^(audit|database)_unavailable$/);
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
  }
}

describe('a database that does not answer', () => {
  test('connections that have gone silent are replaced, and requests are answered meanwhile', async () => {
    proxy.freezeOpen();
    const first = await Promise.all([issue(), list(), rename()]);
    for (const { status } of first) expect([200, 503]).toContain(status);
    expect(first.map(({ status }) => status)).toContain(503);
    await isServedAgain();
  });

  test('every request ends with 503 while nothing is forwarded, also on new connections', async () => {
    proxy.pause();
    await expectUnavailable();
    await expectUnavailable();
    await expectNotReady();
    proxy.resume();
    await isServedAgain();
    await vi.waitFor(async () => expect(await readiness()).toBe(200));
  });

  test('an outage is one log line when it begins and one with the number of failed requests when it ends', async () => {
    await proxy.refuse();
    await expectUnavailable();
    await expectUnavailable();
    await expectNotReady();
    await proxy.accept();
    await isServedAgain();
    const lines = otherLines();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the database is unavailable',
      'the database is available again',
    ]);
    expect(lines[1].failedRequests).toBeGreaterThanOrEqual(12);
    expect(lines.map((line) => JSON.stringify(line)).join()).not.toContain('stack');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/countersign_database_failures_total\{reason="unreachable"\} [1-9]/);
    expect(metrics).toContain('countersign_database_available 1');
  });

  test('connections that are reset in the middle of requests cost these requests, and no others', async () => {
    proxy.pause();
    const pending = Promise.all([issue(), list(), rename()]);
    await vi.waitFor(() => expect(service.deps.metrics).toBeDefined());
    proxy.cutAll();
    proxy.resume();
    for (const { status } of await pending) expect([200, 503]).toContain(status);
    await isServedAgain();
  });
});

test('40 writers that wait for a locked tenant delay no credentials, and end with 503', async () => {
  const owner = new pg.Client(service.database.ownerUrl);
  await owner.connect();
  try {
    await owner.query('BEGIN');
    await owner.query('SELECT FROM tenants WHERE id = $1 FOR UPDATE', [tenant.id]);
    let hasWriterEnded = false;
    const writers = Array.from({ length: 40 }, async () => {
      const { status } = await rename();
      hasWriterEnded = true;
      return status;
    });
    await vi.waitFor(async () => {
      const { general } = (service.deps.database as DatabasePool).stats();
      expect(general.waiting).toBeGreaterThan(20);
    });
    const issued = await Promise.all([issue(), issue(), issue()]);
    expect(issued.map(({ status }) => status)).toEqual([200, 200, 200]);
    await vi.waitFor(async () => expect(await readiness()).toBe(200));
    expect(hasWriterEnded).toBe(false);
    expect(new Set(await Promise.all(writers))).toEqual(new Set([503]));
  } finally {
    await owner.end();
  }
});

test('a start on a read-only database says what to do', async () => {
  const { ownerUrl, drop } = await createTestDatabase();
  try {
    const name = new URL(ownerUrl).pathname.slice(1);
    await queryOnce(ownerUrl, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await expect(prepareDatabase({ ownerUrl, serviceUrl: null }, () => undefined)).rejects.toThrow(
      /^The database cannot be used: transactions are read-only by default .* Turn default_transaction_read_only off/,
    );
  } finally {
    await drop();
  }
});

test('a shutdown ends while the database is silent', async () => {
  const replica = await startTestService({
    replicaOf: service,
    schedules: true,
    connections: { through: proxy.through, limits: LIMITS },
  });
  expect((await replica.admin.get('/v1/tenants?limit=1')).status).toBe(200);
  proxy.pause();
  const pending = replica.admin.get('/v1/tenants?limit=1');
  try {
    expect((await pending).status).toBe(503);
    await replica.close();
  } finally {
    proxy.resume();
  }
});

/** The service of this file has shorter limits, so that these tests are fast. */
describe('with the limits of production, the answer comes within 10 seconds', () => {
  const PROMISED_MS = 10_000;

  test('to a request that waits neither for AWS nor for its client, also if it has waited for its admission', () => {
    const isStandard = ({ config }: { config?: { load?: string } }) =>
      (config?.load ?? 'standard') === 'standard';
    const standard = service.service.routes.filter(isStandard);
    expect(standard.length).toBeGreaterThan(50);
    for (const { url, handlerTimeout = Number.POSITIVE_INFINITY } of standard)
      expect(MAX_WAIT_MS + handlerTimeout, url).toBeLessThan(PROMISED_MS);
  });

  test('to any other one: the first statement without an answer ends it', () => {
    const { issuing, general } = PRODUCTION;
    const batched = MAX_EXCLUSIVE_MS + issuing.acquireTimeoutMs + issuing.answerTimeoutMs;
    expect(MAX_WAIT_MS + batched).toBeLessThan(PROMISED_MS);
    expect(general.acquireTimeoutMs + general.answerTimeoutMs).toBeLessThan(PROMISED_MS);
  });

  test('to a request for credentials, also if each of its statements is answered just in time', async () => {
    const statements = vi.spyOn(service.deps.database, 'query');
    expect((await issue()).status).toBe(200);
    const count = statements.mock.calls.length;
    statements.mockRestore();
    expect(count).toBeGreaterThan(0);
    expect(count * PRODUCTION.issuing.answerTimeoutMs).toBeLessThan(PROMISED_MS);
  });
});

describe('a database that refuses', () => {
  async function withDatabaseSetting(
    setting: string,
    reset: string,
    run: () => Promise<void>,
  ): Promise<void> {
    const { rows } = await service.queryAsOwner('SELECT current_database() AS name');
    await service.queryAsOwner(`ALTER DATABASE ${rows[0].name} ${setting}`);
    // Settings are read when a connection is opened.
    proxy.cutAll();
    try {
      await run();
    } finally {
      await service.queryAsOwner(`BEGIN READ WRITE; ALTER DATABASE ${rows[0].name} ${reset}; COMMIT`);
    }
  }

  test('a read-only database: nothing is issued or changed, the replica is not ready, and no restart is needed', async () => {
    await withDatabaseSetting(
      'SET default_transaction_read_only = on',
      'RESET default_transaction_read_only',
      async () => {
        expect((await issue()).body.code).toBe('audit_unavailable');
        expect((await rename()).body.code).toBe('database_unavailable');
        expect((await list()).status).toBe(200);
        await expectNotReady();
        expect(otherLines()[0]).toMatchObject({ msg: 'the database is unavailable' });
      },
    );
    // The connections that were opened meanwhile stay read-only, as those to a former primary do.
    await isServedAgain();
    await vi.waitFor(async () => expect(await readiness()).toBe(200));
  });

  test('a full disk: no credentials without their audit event, and the replica is not ready', async () => {
    await service.queryAsOwner(`
      CREATE FUNCTION refuse_insert() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$;
      CREATE TRIGGER refuse_insert BEFORE INSERT ON public.unsealed_audit_events
        FOR EACH ROW EXECUTE FUNCTION refuse_insert()`);
    try {
      const { status, body } = await issue();
      expect([status, body.code]).toEqual([503, 'audit_unavailable']);
      await expectNotReady();
    } finally {
      await service.queryAsOwner('DROP FUNCTION refuse_insert CASCADE');
    }
    await isServedAgain();
  });

  test('without a free connection of the server, requests wait for those of the service', async () => {
    await withDatabaseSetting('CONNECTION LIMIT 3', 'CONNECTION LIMIT -1', async () => {
      await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200, 200]), { timeout: 10_000 });
      const many = await Promise.all(Array.from({ length: 10 }, () => [issue(), list()]).flat());
      expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
    });
  });
});
