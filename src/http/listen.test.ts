import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Listening, listen, listenOn } from './listen.ts';
import { respondToParserError } from './parser-errors.ts';

/** A second loopback address: on Linux all of 127.0.0.0/8 is loopback; other systems have the one of IPv6. */
const SECOND = process.platform === 'linux' ? '127.0.0.2' : '::1';
const BOTH = ['127.0.0.1', SECOND];

let app: FastifyInstance;
let listening: Listening | undefined;
let finishSlowRequest: () => void;
let slowRequestStarted: Promise<void>;
const clients = new Set<Socket>();

beforeEach(() => {
  app = Fastify({ clientErrorHandler: respondToParserError(() => ''), return503OnClosing: false });
  app.get('/', async () => 'answer');
  const finished = new Promise<void>((resolve) => {
    finishSlowRequest = resolve;
  });
  slowRequestStarted = new Promise((resolve) => {
    app.get('/slow', async () => {
      resolve();
      await finished;
      return 'late answer';
    });
  });
});
afterEach(async () => {
  finishSlowRequest();
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
  'serves %s, and responds to a malformed request with problem+json there too',
  async (host) => {
    listening = await listenOn(app, BOTH, 0);
    expect(listening.url).toBe(`http://127.0.0.1:${port()}`);
    expect(await text(client(host, requestOf('/')))).toMatch(/^HTTP\/1\.1 200[\s\S]*answer$/);
    expect(await text(client(host, 'not HTTP\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400[\s\S]*problem\+json/);
  },
);

test.each(BOTH)(
  'answers connections in the queue of %s when listening stops, and refuses new ones',
  async (host) => {
    listening = await listenOn(app, BOTH, 0);
    const serverPort = port();
    const answers = Array.from({ length: 50 }, () => text(client(host, requestOf('/'))));
    await new Promise(process.nextTick);
    await listening.drain.stopListening();
    for (const one of await Promise.all(answers)) expect(one).toMatch(/^HTTP\/1\.1 200[\s\S]*answer$/);
    const [error] = await once(connect(serverPort, host), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  },
);

test.each(BOTH)('serves an open connection at %s after listening stopped', async (host) => {
  listening = await listenOn(app, BOTH, 0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const serverPort = port();
  const sendRequest = async (): Promise<{ answer: string; reused: boolean }> => {
    const request = get({ port: serverPort, host, agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { answer: await text(response), reused: request.reusedSocket };
  };
  expect(await sendRequest()).toEqual({ answer: 'answer', reused: false });
  await listening.drain.stopListening();
  expect(await sendRequest()).toEqual({ answer: 'answer', reused: true });
  agent.destroy();
});

test.each(BOTH)(
  'close waits for a request in progress at %s, and not for unused connections',
  async (host) => {
    listening = await listenOn(app, BOTH, 0);
    const unused = client(host);
    const late = text(client(host, requestOf('/slow')));
    await slowRequestStarted;
    await listening.drain.stopListening();
    let isClosed = false;
    const closing = listening.close().then(() => {
      isClosed = true;
    });
    await once(unused, 'close');
    expect(isClosed).toBe(false);
    finishSlowRequest();
    expect(await late).toMatch(/late answer$/);
    await closing;
  },
);

test('closeAll closes connections with a request in progress at every address', async () => {
  listening = await listenOn(app, BOTH, 0);
  const hanging = BOTH.map((host) => once(client(host, requestOf('/slow')), 'close'));
  await slowRequestStarted;
  await listening.drain.stopListening();
  listening.drain.closeAll();
  await Promise.all(hanging);
});

test('skips an address that the machine does not have, and listens on none when one is in use', async () => {
  listening = await listenOn(app, ['127.0.0.1', '192.0.2.1'], 0);
  expect(await text(client('127.0.0.1', requestOf('/')))).toMatch(/answer$/);

  const occupant = createServer();
  await once(occupant.listen(0, SECOND), 'listening');
  const { port: usedPort } = occupant.address() as AddressInfo;
  const other = Fastify();
  await expect(listenOn(other, BOTH, usedPort)).rejects.toThrow('EADDRINUSE');
  expect(other.server.listening).toBe(false);
  occupant.close();
});

test('localhost means a loopback address', async () => {
  listening = await listen(app, { host: 'localhost', port: 0 });
  expect(listening.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
});
