import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConnectedTenant, startTestService, type TestService } from '../../test/harness/service.ts';

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/octet-stream',
];

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const send = (
  method: string,
  path: string,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
) =>
  fetch(service.url + path, {
    method,
    headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': type, ...headers },
    body: body as string,
  });

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('a body', () => {
  test('without a byte is no body, whatever its Content-Type', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    for (const type of TYPES) {
      const status = async (method: string, path: string) => (await send(method, path, type, '')).status;
      expect(await status('POST', `${connection.path}/verification`), type).toBe(200);
      expect(await status('POST', `${tenant.path}/tokens`), type).toBe(201);
      expect(await status('POST', `${tenant.path}/external-id/rotation`), type).toBe(201);
      expect(await status('DELETE', `${tenant.path}/external-id/rotation`), type).toBe(204);
      expect(await status('POST', '/v1/tenants'), type).toBe(400);
    }
  });

  test('in another format is refused with what to send instead', async () => {
    const body = '{"name":"x"}';
    for (const type of [...TYPES.slice(1), 'application/jsonp', '', 'application/json; charset=latin1']) {
      const response = await send('POST', '/v1/tenants', type, body);
      expect(response.status, type).toBe(415);
      expect(await response.json(), type).toMatchObject({
        code: 'unsupported_media_type',
        detail: expect.stringMatching(/application\/json|UTF-8/),
      });
    }
    const encoded = await send('POST', '/v1/tenants', 'application/json', body, {
      'content-encoding': 'gzip',
    });
    expect([encoded.status, await codeOf(encoded)]).toEqual([415, 'unsupported_media_type']);
    for (const type of ['application/json; charset=UTF-8', 'application/json;charset="utf-8"']) {
      const accepted = await send('POST', '/v1/tenants', type, body, { 'content-encoding': 'identity' });
      expect(accepted.status, type).toBe(201);
    }
  });

  test('that is too large is 413', async () => {
    const response = await send(
      'POST',
      '/v1/tenants',
      'application/json',
      `{"name":"${'x'.repeat(300_000)}"}`,
    );
    expect([response.status, await codeOf(response)]).toEqual([413, 'body_too_large']);
  });

  test('that is not UTF-8 is refused and stored nowhere', async () => {
    const countTenants = async () =>
      (await service.queryAsOwner('SELECT count(*)::int AS n FROM tenants')).rows[0].n;
    const before = await countTenants();
    for (const body of [
      Buffer.from('{"name":"Caf\xe9"}', 'latin1'),
      Buffer.from('{"name":"a"}', 'utf16le'),
      Buffer.from('{"name":"\xed\xa0\x80"}', 'latin1'),
    ]) {
      const response = await send('POST', '/v1/tenants', 'application/json', body);
      expect([response.status, await codeOf(response)]).toEqual([400, 'validation_failed']);
    }
    expect(await countTenants()).toBe(before);
    const marked = await send('POST', '/v1/tenants', 'application/json', '\ufeff{"name":"Café"}');
    expect(await marked.json()).toMatchObject({ name: 'Café' });
  });

  test('with the same key twice in an object is refused', async () => {
    for (const body of [
      '{"name":"a","name":"b"}',
      '{"name":"a","n\\u0061me":"a"}',
      '{"name":"a","metadata":{"x":1,"x":1}}',
    ]) {
      const response = await send('POST', '/v1/tenants', 'application/json', body);
      expect(response.status, body).toBe(400);
      expect(await response.json(), body).toMatchObject({
        errors: [
          { path: body.includes('x') ? 'x' : 'name', message: 'occurs twice in the same JSON object' },
        ],
      });
    }
    const { tenant } = await createConnectedTenant(service);
    const body = '{"policy":{"Version":"2012-10-17","Statement":[],"Statement":[]}}';
    const checked = await send('POST', `${tenant.path}/trust-policy-checks`, 'application/json', body);
    expect(checked.status).toBe(400);
  });

  test('that is no JSON is refused', async () => {
    for (const body of [
      '{"__proto__":{}}',
      '{"name":"x","metadata":{"constructor":{"prototype":{}}}}',
      '{',
    ]) {
      expect((await send('POST', '/v1/tenants', 'application/json', body)).status, body).toBe(400);
    }
  });
});

test('a time in a body may have any offset, and is returned in UTC', async () => {
  const create = (expiresAt: string) =>
    service.admin.post('/v1/api-keys', { name: 'x', role: 'auditor', expiresAt });
  const created = await create('2099-01-31t12:00:00+02:00');
  expect([created.status, created.body.expiresAt]).toEqual([201, '2099-01-31T10:00:00.000Z']);
  for (const text of ['2099-02-30T00:00:00Z', '2099-12-31T23:59:60Z', '2099-01-31T12:00:00']) {
    const { status, body } = await create(text);
    expect([status, body.errors], text).toEqual([
      400,
      [{ path: 'expiresAt', message: expect.stringMatching(/^must .*(exist|leap second|like)/) }],
    ]);
  }
});
