import http, { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchThroughAgent } from './fetch-through-agent.ts';

let server: Server;
let url: string;
const requests: { method: string; headers: http.IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method ?? '', headers: request.headers, body });
    if (request.url === '/redirect') return response.writeHead(302, { location: '/other' }).end();
    if (request.url === '/empty') return response.writeHead(204).end();
    if (request.url === '/long') return response.end('x'.repeat(1001));
    if (request.url === '/zipped')
      return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
    if (request.url === '/hangs') return;
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchIt = fetchThroughAgent({ agent: new http.Agent(), maxBytes: 1000 });
const get = (path: string, signal?: AbortSignal) =>
  fetchIt(url + path, { method: 'GET', headers: {}, ...(signal && { signal }) });

test('sends method, headers and body, and returns a response as fetch does', async () => {
  const response = await fetchIt(`${url}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ code: 'a b' }),
  });
  expect(await response.json()).toEqual({ a: 1 });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(requests.at(-1)).toMatchObject({ method: 'POST', body: 'code=a+b' });
});

test('follows no redirect', async () => {
  const before = requests.length;
  const response = await get('/redirect');
  expect([response.status, response.headers.get('location')]).toEqual([302, '/other']);
  expect(requests.length).toBe(before + 1);
});

test('accepts a response without a body, and rejects one that is too long', async () => {
  expect((await get('/empty')).status).toBe(204);
  await expect(get('/long')).rejects.toThrow('more than 1000 bytes');
});

test('asks for no compression, and does not expand a response', async () => {
  const response = await get('/zipped');
  expect(requests.at(-1)?.headers['accept-encoding']).toBe('identity');
  expect((await response.arrayBuffer()).byteLength).toBeLessThan(1000);
});

test('ends with its signal, and when nobody answers', async () => {
  await expect(get('/hangs', AbortSignal.timeout(50))).rejects.toThrow();
  const closed = fetchIt('http://127.0.0.1:9/', { method: 'GET', headers: {} });
  await expect(closed).rejects.toThrow('ECONNREFUSED');
});
