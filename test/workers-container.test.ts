import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
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
import { temporaryFolder } from './harness/temporary-folder.ts';
import { type Identity, type Worker, type WorkerKind, workerKinds } from './harness/workers.ts';

const { usable, unusable } = workerKinds();
const SESSION_SECONDS = 3600;

// Each client is a process, and its retries take seconds.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let service: TestService;
let key: string;
const workers: Worker[] = [];

beforeAll(async () => {
  service = await startTestService({ clock: runningClock(), config: { stsTimeoutSeconds: 20 } });
  // With a difference above one second, the service's AWS client signs by this clock, and follows when a test moves it.
  service.clock.advance(5);
  key = (await createKey(service, { role: 'worker' })).key;
});
afterEach(() => {
  service.aws.faults.clear();
  for (const worker of workers.splice(0)) worker.end();
});
afterAll(() => service.close());

const containerUrl = (connection: TestConnection, query = ''): string =>
  `${service.url}${connection.path}/credentials/container${query}`;

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

const callOnce = (kind: WorkerKind, fullUri: string, token?: Record<string, string>): Promise<Identity> =>
  start(kind, fullUri, token).whoAmI();

/** Puts a session into the service's cache that is this many seconds old by the clients' own clocks. */
async function cacheSession(ageSeconds: number, connection: TestConnection): Promise<void> {
  service.clock.advance(-ageSeconds);
  const { status } = await service.as(key).post(`${connection.path}/credentials`, {});
  service.clock.advance(ageSeconds);
  expect(status).toBe(200);
}

/** Counts the requests to the container endpoint in the log. */
const countFetches = (connection: TestConnection): number =>
  service.logLines.filter((line) => line.includes(`${connection.path}/credentials/container`)).length;

const customerIdentity = { account: CUSTOMER };

for (const reason of unusable) test.skip(`a client (skipped: ${reason})`);

describe.each(usable)('$name, configured by its environment alone,', (kind) => {
  test("acts in the connection's account, with the bare key and with a bearer token", async () => {
    const { connection } = await createConnectedTenant(service);
    expect(await callOnce(kind, containerUrl(connection))).toEqual(customerIdentity);
    expect(
      await callOnce(kind, containerUrl(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN: `Bearer ${key}` }),
    ).toEqual(customerIdentity);
  });

  test.runIf(kind.readsTokenFile)('reads the key from a file', async () => {
    const { connection } = await createConnectedTenant(service);
    const file = path.join(temporaryFolder('token'), 'token');
    writeFileSync(file, key);
    expect(
      await callOnce(kind, containerUrl(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file }),
    ).toEqual(customerIdentity);
  });

  // What follows depends on the library, and hardly on its version.
  if (!kind.isNewest) return;

  test('gets cached credentials while STS throttles, fails or hangs', async () => {
    const { connection } = await createConnectedTenant(service);
    await cacheSession(0, connection);
    for (const mode of ['throttle', 'error', 'hang'] as const) {
      service.aws.faults.set(mode, { operation: 'AssumeRole' });
      expect(await callOnce(kind, containerUrl(connection)), mode).toEqual(customerIdentity);
      service.aws.faults.clear();
    }
  });

  test('gets a new session shortly before the old one expires, and the old one while STS is down', async () => {
    const { connection } = await createConnectedTenant(service);
    await cacheSession(SESSION_SECONDS - 120, connection);
    service.aws.faults.set('throttle', { operation: 'AssumeRole', roleArn: connection.roleArn });
    expect(await callOnce(kind, containerUrl(connection))).toEqual(customerIdentity);
    service.aws.faults.clear();
    const before = countIssuedSessions(service, connection.roleArn);
    // After a failed renewal, the service waits before it tries again.
    let waitedSeconds = 0;
    const countRenewals = async (): Promise<number> => {
      service.clock.advance(6);
      waitedSeconds += 6;
      expect(await callOnce(kind, containerUrl(connection))).toEqual(customerIdentity);
      return countIssuedSessions(service, connection.roleArn);
    };
    await expect.poll(countRenewals, { timeout: 60_000 }).toBe(before + 1);
    service.clock.advance(-waitedSeconds);
  });

  test('succeeds by its own retries when STS is slower than its timeout', async () => {
    const { connection } = await createConnectedTenant(service);
    const before = countIssuedSessions(service, connection.roleArn);
    service.aws.faults.set('slow', { operation: 'AssumeRole', roleArn: connection.roleArn, delayMs: 1500 });
    expect(await callOnce(kind, containerUrl(connection))).toEqual(customerIdentity);
    expect(countIssuedSessions(service, connection.roleArn)).toBe(before + 1);
  });
});

describe.each(usable.filter(({ name, isNewest }) => isNewest && !name.startsWith('aws-cli')))(
  '$name, running for a long time,',
  (kind) => {
    test.each([0, 2460, 2760, 3500])(
      'fetches at most twice for 10 calls when the cached session was %i s old',
      async (age) => {
        const { connection } = await createConnectedTenant(service);
        await cacheSession(age, connection);
        const sessions = countIssuedSessions(service, connection.roleArn);
        const worker = start(kind, containerUrl(connection));
        expect(await worker.whoAmI()).toEqual(customerIdentity);
        // On a busy machine the renewal may finish late, and the first call then gets the old session.
        if (age >= SESSION_SECONDS - 1200) {
          await expect
            .poll(() => countIssuedSessions(service, connection.roleArn), { timeout: 60_000 })
            .toBeGreaterThan(sessions);
        }
        const before = countFetches(connection);
        for (let call = 0; call < 10; call++) expect(await worker.whoAmI()).toEqual(customerIdentity);
        expect(countFetches(connection) - before).toBeLessThanOrEqual(2);
      },
    );

    test('survives a restart of the service and the end of its own session', async () => {
      const { connection } = await createConnectedTenant(service);
      // botocore fetches sessions of 900 s at every call, so it notices that the service was stopped.
      const worker = start(kind, containerUrl(connection, '?durationSeconds=900'));
      expect(await worker.whoAmI()).toEqual(customerIdentity);
      const { port } = new URL(service.url);
      await service.service.close();
      expect(await worker.whoAmI()).toEqual(customerIdentity);
      const restarted = await startTestService({ replicaOf: service, config: { port: Number(port) } });
      const before = countIssuedSessions(service, connection.roleArn);
      expect(await worker.whoAmI()).toEqual(customerIdentity);
      expect(await callOnce(kind, containerUrl(connection))).toEqual(customerIdentity);
      expect(countIssuedSessions(service, connection.roleArn)).toBeGreaterThan(before);
      const first = service;
      service = {
        ...restarted,
        async close() {
          await restarted.close();
          await first.close();
        },
      };
    });
  },
);

describe.each(usable.filter(({ name, isNewest }) => isNewest && name.startsWith('aws-cli')))(
  '$name prints the problem and its remedy',
  (kind) => {
    const cases: [string, (connection: TestConnection) => Promise<Identity> | Identity, RegExp][] = [
      [
        'without a key',
        (connection) =>
          callOnce(kind, containerUrl(connection), {
            AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a-key-of-something-else',
          }),
        /401.*"Code":"unauthorized","Message":"[^"]*AWS_CONTAINER_AUTHORIZATION_TOKEN must be a valid worker key/,
      ],
      [
        'with a key that may not issue credentials',
        (connection) =>
          callOnce(kind, containerUrl(connection), { AWS_CONTAINER_AUTHORIZATION_TOKEN: service.adminKey }),
        /403.*"Code":"forbidden","Message":".*Credentials are issued to keys of role/,
      ],
      [
        'for a missing connection',
        (connection) =>
          callOnce(
            kind,
            containerUrl({
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
          return callOnce(kind, containerUrl(connection));
        },
        /409.*"Code":"connection_not_verified","Message":"The connection is disabled/,
      ],
      [
        'with a duration that is too long',
        (connection) => callOnce(kind, containerUrl(connection, '?durationSeconds=7200')),
        /400.*"Code":"validation_failed","Message":"[^"]*durationSeconds must be 3600 or less/,
      ],
      [
        'while STS hangs, and nothing is in the cache',
        (connection) => {
          service.aws.faults.set('hang', { operation: 'AssumeRole', roleArn: connection.roleArn });
          return callOnce(kind, containerUrl(connection));
        },
        /503.*"Code":"aws_unavailable","Message":"AWS STS did not return a usable response in time. Try again shortly/,
      ],
    ];
    // All run at once, because each waits for the client's own retries.
    const errors = new Map<string, string | undefined>();
    beforeAll(async () => {
      await Promise.all(
        cases.map(async ([name, fail]) => {
          const { connection } = await createConnectedTenant(service);
          errors.set(name, (await fail(connection)).error);
        }),
      );
    });
    test.each(cases)('%s', (name, _, expected) => {
      expect(errors.get(name)).toMatch(expected);
      expect(errors.get(name)).not.toContain(key);
    });
  },
);
