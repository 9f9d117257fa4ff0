import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { fetchJson } from './fetch-json.ts';

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const SWITCHING_PROTOCOLS =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: example\r\nConnection: Upgrade\r\n\r\n';

const LIMITS = { timeoutMs: 5_000, maxBytes: 1_000 };

test('returns a JSON document', async () => {
  const url = await serve((_, response) => response.end('{"keys":[]}'));
  expect(await fetchJson(url, LIMITS)).toEqual({ keys: [] });
});

test('does not follow redirects', async () => {
  const url = await serve((request, response) =>
    request.url === '/'
      ? response.writeHead(302, { location: '/elsewhere' }).end()
      : response.end('{"elsewhere":true}'),
  );
  await expect(fetchJson(url, LIMITS)).rejects.toThrow('returned status 302');
});

test('rejects a response beyond the limit', async () => {
  const url = await serve((_, response) => response.end(`"${'x'.repeat(100_000)}"`));
  await expect(fetchJson(url, LIMITS)).rejects.toThrow('returned more than 1000 bytes');
});

test('does not expand a compressed response, and asks for none', async () => {
  const url = await serve((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity');
    response.setHeader('content-encoding', 'gzip').end(gzipSync(`"${'x'.repeat(100_000)}"`));
  });
  await expect(fetchJson(url, LIMITS)).rejects.toThrow('JSON');
});

test('rejects a response that breaks off', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '20' }).write('{"keys":[]}');
    setImmediate(() => response.destroy());
  });
  await expect(fetchJson(url, LIMITS)).rejects.toThrow('aborted');
});

test('times out when the body never ends', async () => {
  const url = await serve((_, response) => void response.write('{'));
  await expect(fetchJson(url, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow(/timeout/i);
});

test('rejects a server that switches to another protocol', async () => {
  const url = await serve(() => {});
  server?.on('connection', (socket) => {
    socket.once('data', () => socket.write(SWITCHING_PROTOCOLS));
  });
  await expect(fetchJson(url, LIMITS)).rejects.toThrow('closed the connection without a response');
});
