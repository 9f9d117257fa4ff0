import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { DESCRIPTIONS } from './error-descriptions/descriptions.ts';
import { respondToParserError } from './parser-errors.ts';

let service: TestService;
let tenantPath: string;
let connectionPath: string;

beforeAll(async () => {
  service = await startTestService();
  const { tenant, connection } = await createConnectedTenant(service);
  tenantPath = tenant.path;
  connectionPath = connection.path;
});
afterAll(() => service.close());

function request(method: string, path: string, headers: Record<string, string> = {}) {
  return fetch(service.url + path, {
    method,
    headers: { authorization: `Bearer ${service.adminKey}`, ...headers },
    redirect: 'manual',
  });
}

/** Sends bytes as they are, which no HTTP client would. */
function sendBytes(bytes: string, url = service.url): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes, 'latin1');
  return text(socket);
}

describe('HEAD', () => {
  test('responds as GET does, without a body, on every route that has no effect', async () => {
    for (const path of [
      '/livez',
      '/readyz',
      '/metrics',
      '/openapi.json',
      '/errors/not_found',
      tenantPath,
      `${tenantPath}/setup`,
      '/v1/audit-events',
      '/v1/audit-export',
      '/connect/assets/connect.js',
    ]) {
      const get = await request('GET', path);
      const head = await request('HEAD', path);
      expect([head.status, get.status], path).toEqual([200, 200]);
      expect(head.headers.get('content-type'), path).toBe(get.headers.get('content-type'));
      expect(await head.text(), path).toBe('');
    }
    expect((await request('HEAD', '/v1/tenants/nothing')).status).toBe(400);
    expect((await fetch(`${service.url}/v1/tenants`, { method: 'HEAD' })).status).toBe(401);
  });

  test('is not supported where GET has an effect', async () => {
    const { key } = await createKey(service, { role: 'worker' });
    const path = `${connectionPath}/credentials/container`;
    const response = await request('HEAD', path, { authorization: `Bearer ${key}` });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await request('HEAD', '/connect/some-secret')).headers.get('allow')).toBe('GET');
  });
});

describe('a known path with another method', () => {
  test.each([
    ['PUT', '/v1/tenants', 'GET, HEAD, POST'],
    ['GET', '/v1/tenants/tenant_0/connections/batch', 'POST'],
    ['PROPFIND', '/v1/tenants', 'GET, HEAD, POST'],
    ['OPTIONS', '/livez', 'GET, HEAD'],
    ['DELETE', '/connect/assets/connect.js', 'GET, HEAD'],
  ])('%s %s is 405 and allows %s, whatever the key', async (method, path, allowed) => {
    for (const authorization of ['', `Bearer ${service.adminKey}`]) {
      const response = await request(method, path, { authorization, accept: 'application/json' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
      expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
    }
  });

  test('is 405 before its body is read', async () => {
    const { status } = await fetch(`${service.url}/livez`, { method: 'POST', body: 'name=x' });
    expect(status).toBe(405);
  });
});

describe('an unknown path', () => {
  test.each([
    '/v1/tenants/',
    '/v1/tenants/tenant_0/',
    '/v1/Tenants',
    '/v2',
    '//v1/tenants',
    '/v1/tenants//setup',
    '/errors/',
    '/errors/nothing',
  ])('%s is 404', async (path) => {
    const response = await request('GET', path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  test('is 404 whatever the body is', async () => {
    const { status } = await fetch(`${service.url}/v1/nothing`, { method: 'POST', body: 'name=x' });
    expect(status).toBe(404);
  });

  test('below /connect has a page, with its security headers', async () => {
    const response = await request('GET', '/connect/no/page', { accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'nonce-[^']{20,}'/);
    expect(await response.text()).toContain('<!doctype html>');
  });
});

test.each([
  ['a long URL', `/v1/tenants?reference=${'x'.repeat(9_000)}`, 414, 'uri_too_long'],
  ['a long segment', `/v1/tenants/${'x'.repeat(300)}`, 414, 'uri_too_long'],
  ['a URL longer than the parser accepts', `/${'x'.repeat(20_000)}`, 414, 'uri_too_long'],
  ['escaped bytes that are not UTF-8 in a path', '/v1/tenants/%c0%af', 400, 'validation_failed'],
  ['escaped bytes that are not UTF-8 in a query', '/v1/tenants?reference=%ff', 400, 'validation_failed'],
  ['an incomplete escape', '/v1/tenants?reference=100%', 400, 'validation_failed'],
  ['unescaped bytes', '/v1/tenants?reference=Caf\xc3\xa9', 400, 'validation_failed'],
])('%s is refused', async (_, path, status, code) => {
  const response = await sendBytes(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expectProblem(response, status, code);
});

test('bytes that are no request, and an HTTP/1.1 request without Host, get a complete problem response', async () => {
  expectProblem(await sendBytes('not HTTP\r\n\r\n'), 400, 'validation_failed');
  expectProblem(
    await sendBytes('GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n'),
    400,
    'validation_failed',
  );
  const long = `GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;
  expectProblem(await sendBytes(long), 431, 'headers_too_large');
});

test.each([
  ['headers', 'POST / HTTP/1.1\r\nhost: x\r\n'],
  ['body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'],
])('a request whose %s never end is 408', async (_, bytes) => {
  const app = Fastify({
    requestTimeout: 50,
    http: { connectionsCheckingInterval: 20, headersTimeout: 50 },
    clientErrorHandler: respondToParserError(() => 'https://countersign.example.com'),
  });
  app.post('/', async () => 'never');
  try {
    expectProblem(await sendBytes(bytes, await app.listen({ port: 0 })), 408, 'request_timeout');
  } finally {
    await app.close();
  }
});

function expectProblem(response: string, status: number, code: string): void {
  const [head = '', body = ''] = response.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const header of [
    /^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/im,
    /^x-request-id: [\w-]{36}$/im,
    /^x-content-type-options: nosniff$/im,
    /^cache-control: no-store$/im,
    /^content-type: application\/problem\+json/im,
  ])
    expect(head).toMatch(header);
  const problem = JSON.parse(body);
  expect(problem).toMatchObject({
    status,
    code,
    type: expect.stringMatching(new RegExp(`/errors/${code}$`)),
  });
  expect(head).toContain(problem.requestId);
}

test('every GET has Cache-Control', async () => {
  for (const path of [
    '/livez',
    '/readyz',
    '/metrics',
    '/openapi.json',
    '/docs/',
    '/docs/static/index.css',
    tenantPath,
    '/v1/tenants',
    `${tenantPath}/setup/trust-policy.json`,
    '/connect',
    '/connect/assets/connect.css',
    '/errors/conflict',
  ])
    expect((await request('GET', path)).headers.get('cache-control'), path).toBeTruthy();
  expect((await request('GET', tenantPath)).headers.get('cache-control')).toBe('no-store');
});

describe('the type of a problem', () => {
  test('is a URL that describes its code, as JSON and as HTML', async () => {
    const { body } = await service.admin.get('/v1/tenants/nothing');
    expect(body.type).toBe(`${service.url}/errors/validation_failed`);
    const json = await fetch(body.type);
    expect(json.headers.get('vary')).toBe('accept');
    expect(await json.json()).toEqual({
      code: 'validation_failed',
      status: 400,
      title: body.title,
      ...DESCRIPTIONS.validation_failed,
    });
    const page = await fetch(body.type, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<code>errors</code>');
  });

  test('does not depend on the Host header, which a client can choose', async () => {
    const response = await sendBytes('GET /v1/x HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n');
    expect(response).toContain(`"type":"${service.url}/errors/not_found"`);
  });
});
