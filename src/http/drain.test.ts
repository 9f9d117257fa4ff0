import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDrain, type Drain } from './drain.ts';

let server: Server;
let drain: Drain;
let port: number;
const clients = new Set<Socket>();

beforeEach(async () => {
  server = createServer((_request, response) => response.end('answer'));
  drain = createDrain(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const client of clients) client.destroy();
  clients.clear();
  drain.closeAll();
  server.close();
});

function client(): Socket {
  const socket = connect(port, '127.0.0.1');
  clients.add(socket);
  return socket;
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

test('answers connections that were in the kernel’s queue when listening stopped', async () => {
  const answers = Array.from({ length: 50 }, () => {
    const socket = client();
    socket.write(REQUEST);
    return text(socket);
  });
  // The clients connect in one turn of the event loop. The server accepts one of them per turn.
  await new Promise(process.nextTick);
  await drain.stopListening();
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200[\s\S]*answer$/);
});

test('refuses new connections and serves open ones after listening stopped', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sendRequest = async (): Promise<{ answer: string; reused: boolean }> => {
    const request = get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { answer: await text(response), reused: request.reusedSocket };
  };
  expect(await sendRequest()).toEqual({ answer: 'answer', reused: false });
  await drain.stopListening();
  expect(await sendRequest()).toEqual({ answer: 'answer', reused: true });
  const [error] = await once(client(), 'error');
  expect(error.code).toBe('ECONNREFUSED');
  agent.destroy();
});

test('closes a connection that was opened in advance and never used', async () => {
  const unused = client();
  await once(server, 'connection');
  await drain.stopListening();
  drain.closeUnused();
  const closed = once(server, 'close');
  server.close();
  await Promise.all([closed, once(unused, 'close')]);
});
