import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROBLEMS } from '../src/http/problem.ts';
import { createConnectedTenant, startTestService, type TestService } from './harness/service.ts';

let service: TestService;
let paths: string[];

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
  const { tenant, connection } = await createConnectedTenant(service);
  paths = [
    '/v1/tenants',
    tenant.path,
    `${tenant.path}/external-id/rotation`,
    `${tenant.path}/connections`,
    connection.path,
    `${connection.path}/verification`,
    `${connection.path}/credentials`,
    `${tenant.path}/tokens`,
    `${tenant.path}/setup`,
    '/v1/api-keys',
    '/v1/token-revocations',
    '/v1/imports',
    '/v1/audit-events',
  ];
});
afterAll(() => service.close());

async function send(
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const response = await fetch(service.url + path, {
    method,
    headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && method !== 'GET' && { body }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path} ${String(body).slice(0, 200)} → ${text}`).toBeLessThan(500);
  if (response.status >= 400) {
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Object.keys(PROBLEMS)).toContain((JSON.parse(text) as { code: string }).code);
  }
  return response.status;
}

test('random bodies, queries and paths never cause a 5xx, and every error has a documented code', async () => {
  const method = fc.constantFrom('POST', 'PATCH', 'GET', 'DELETE', 'PUT');
  const path = fc.nat().map((n) => paths[n % paths.length] as string);
  const fieldName = fc.constantFrom(
    'name',
    'reference',
    'metadata',
    'status',
    'roleArn',
    'role',
    'tenantId',
    'expiresAt',
    'limit',
    'cursor',
    'durationSeconds',
    'purpose',
  );
  const body = fc.oneof(
    fc.json(),
    fc.dictionary(fieldName, fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
  );
  const query = fc
    .dictionary(fc.oneof(fieldName, fc.string()), fc.string({ unit: 'grapheme' }))
    .map((parts) => `?${new URLSearchParams(parts)}`);
  await fc.assert(
    fc.asyncProperty(
      method,
      path,
      fc.option(body, { nil: undefined }),
      fc.option(query, { nil: '' }),
      async (method, path, body, query) => {
        // DELETE uses a missing path, so that the run does not delete its own tenant and connection.
        const target = method === 'DELETE' ? `${path}/nothing` : path;
        await send(method, target + query, body);
      },
    ),
    { numRuns: 600 },
  );
}, 60_000);

test('crafted input never causes a 5xx', async () => {
  const deep = `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`;
  const slashes = `arn:aws:iam::111111111111:role/${'a/'.repeat(900)} `;
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '"text"',
    `{"name":"x","metadata":${deep}}`,
    '{"name":"x","__proto__":{"admin":true}}',
    '{"name":"x","constructor":{"prototype":{"admin":true}}}',
    '{"name":"a\\u0000b"}',
    '{"name":"\\ud800"}',
    '{"name":"x","metadata":{"a\\u0000":"b"}}',
    `{"name":"${'x'.repeat(300_000)}"}`,
    JSON.stringify({ roleArn: slashes }),
    JSON.stringify({ roleArn: `arn:aws:iam::111111111111:role${'/'.repeat(2000)}` }),
    '{"name":1e999}',
    '{"expiresInSeconds":1e400}',
    '{"expiresInSeconds":null}',
    '\ufeff{"name":"x"}',
  ];
  for (const path of paths) for (const body of bodies) await send('POST', path, body);
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
    '',
  ]) {
    await send('POST', '/v1/tenants', '{"name":"x"}', { 'content-type': type });
  }
  for (const path of [
    '/v1/tenants/%',
    '/v1/tenants/%00',
    '/v1/tenants/%c0%af',
    `/v1/tenants/${'x'.repeat(5000)}`,
    '/v1/../v1',
    '//',
    '/v1/tenants?limit=1&limit=2',
    '/v1/tenants?limit=-1',
    '/v1/tenants?limit=9e9',
    '/v1/tenants?cursor=%00',
    '/v1/tenants?cursor=AAAA',
    '/v1/audit-events?action=x&tenantId=y',
    '/v1/tenants?reference=%00',
    '/v1/tenants?reference=%ed%a0%80',
  ]) {
    await send('GET', path);
  }
  await send('GET', '/v1/tenants', undefined, {
    'x-request-id': 'a'.repeat(5000),
    'idempotency-key': 'b'.repeat(5000),
  });
});

test('a tenant with the longest name, in characters of two units, gets a token', async () => {
  const { admin } = service;
  const { body } = await admin.post('/v1/tenants', { name: '😀'.repeat(100) });
  for (const name of [body.name, `a${'😀'.repeat(99)}`]) {
    await admin.patch(`/v1/tenants/${body.id}`, { name });
    expect((await admin.post(`/v1/tenants/${body.id}/tokens`)).status).toBe(201);
  }
});

test('input that is not HTTP gets a problem response that explains it, and the server keeps running', async () => {
  const { hostname, port } = new URL(service.url);
  for (const bytes of [
    '\0\0\0\0\r\n\r\n',
    'GET\r\n\r\n',
    'FOO /v1/tenants HTTP/1.1\r\nhost: x\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    'POST /v1/tenants HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  ]) {
    const response = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(bytes));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
    });
    expect(response).toMatch(/^HTTP\/1\.1 4/);
    expect(response).toMatch(/^content-type: application\/problem\+json/im);
    const [head = '', body = ''] = response.split('\r\n\r\n');
    const { code, status, detail } = JSON.parse(body);
    expect(head).toContain(` ${status} `);
    expect(status).toBe(PROBLEMS[code as keyof typeof PROBLEMS].status);
    expect(detail.length).toBeGreaterThan(30);
  }
  expect((await service.as(null).get('/readyz')).status).toBe(200);
});
