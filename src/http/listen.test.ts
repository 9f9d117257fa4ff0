import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Listening, listen, listenOn } from './listen.ts';
import { respondToParserError } from './parser-errors.ts';

/** A second address of this machine: on Linux all of 127.0.0.0/8 is loopback, elsewhere there is IPv6. */
const SECOND = process.platform === 'linux' ? '127.0.0.2' : '::1';
const BOTH = ['127.0.0.1', SECOND];

let app: FastifyInstance;
let listening: Listening | undefined;
let answer: () => void;
let asked: Promise<void>;
const clients = new Set<Socket>();

beforeEach(() => {
  app = Fastify({ clientErrorHandler: respondToParserError, return503OnClosing: false });
  app.get('/', async () => 'answer');
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  asked = new Promise((resolve) => {
    app.get('/slow', async () => {
      resolve();
      await answered;
      return 'late answer';
    });
  });
});
afterEach(async () => {
  answer();
  for (const client of clients) client.destroy();
  clients.clear();
  await listening?.close();
  listening = undefined;
});

const port = (): number => (app.server.address() as AddressInfo).port;

function client(host: string, request = ''): Socket {
  const socket = connect(port(), host);
  clients.add(socket);
  socket.write(request);
  return socket;
}

const requestOf = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

test.each(BOTH)(
  'localhost is listened on at %s, with the answers of ours to what is no request',
  async (host) => {
    listening = await listenOn(app, BOTH, 0);
    expect(listening.url).toBe(`http://127.0.0.1:${port()}`);
    expect(await text(client(host, requestOf('/')))).toMatch(/^HTTP\/1\.1 200[\s\S]*answer$/);
    expect(await text(client(host, 'not HTTP\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400[\s\S]*problem\+json/);
  },
);

test.each(BOTH)(
  'connections that wait at %s when listening ends are answered, new ones refused',
  async (host) => {
    listening = await listenOn(app, BOTH, 0);
    const to = port();
    const answers = Array.from({ length: 50 }, () => text(client(host, requestOf('/'))));
    await new Promise(process.nextTick);
    await listening.drain.stopListening();
    for (const one of await Promise.all(answers)) expect(one).toMatch(/^HTTP\/1\.1 200[\s\S]*answer$/);
    const [error] = await once(connect(to, host), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  },
);

test.each(BOTH)('a connection that is open at %s when listening ends is served on', async (host) => {
  listening = await listenOn(app, BOTH, 0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const to = port();
  const ask = async (): Promise<{ said: string; reused: boolean }> => {
    const request = get({ port: to, host, agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { said: await text(response), reused: request.reusedSocket };
  };
  expect(await ask()).toEqual({ said: 'answer', reused: false });
  await listening.drain.stopListening();
  expect(await ask()).toEqual({ said: 'answer', reused: true });
  agent.destroy();
});

test.each(BOTH)('the end waits for a request that is under way at %s, and for nothing else', async (host) => {
  listening = await listenOn(app, BOTH, 0);
  const silent = client(host);
  const late = text(client(host, requestOf('/slow')));
  await asked;
  await listening.drain.stopListening();
  let ended = false;
  const end = listening.close().then(() => {
    ended = true;
  });
  await once(silent, 'close');
  expect(ended).toBe(false);
  answer();
  expect(await late).toMatch(/late answer$/);
  await end;
});

test('what hangs at any address can be broken off', async () => {
  listening = await listenOn(app, BOTH, 0);
  const hanging = BOTH.map((host) => once(client(host, requestOf('/slow')), 'close'));
  await asked;
  await listening.drain.stopListening();
  listening.drain.closeAll();
  await Promise.all(hanging);
});

test('an address that this machine does not have is left out; one that is taken is an error, and nothing listens', async () => {
  listening = await listenOn(app, ['127.0.0.1', '192.0.2.1'], 0);
  expect(await text(client('127.0.0.1', requestOf('/')))).toMatch(/answer$/);

  const taken = createServer();
  await once(taken.listen(0, SECOND), 'listening');
  const { port: same } = taken.address() as AddressInfo;
  const other = Fastify();
  await expect(listenOn(other, BOTH, same)).rejects.toThrow('EADDRINUSE');
  expect(other.server.listening).toBe(false);
  taken.close();
});

test('localhost is loopback', async () => {
  listening = await listen(app, { host: 'localhost', port: 0 });
  expect(listening.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
});
