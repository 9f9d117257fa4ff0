import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';
import { expect } from 'vitest';
import type { TestService } from '../../test/harness/service.ts';
import { publishEvents } from '../events/publish.ts';
import { createDispatcher, type Dispatcher } from './deliveries/dispatcher.ts';

export interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field
  body: any;
}

type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'no response';

/** An endpoint on loopback that records what it gets. */
export interface Receiver {
  url: string;
  received: Received[];
  /** Called for each request; by default all are accepted. */
  answer: (request: Received) => Answer | Promise<Answer>;
  /** The types of the events that it got, in order. */
  types(): string[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const received = { headers: request.headers, text, body: JSON.parse(text) };
    receiver.received.push(received);
    const answer = await receiver.answer(received);
    if (answer === 'no response') return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer: () => ({ status: 204 }),
    types: () => receiver.received.map(({ body }) => body.type),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** Verifies a message as its receiver does. Throws if the signature is wrong. */
export function verify({ text, headers }: Received, secret: string): unknown {
  return new Verifier(secret).verify(text, headers as Record<string, string>);
}

export interface TestWebhook {
  id: string;
  path: string;
  secret: string;
}

export async function createTestWebhook(
  service: TestService,
  url: string,
  settings: object = {},
): Promise<TestWebhook> {
  const { status, body } = await service.admin.post('/v1/webhooks', { url, ...settings });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: body.id, path: `/v1/webhooks/${body.id}`, secret: body.secret };
}

const dispatchers = new WeakMap<TestService, Dispatcher>();

/** The one dispatcher of a replica. */
export function dispatcherOf(service: TestService): Dispatcher {
  const dispatcher = dispatchers.get(service) ?? createDispatcher(service.deps);
  dispatchers.set(service, dispatcher);
  return dispatcher;
}

/** Publishes what is committed, and makes every delivery that is due. */
export async function deliverDue(service: TestService): Promise<void> {
  await publishEvents(service.deps);
  await dispatcherOf(service).dispatch();
  await dispatcherOf(service).settle();
}

export async function deleteWebhooks(service: TestService): Promise<void> {
  const { body } = await service.admin.get('/v1/webhooks?limit=200');
  for (const { id } of body.data) expect((await service.admin.delete(`/v1/webhooks/${id}`)).status).toBe(204);
}
