import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  countIssuedSessions,
  createConnectedTenant,
  createKey,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;
let worker: Caller;
let key: string;

beforeAll(async () => {
  service = await startTestService();
  const created = await createKey(service, { role: 'worker' });
  worker = created.caller;
  key = created.key;
});
afterAll(() => service.close());

const getCredentials = (connection: TestConnection, query = '') =>
  worker.get(`${connection.path}/credentials/container${query}`);

test.each([1800, 2700, 3600])(
  'a session of %i s always has at least 15 minutes left, however old the cached session is',
  async (durationSeconds) => {
    const { connection } = await createConnectedTenant(service);
    for (let age = 0; age < durationSeconds; age += durationSeconds / 12) {
      await worker.post(`${connection.path}/credentials`, { durationSeconds });
      service.clock.advance(age);
      const getMsLeft = async (): Promise<number> => {
        const { body } = await getCredentials(connection, `?durationSeconds=${durationSeconds}`);
        return Date.parse(body.Expiration) - service.clock.now().getTime();
      };
      // If a busy machine renews too late, an SDK requests the credentials again.
      await expect
        .poll(getMsLeft, { message: `at ${age} s`, timeout: 20_000 })
        .toBeGreaterThanOrEqual(899_000);
      service.clock.advance(durationSeconds);
    }
  },
);

test('a client that disconnects does not cancel the AssumeRole call: its next request gets the result', async () => {
  const { connection } = await createConnectedTenant(service);
  const before = countIssuedSessions(service, connection.roleArn);
  service.aws.faults.set('hang', { operation: 'AssumeRole', roleArn: connection.roleArn, times: 1 });
  const disconnect = new AbortController();
  const first = fetch(`${service.url}${connection.path}/credentials/container`, {
    headers: { authorization: key },
    signal: disconnect.signal,
  });
  await expect.poll(() => service.aws.calls.at(-1)?.roleArn).toBe(connection.roleArn);
  disconnect.abort();
  await expect(first).rejects.toThrow();
  service.aws.faults.clear();
  expect((await getCredentials(connection)).status).toBe(200);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(before + 1);
});

test('an SDK gets a 503 before it times out while STS is slow; the call continues, and POST waits for it', async () => {
  const { connection } = await createConnectedTenant(service);
  service.aws.faults.set('hang', { operation: 'AssumeRole', roleArn: connection.roleArn, times: 1 });
  const before = countIssuedSessions(service, connection.roleArn);
  const response = await getCredentials(connection);
  expect([response.status, response.body.Code]).toEqual([503, 'aws_unavailable']);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  const waiting = worker.post(`${connection.path}/credentials`, {});
  service.aws.faults.clear();
  expect((await waiting).status).toBe(200);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(before + 1);
});

test('an SDK that waits for a call of another request gets aws_throttled if STS has throttled that call', async () => {
  const { connection } = await createConnectedTenant(service);
  const strikes = { operation: 'AssumeRole', roleArn: connection.roleArn };
  service.aws.faults.set('throttle', { ...strikes, times: 1 });
  service.aws.faults.set('hang', strikes);
  const before = service.aws.calls.length;
  const calls = () => service.aws.calls.slice(before).filter((call) => call.roleArn === connection.roleArn);
  const waiting = worker.post(`${connection.path}/credentials`, {});
  // The emulator does not answer its second attempt.
  const attempted = expect.poll(() => calls().length, { timeout: 20_000 }).toBe(2);
  const answered = waiting.then((answer) => answer.status);
  await attempted;
  const response = await getCredentials(connection);
  expect([response.status, response.body.Code]).toEqual([503, 'aws_throttled']);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  service.aws.faults.clear();
  expect([200, 503]).toContain(await answered);
});

test('a denial makes the connection unreachable even if its client has already got a 503', async () => {
  const { connection } = await createConnectedTenant(service);
  service.aws.faults.set('hang', { operation: 'AssumeRole', roleArn: connection.roleArn, times: 1 });
  expect((await getCredentials(connection)).status).toBe(503);
  await putRole(service.aws, trustPolicyRequiring('somebody-else'), {
    name: connection.roleName,
    exists: true,
  });
  service.aws.faults.clear();
  await expect
    .poll(async () => (await service.admin.get(connection.path)).body.status, { timeout: 20_000 })
    .toBe('unreachable');
});
