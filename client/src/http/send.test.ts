import { afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../client.ts';
import { CountersignError } from '../error.ts';
import {
  problem,
  type ScriptedResponse,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.fixture.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const TENANT = { id: 'tenant_1', name: 'A' };
const OK: ScriptedResponse = { status: 200, body: TENANT };

/** A client of a server that sends these responses in turn. */
async function clientWith(...script: ScriptedResponse[]) {
  server = await startScriptedServer(...script);
  return createClient({ url: server.url, key: 'csk_test' });
}

async function rejectionOf(promise: Promise<unknown>): Promise<CountersignError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CountersignError)) throw new Error('the request did not fail as expected');
  return error;
}

describe('retries a request after', () => {
  test.each<[string, ScriptedResponse]>([
    ['429', problem('rate_limited', 429)],
    ['503', problem('aws_throttled', 503)],
    ["a proxy's 502", { status: 502, body: '<html>' }],
    ['a connection that breaks', 'drop'],
  ])('%s', async (_, fault) => {
    const client = await clientWith(fault, fault, OK);
    expect(await client.getTenant({ tenantId: 'tenant_1' })).toEqual(TENANT);
    expect(server.received.length).toBe(3);
  });

  test('an attempt that exceeds the time limit', async () => {
    const client = await clientWith('hang', OK);
    expect(await client.getTenant({ tenantId: 'tenant_1' }, { timeoutSeconds: 0.2 })).toEqual(TENANT);
  });
});

describe('sends a request only once if', () => {
  test.each<[string, ScriptedResponse, string]>([
    ['it is rejected', problem('not_found', 404), 'not_found'],
    ['the service has an internal error', problem('internal_error', 500), 'internal_error'],
    ['Retry-After is an hour', problem('rate_limited', 429, { 'retry-after': '3600' }), 'rate_limited'],
    [
      'the server redirects, so that the key goes nowhere else',
      { status: 307, headers: { location: 'http://127.0.0.1:9/' } },
      'unexpected_response',
    ],
  ])('%s', async (_, response, code) => {
    const client = await clientWith(response);
    expect((await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }))).code).toBe(code);
    expect(server.received.length).toBe(1);
  });

  test('it is a PATCH, which may have taken effect', async () => {
    const client = await clientWith(problem('database_unavailable', 503), OK);
    expect((await rejectionOf(client.updateTenant({ tenantId: 'tenant_1', name: 'B' }))).code).toBe(
      'database_unavailable',
    );
    expect(server.received.length).toBe(1);
  });

  test('maxRetries is 0', async () => {
    const client = await clientWith('drop');
    expect((await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }, { maxRetries: 0 }))).code).toBe(
      'network_error',
    );
    expect(server.received.length).toBe(1);
  });
});

describe('after the service rejected the key', () => {
  /** A client whose key is another one each time it is read. */
  async function clientWithKeys(keys: string[], ...script: ScriptedResponse[]) {
    server = await startScriptedServer(...script);
    return createClient({ url: server.url, key: () => keys.shift() ?? 'csk_unexpected' });
  }
  const sentKeys = () => server.received.map(({ headers }) => headers.authorization);
  const REJECTED = problem('unauthorized', 401);

  test('sends the request once more if the key has changed, as when its file was half written', async () => {
    const client = await clientWithKeys(['csk_ha', 'csk_half'], REJECTED, OK);
    expect(await client.updateTenant({ tenantId: 'tenant_1', name: 'B' })).toEqual(TENANT);
    expect(sentKeys()).toEqual(['Bearer csk_ha', 'Bearer csk_half']);
  });

  test('reports it at once if the key is the same', async () => {
    const client = await clientWithKeys(['csk_old', 'csk_old'], REJECTED, OK);
    expect((await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }))).code).toBe('unauthorized');
    expect(sentKeys()).toEqual(['Bearer csk_old']);
  });

  test('reports it if the changed key is rejected too', async () => {
    const client = await clientWithKeys(['csk_1', 'csk_2', 'csk_3'], REJECTED, REJECTED, OK);
    expect((await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }))).code).toBe('unauthorized');
    expect(sentKeys()).toEqual(['Bearer csk_1', 'Bearer csk_2']);
  });
});

test('sends one Idempotency-Key with all attempts of a POST, and another one with the next call', async () => {
  const client = await clientWith('drop', problem('aws_unavailable', 503), { status: 201, body: TENANT });
  await client.createTenant({ name: 'A' });
  await client.createTenant({ name: 'A' });
  await client.createTenant({ name: 'A' }, { idempotencyKey: 'mine' });
  const keys = server.received.map(({ headers }) => headers['idempotency-key']);
  expect(keys.length).toBe(5);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(new Set(keys).size).toBe(3);
  expect(keys[4]).toBe('mine');
});

test('sends no Idempotency-Key with a GET', async () => {
  const client = await clientWith(OK);
  await client.getTenant({ tenantId: 'tenant_1' });
  expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key');
});

test('turns a problem response into an error with all its fields', async () => {
  const body = {
    detail: 'The request is not valid; see errors.',
    code: 'validation_failed',
    requestId: 'req-7',
    errors: [{ path: 'name', message: 'must not be empty' }],
  };
  const client = await clientWith({ status: 400, headers: { 'retry-after': '7' }, body });
  const error = await rejectionOf(client.createTenant({ name: '' }));
  expect(error).toMatchObject({
    ...body,
    status: 400,
    retryAfterSeconds: 7,
    retryable: false,
    tryNextLink: false,
  });
  expect(error.message).toBe('validation_failed: name: must not be empty');
});

test('reports a code that it does not know as `unrecognized`, with the original in serverCode', async () => {
  const client = await clientWith(problem('made_up_tomorrow', 409));
  expect(await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }))).toMatchObject({
    code: 'unrecognized',
    serverCode: 'made_up_tomorrow',
    status: 409,
    retryable: false,
  });
});

test.each<[string, ScriptedResponse]>([
  ['an HTML page with status 200', { status: 200, body: '<html>' }],
  ["another server's 404 page", { status: 404, body: 'default backend - 404' }],
  ["another server's 403 in JSON", { status: 403, body: { message: 'Forbidden' } }],
])('does not take %s for a rejection by Countersign', async (_, response) => {
  const client = await clientWith(response);
  expect(await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }))).toMatchObject({
    code: 'unexpected_response',
    retryable: true,
  });
});

test('an abort ends the request, and the promise rejects with the reason of the signal', async () => {
  const client = await clientWith('hang');
  const reason = new Error('the job was cancelled');
  const controller = new AbortController();
  const pending = client.getTenant({ tenantId: 'tenant_1' }, { signal: controller.signal });
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
});

test('an abort ends the wait before a retry', async () => {
  const client = await clientWith(problem('rate_limited', 429, { 'retry-after': '20' }));
  const controller = new AbortController();
  const pending = client.getTenant({ tenantId: 'tenant_1' }, { signal: controller.signal });
  while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await expect(pending).rejects.toHaveProperty('name', 'AbortError');
  expect(server.received.length).toBe(1);
});

test.each(['', '..', '.', undefined as unknown as string])(
  'rejects the ID %j without sending a request',
  async (id) => {
    const client = await clientWith(OK);
    expect((await rejectionOf(client.getTenant({ tenantId: id }))).code).toBe('invalid_options');
    expect(server.received).toEqual([]);
  },
);

test('encodes an ID, so that it cannot change the path', async () => {
  const client = await clientWith(OK);
  await client.getTenant({ tenantId: '../api-keys?x#y' });
  expect(server.received[0]?.url).toBe('/v1/tenants/..%2Fapi-keys%3Fx%23y');
});

test('the key is in no property of an error', async () => {
  const client = await clientWith('drop');
  const error = await rejectionOf(client.getTenant({ tenantId: 'tenant_1' }, { maxRetries: 0 }));
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('csk_test');
});
