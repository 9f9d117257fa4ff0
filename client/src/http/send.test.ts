import { afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../client.ts';
import { CountersignError } from '../error.ts';
import { problem, type Scripted, type ScriptedServer, scriptedServer } from './scripted-server.fixture.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const TENANT = { id: 'tenant_1', name: 'A' };
const OK: Scripted = { status: 200, body: TENANT };

async function clientOf(...script: [Scripted, ...Scripted[]]) {
  server = await scriptedServer(...script);
  return createClient({ url: server.url, key: 'csk_test' });
}

async function errorOf(promise: Promise<unknown>): Promise<CountersignError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CountersignError);
  return error as CountersignError;
}

describe('a request is repeated after', () => {
  test.each<[string, Scripted]>([
    ['429', problem('rate_limited', 429)],
    ['503', problem('aws_throttled', 503)],
    ["a proxy's 502", { status: 502, body: '<html>' }],
    ['a connection that breaks', 'drop'],
  ])('%s', async (_, fault) => {
    const client = await clientOf(fault, fault, OK);
    expect(await client.tenants.get('tenant_1')).toEqual(TENANT);
    expect(server.received.length).toBe(3);
  });

  test('no whole answer within the time limit', async () => {
    const client = await clientOf('hang', OK);
    expect(await client.tenants.get('tenant_1', { timeoutSeconds: 0.2 })).toEqual(TENANT);
  });
});

describe('a request is sent once when', () => {
  test.each<[string, Scripted, string]>([
    ['it is refused', problem('not_found', 404), 'not_found'],
    ['the service has a fault that it meets again', problem('internal_error', 500), 'internal_error'],
    ['it is told to wait for long', problem('rate_limited', 429, { 'retry-after': '3600' }), 'rate_limited'],
    [
      'somebody redirects',
      { status: 307, headers: { location: 'http://127.0.0.1:9/' } },
      'unexpected_response',
    ],
  ])('%s', async (_, answer, code) => {
    const client = await clientOf(answer);
    expect((await errorOf(client.tenants.get('tenant_1'))).code).toBe(code);
    expect(server.received.length).toBe(1);
  });

  test('it is a PATCH, of which nobody can tell whether it was done', async () => {
    const client = await clientOf(problem('database_unavailable', 503), OK);
    expect((await errorOf(client.tenants.update('tenant_1', { name: 'B' }))).code).toBe(
      'database_unavailable',
    );
    expect(server.received.length).toBe(1);
  });

  test('no retries are wanted', async () => {
    const client = await clientOf('drop');
    expect((await errorOf(client.tenants.get('tenant_1', { maxRetries: 0 }))).code).toBe('network_error');
    expect(server.received.length).toBe(1);
  });
});

test('a POST keeps one Idempotency-Key over all its attempts, and each call has its own', async () => {
  const client = await clientOf('drop', problem('aws_unavailable', 503), { status: 201, body: TENANT });
  await client.tenants.create({ name: 'A' });
  await client.tenants.create({ name: 'A' });
  await client.tenants.create({ name: 'A' }, { idempotencyKey: 'mine' });
  const keys = server.received.map(({ headers }) => headers['idempotency-key']);
  expect(keys.length).toBe(5);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(new Set(keys).size).toBe(3);
  expect(keys[4]).toBe('mine');
});

test('a read carries no Idempotency-Key', async () => {
  const client = await clientOf(OK);
  await client.tenants.get('tenant_1');
  expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key');
});

test('a problem becomes an error with all that it says', async () => {
  const body = {
    detail: 'The request is not valid; see errors.',
    code: 'validation_failed',
    requestId: 'req-7',
    errors: [{ path: 'name', message: 'must not be empty' }],
  };
  const client = await clientOf({ status: 400, headers: { 'retry-after': '7' }, body });
  const error = await errorOf(client.tenants.create({ name: '' }));
  expect(error).toMatchObject({
    ...body,
    status: 400,
    retryAfterSeconds: 7,
    passing: false,
    tryNextLink: false,
  });
  // What is wrong, and not where that stands.
  expect(error.message).toBe('validation_failed: name: must not be empty');
});

test('a code that is newer than the client is `unrecognized`, with the code as it came', async () => {
  const client = await clientOf(problem('made_up_tomorrow', 409));
  expect(await errorOf(client.tenants.get('tenant_1'))).toMatchObject({
    code: 'unrecognized',
    serverCode: 'made_up_tomorrow',
    status: 409,
    passing: false,
  });
});

test.each<[string, Scripted]>([
  ['a page in place of JSON', { status: 200, body: '<html>' }],
  ["another server's 404", { status: 404, body: 'default backend - 404' }],
  ["another server's 403 in JSON", { status: 403, body: { message: 'Forbidden' } }],
])('%s is no refusal by Countersign', async (_, answer) => {
  const client = await clientOf(answer);
  expect(await errorOf(client.tenants.get('tenant_1'))).toMatchObject({
    code: 'unexpected_response',
    passing: true,
  });
});

test('an abort ends the request with the reason of its signal', async () => {
  const client = await clientOf('hang');
  const reason = new Error('the job was cancelled');
  const controller = new AbortController();
  const pending = client.tenants.get('tenant_1', { signal: controller.signal });
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
});

test('an abort ends the wait before the next attempt', async () => {
  const client = await clientOf(problem('rate_limited', 429, { 'retry-after': '20' }));
  const controller = new AbortController();
  const pending = client.tenants.get('tenant_1', { signal: controller.signal });
  while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await expect(pending).rejects.toHaveProperty('name', 'AbortError');
  expect(server.received.length).toBe(1);
});

test.each(['', '..', '.', undefined as unknown as string])(
  'an ID that is %j is refused, and nothing is sent',
  async (id) => {
    const client = await clientOf(OK);
    expect((await errorOf(client.tenants.get(id))).code).toBe('invalid_options');
    expect(server.received).toEqual([]);
  },
);

test('an ID cannot reach another path', async () => {
  const client = await clientOf(OK);
  await client.tenants.get('../api-keys?x#y');
  expect(server.received[0]?.url).toBe('/v1/tenants/..%2Fapi-keys%3Fx%23y');
});

test('no error and nothing printed of it holds the key', async () => {
  const client = await clientOf('drop');
  const error = await errorOf(client.tenants.get('tenant_1', { maxRetries: 0 }));
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('csk_test');
});
