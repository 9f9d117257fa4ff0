import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendProblem, toProblem } from '../error-handler.ts';
import { limitRequests } from './limit-requests.ts';
import { whileWaiting } from './slot.ts';

const MAX = 2;
/** While more than MAX requests wait, the oldest are rejected after half a second instead of two. */
const CROWD = 3 * MAX;
const POLL = { interval: 5, timeout: 15_000 };

let app: FastifyInstance;
let port: number;
let agent: Agent;
let limits: ReturnType<typeof limitRequests>;
let started: string[];
let shed: string[];
let logLines: object[];
let open: () => void;
let gate: Promise<void>;
let sent: Promise<Answer>[];

beforeEach(async () => {
  started = [];
  sent = [];
  shed = [];
  logLines = [];
  gate = new Promise((resolve) => {
    open = resolve;
  });
  agent = new Agent({ keepAlive: true });
  app = Fastify();
  app.decorate('baseUrl', () => 'http://service.example');
  app.decorate('reportDatabaseFailure', () => false);
  app.setErrorHandler((error, request, reply) =>
    sendProblem(toProblem(error), request, reply, { page: toProblem(error).code }),
  );
  const log = (fields: object): void => void logLines.push(fields);
  limits = limitRequests(app, {
    maxRequests: MAX,
    log: { info: log, warn: log, error: log },
    baseUrl: () => 'http://service.example',
    requestIdOf: () => 'request-1',
    isDraining: () => false,
    onShed: (kind) => shed.push(kind),
  });
  app.addHook('onRequest', async ({ url }) => void started.push(url));
  app.route({
    method: ['GET', 'POST'],
    url: '/held',
    handler: async () => {
      await gate;
      return { held: true };
    },
  });
  app.get('/waits/:id', { config: { load: 'credentials' } }, async (request) => {
    await whileWaiting(request, () => gate);
    return { waited: true };
  });
  app.post('/authenticated', { onRequest: () => gate }, async () => ({ done: true }));
  app.get('/credentials', { config: { load: 'credentials' } }, async () => ({ issued: true }));
  app.get('/probe', { config: { load: 'unlimited' } }, async () => ({ alive: true }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = Number(new URL(app.listeningOrigin).port);
});

afterEach(async () => {
  open();
  await Promise.all(sent);
  agent.destroy();
  await app.close();
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: tests read any member
  body: any;
  localPort: number | undefined;
}

function send(...input: Parameters<typeof sendOnce>): Promise<Answer> {
  const answer = sendOnce(...input);
  sent.push(answer);
  return answer;
}

async function sendOnce(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const outgoing = httpRequest({ port, host: '127.0.0.1', path, method, agent, headers: { ...headers } });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const localPort = response.socket.localPort;
  const answer = method === 'HEAD' ? response.resume() : await json(response);
  return { status: response.statusCode, headers: response.headers, body: answer, localPort };
}

const sendAll = (count: number, path: string, options?: Parameters<typeof send>[1]): Promise<Answer>[] =>
  Array.from({ length: count }, () => send(path, options));

/** Resolves when as many requests of the kind have arrived. */
async function untilArrived(active: number, waiting: number, kind: 'standard' | 'credentials' = 'standard') {
  await expect
    .poll(() => [limits.get(kind)?.active, limits.get(kind)?.waiting], POLL)
    .toEqual([active, waiting]);
}

const connectionCount = (server: FastifyInstance['server']): Promise<number> =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

/** Fills the limit of standard requests. */
async function fill(): Promise<Promise<Answer>[]> {
  const held = sendAll(MAX, '/held');
  await untilArrived(MAX, 0);
  return held;
}

describe('beyond the limit', () => {
  test('a request is answered with 503 overloaded before any work, and those that are admitted are served', async () => {
    const held = await fill();
    const crowd = sendAll(CROWD, '/held?beyond');
    const first = await crowd[0];
    expect(first).toMatchObject({
      status: 503,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' },
      body: { code: 'overloaded', status: 503, requestId: 'request-1', title: 'The service is overloaded' },
    });
    expect(first?.body.type).toBe('http://service.example/errors/overloaded');
    expect(Number(first?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(started).toEqual(['/held', '/held']);
    open();
    const statuses = (await Promise.all([...held, ...crowd])).map(({ status }) => status);
    expect(statuses.slice(0, MAX)).toEqual([200, 200]);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(shed).toHaveLength(statuses.filter((status) => status === 503).length);
    expect((await send('/held')).status).toBe(200);
  });

  test('the connection stays open, also when a body was not read', async () => {
    await fill();
    const rejected = await Promise.race(
      sendAll(CROWD, '/held', { method: 'POST', body: 'x'.repeat(200_000) }),
    );
    expect([rejected.status, rejected.headers.connection]).toEqual([503, 'keep-alive']);
    expect(await send('/probe')).toMatchObject({ status: 200, localPort: rejected.localPort });
  });

  test('requests that wait are served when others have ended', async () => {
    const held = await fill();
    const waiting = sendAll(MAX, '/held');
    await untilArrived(MAX, MAX);
    open();
    expect((await Promise.all([...held, ...waiting])).map(({ status }) => status)).toEqual([
      200, 200, 200, 200,
    ]);
  });

  test('probes are answered, and so are requests of another kind', async () => {
    await fill();
    sendAll(CROWD, '/held');
    await untilArrived(MAX, CROWD);
    expect((await send('/probe')).body).toEqual({ alive: true });
    expect((await send('/probe?verbose')).body).toEqual({ alive: true });
    expect((await send('/credentials')).body).toEqual({ issued: true });
  });

  test('HEAD has the same status without a body', async () => {
    await fill();
    const crowd = sendAll(CROWD, '/held', { method: 'HEAD' });
    expect((await Promise.race(crowd)).status).toBe(503);
  });

  test("a client that shows pages gets the app's own page for the problem", async () => {
    await fill();
    const crowd = sendAll(CROWD, '/held', { headers: { accept: 'text/html,*/*' } });
    expect(await Promise.race(crowd)).toMatchObject({ status: 503, body: { page: 'overloaded' } });
    expect(started).toEqual(['/held', '/held']);
  });

  test('one line is logged, not one for each request', async () => {
    await fill();
    sendAll(CROWD, '/held');
    await expect.poll(() => shed.length, POLL).toBeGreaterThan(2);
    expect(logLines).toEqual([{ kind: 'standard', rejectedSinceLastLine: 1 }]);
  });
});

test('a client that disconnects does not end its request, so that repeating cannot start any amount of work', async () => {
  const sockets = Array.from({ length: MAX }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.write('GET /held HTTP/1.1\r\nHost: service\r\n\r\n');
  await untilArrived(MAX, 0);
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  const next = send('/held');
  await untilArrived(MAX, 1);
  open();
  expect((await next).status).toBe(200);
  await untilArrived(0, 0);
});

test('a client that disconnects before its body was read frees its place', async () => {
  app.server.on('request', (request) => request.url === '/held' && request.pause());
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /held HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  await untilArrived(1, 0);
  socket.destroy();
  await untilArrived(0, 0);
});

test('a client that disconnects while it is authenticated frees its place', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /authenticated HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  );
  await untilArrived(1, 0);
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
  await expect.poll(() => connectionCount(app.server), POLL).toBe(0);
  open();
  await untilArrived(0, 0);
});

test('a request that waits for another service takes no place, until too many wait', async () => {
  const waiting: Promise<Answer>[] = [];
  while (waiting.length < 16 * MAX) {
    waiting.push(send('/waits/1'));
    await untilArrived(0, 0, 'credentials');
    await expect.poll(() => started.length, POLL).toBe(waiting.length);
  }
  expect((await send('/credentials')).status).toBe(200);
  const { status, body } = await send('/waits/2');
  expect([status, body.code]).toEqual([503, 'overloaded']);
  open();
  expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
});
