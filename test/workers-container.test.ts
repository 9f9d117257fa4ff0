import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  CUSTOMER,
  countIssuedSessions,
  createConnectedTenant,
  createKey,
  runningClock,
  startTestService,
  type TestConnection,
  type TestService,
} from './harness/service.ts';
import { type Identity, type Worker, type WorkerKind, workerKinds } from './harness/workers.ts';

const { usable, unusable } = workerKinds();
const LIFE = 3600;

// A client is a process, and retries take their seconds.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let service: TestService;
let key: string;
const workers: Worker[] = [];

beforeAll(async () => {
  service = await startTestService({ clock: runningClock(), config: { stsTimeoutSeconds: 20 } });
  // Off by more than a second, the service's AWS client signs by this clock, and follows when a test moves it.
  service.clock.advance(5);
  key = (await createKey(service, { role: 'worker' })).key;
});
afterEach(() => {
  service.aws.faults.clear();
  for (const worker of workers.splice(0)) worker.end();
});
afterAll(() => service.close());

const url = ({ path: at }: TestConnection, query = ''): string =>
  `${service.url}${at}/credentials/container${query}`;

function start(kind: WorkerKind, fullUri: string, token: Record<string, string> = {}): Worker {
  const worker = kind.start({
    AWS_ENDPOINT_URL_STS: service.aws.url,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: fullUri,
    ...(token.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ? {} : { AWS_CONTAINER_AUTHORIZATION_TOKEN: key }),
    ...token,
  });
  workers.push(worker);
  return worker;
}

const once = (kind: WorkerKind, fullUri: string, token?: Record<string, string>): Promise<Identity> =>
  start(kind, fullUri, token).whoAmI();

/** Draws a session as it was this many seconds before now, so that to the clients' own clocks it is that old. */
async function drawnBefore(seconds: number, connection: TestConnection): Promise<void> {
  service.clock.advance(-seconds);
  const { status } = await service.as(key).post(`${connection.path}/credentials`, {});
  service.clock.advance(seconds);
  expect(status).toBe(200);
}

/** How often the container endpoint was asked, as the log has it. */
const fetches = (connection: TestConnection): number =>
  service.logLines.filter((line) => line.includes(`${connection.path}/credentials/container`)).length;

const as = { account: CUSTOMER };

for (const reason of unusable) test.skip(`a client of this machine (skipped: ${reason})`);

describe.each(usable)('$name, told by its environment alone,', (kind) => {
  test('acts in the account of the connection, with the key bare and as a bearer token', async () => {
    const { connection } = await createConnectedTenant(service);
    expect(await once(kind, url(connection))).toEqual(as);
    expect(await once(kind, url(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN: `Bearer ${key}` })).toEqual(
      as,
    );
  });

  test.runIf(kind.readsTokenFile)('reads the key from a file', async () => {
    const { connection } = await createConnectedTenant(service);
    const folder = mkdtempSync(path.join(tmpdir(), 'countersign-token-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'token');
    writeFileSync(file, key);
    expect(await once(kind, url(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file })).toEqual(as);
  });

  test('goes on from the cache while STS throttles, fails or hangs', async () => {
    const { connection } = await createConnectedTenant(service);
    await drawnBefore(0, connection);
    for (const mode of ['throttle', 'error', 'hang'] as const) {
      service.aws.faults.set(mode, { operation: 'AssumeRole' });
      expect(await once(kind, url(connection)), mode).toEqual(as);
      service.aws.faults.clear();
    }
  });

  test('gets a new session when little is left of the old, and the old one while STS is down', async () => {
    const { connection } = await createConnectedTenant(service);
    await drawnBefore(LIFE - 120, connection);
    service.aws.faults.set('throttle', { operation: 'AssumeRole', roleArn: connection.roleArn });
    expect(await once(kind, url(connection))).toEqual(as);
    service.aws.faults.clear();
    const before = countIssuedSessions(service, connection.roleArn);
    // After a renewal that failed the next is not tried at once.
    let waited = 0;
    const renewals = async (): Promise<number> => {
      service.clock.advance(6);
      waited += 6;
      expect(await once(kind, url(connection))).toEqual(as);
      return countIssuedSessions(service, connection.roleArn);
    };
    await expect.poll(renewals, { timeout: 60_000 }).toBe(before + 1);
    service.clock.advance(-waited);
  });

  test('gets there by its own retries when STS needs longer than it waits', async () => {
    const { connection } = await createConnectedTenant(service);
    const before = countIssuedSessions(service, connection.roleArn);
    service.aws.faults.set('slow', { operation: 'AssumeRole', roleArn: connection.roleArn, delayMs: 1500 });
    expect(await once(kind, url(connection))).toEqual(as);
    expect(countIssuedSessions(service, connection.roleArn)).toBe(before + 1);
  });
});

describe.each(usable.filter(({ name }) => !name.startsWith('aws-cli')))(
  '$name, running for long,',
  (kind) => {
    test.each([0, 2000, 2460, 2640, 2760, 3000, 3300, 3500])(
      'fetches no more than twice for 10 calls, though the session in the cache was %i s old',
      async (age) => {
        const { connection } = await createConnectedTenant(service);
        await drawnBefore(age, connection);
        const sessions = countIssuedSessions(service, connection.roleArn);
        const worker = start(kind, url(connection));
        expect(await worker.whoAmI()).toEqual(as);
        // On a busy machine the renewal may be late, and the first call then has the old session.
        if (age >= LIFE - 1200) {
          await expect
            .poll(() => countIssuedSessions(service, connection.roleArn), { timeout: 60_000 })
            .toBeGreaterThan(sessions);
        }
        const before = fetches(connection);
        for (let call = 0; call < 10; call++) expect(await worker.whoAmI()).toEqual(as);
        expect(fetches(connection) - before).toBeLessThanOrEqual(2);
      },
    );

    test('outlives a restart of the service, and its own session', async () => {
      const at = await createConnectedTenant(service);
      // Sessions of 900 s are fetched anew at every call by botocore: so it notices that the service is gone.
      const worker = start(kind, url(at.connection, '?durationSeconds=900'));
      expect(await worker.whoAmI()).toEqual(as);
      const { port } = new URL(service.url);
      await service.service.close();
      expect(await worker.whoAmI()).toEqual(as);
      const again = await startTestService({ replicaOf: service, config: { port: Number(port) } });
      const before = countIssuedSessions(service, at.connection.roleArn);
      expect(await worker.whoAmI()).toEqual(as);
      expect(await once(kind, url(at.connection))).toEqual(as);
      expect(countIssuedSessions(service, at.connection.roleArn)).toBeGreaterThan(before);
      const first = service;
      service = {
        ...again,
        async close() {
          await again.close();
          await first.close();
        },
      };
    });
  },
);

describe.each(usable.filter(({ name }) => name.startsWith('aws-cli')))(
  '$name prints what is wrong and what to do',
  (kind) => {
    const cases: [string, (connection: TestConnection) => Promise<Identity> | Identity, RegExp][] = [
      [
        'without a key',
        (connection) =>
          once(kind, url(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a-key-of-something-else' }),
        /401.*"Code":"unauthorized","Message":"[^"]*AWS_CONTAINER_AUTHORIZATION_TOKEN holds a worker key, or a worker's token/,
      ],
      [
        'with a key that draws no credentials',
        (connection) => once(kind, url(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN: service.adminKey }),
        /403.*"Code":"forbidden","Message":".*Credentials are drawn with a key of role/,
      ],
      [
        'for a connection that is not there',
        (connection) =>
          once(
            kind,
            url({
              ...connection,
              path: connection.path.replace(connection.id, 'connection_01h455vb4pex5vsknk084sn02q'),
            }),
          ),
        /404.*"Code":"not_found","Message":"[^"]*Check the tenant and the connection in the URL/,
      ],
      [
        'for a connection that is not verified',
        async (connection) => {
          await service.admin.patch(connection.path, { disabled: true });
          return once(kind, url(connection));
        },
        /409.*"Code":"connection_not_verified","Message":"The connection is disabled/,
      ],
      [
        'with a duration that is too long',
        (connection) => once(kind, url(connection, '?durationSeconds=7200')),
        /400.*"Code":"validation_failed","Message":"[^"]*durationSeconds must be 3600 or less/,
      ],
      [
        'while STS hangs, and nothing is in the cache',
        (connection) => {
          service.aws.faults.set('hang', { operation: 'AssumeRole', roleArn: connection.roleArn });
          return once(kind, url(connection));
        },
        /503.*"Code":"aws_unavailable","Message":"AWS STS did not give a usable answer in time. Try again shortly/,
      ],
    ];
    // All at once, since each spends its time in the client's own retries.
    const said = new Map<string, string | undefined>();
    beforeAll(async () => {
      await Promise.all(
        cases.map(async ([name, fail]) => {
          const { connection } = await createConnectedTenant(service);
          said.set(name, (await fail(connection)).error);
        }),
      );
    });
    test.each(cases)('%s', (name, _, told) => {
      expect(said.get(name)).toMatch(told);
      expect(said.get(name)).not.toContain(key);
    });
  },
);
