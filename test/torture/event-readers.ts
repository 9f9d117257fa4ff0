import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook as Verifier } from 'standardwebhooks';
import { pick, type Random } from '../harness/random.ts';
import { persist, send } from './api.ts';
import type { Environment } from './environment.ts';
import type { Ledger } from './ledger.ts';

const PAGE_SIZE = 20;
const POLL_INTERVAL_MS = 200;
/** Of so many events, the first is refused at its first attempt. */
const REFUSE_ONE_OF = 3;

/** An event as the feed shows it, or a webhook's message without its `timestamp`. */
interface FeedEvent {
  id: string;
}

/** The two ways by which a vendor learns of events. Both run until `stop`. */
export interface EventReaders {
  /** What the poller got, in order. */
  readonly polled: readonly FeedEvent[];
  /** What the receiver accepted, in the order of the first time. */
  readonly delivered: ReadonlyMap<string, FeedEvent>;
  /** The webhook gets the events after this position of the feed. */
  readonly createdAtPosition: number;
  /** From now on, the receiver accepts every message. */
  acceptAll(): void;
  /** The poller reads to the end of the feed. The receiver goes on. */
  stopPolling(): Promise<void>;
  close(): Promise<void>;
}

/** Creates a webhook for all events, and starts its receiver and a poller of the feed. */
export async function startEventReaders(environment: Environment, random: Random): Promise<EventReaders> {
  const receiver = await startReceiver(environment.ledger);
  const body = { url: receiver.url };
  const request = { method: 'POST', path: '/v1/webhooks', key: environment.adminKey, body } as const;
  const { answer } = await persist(environment, random, request, ({ status }) => status === 201);
  receiver.setSecret(answer.body.secret);
  const [feed] = await environment.queryAsOwner<{ position: string }>(
    'SELECT last_position AS position FROM event_feed',
  );
  const polled: FeedEvent[] = [];
  const poller: Poller = { polled, state: 'running' };
  const polling = poll(environment, random, poller);
  return {
    polled,
    delivered: receiver.accepted,
    createdAtPosition: Number(feed?.position),
    acceptAll: receiver.acceptAll,
    async stopPolling() {
      poller.state = 'stopping';
      // A feed that always fails must not hold up the run: the check then reports what the poller missed.
      const { deliveryMs } = environment.limits;
      await Promise.race([polling, delay(deliveryMs, undefined, { ref: false })]);
    },
    async close() {
      poller.state = 'closed';
      await Promise.all([polling, receiver.close()]);
    },
  };
}

interface Receiver {
  url: string;
  accepted: ReadonlyMap<string, FeedEvent>;
  setSecret(secret: string): void;
  acceptAll(): void;
  close(): Promise<void>;
}

/** A receiver that verifies each message with the library of Standard Webhooks, and refuses some at their first attempt. */
async function startReceiver(ledger: Ledger): Promise<Receiver> {
  const accepted = new Map<string, FeedEvent>();
  const seen = new Set<string>();
  let verifier: Verifier | null = null;
  let isFaulty = true;

  /** Returns the status of the response. */
  const receive = (text: string, headers: IncomingMessage['headers']): number => {
    if (verifier === null) return 503;
    // It throws if the signature or the timestamp is wrong.
    const { timestamp, ...event } = verifier.verify(text, headers as Record<string, string>) as FeedEvent & {
      timestamp: string;
    };
    if (headers['webhook-id'] !== event.id) throw new Error(`the message of ${event.id} has another ID`);
    const isFirst = !seen.has(event.id);
    seen.add(event.id);
    if (isFaulty && isFirst && seen.size % REFUSE_ONE_OF === 1) {
      ledger.count('refused deliveries');
      return 503;
    }
    ledger.count(accepted.has(event.id) ? 'repeated deliveries' : 'deliveries');
    if (!accepted.has(event.id)) accepted.set(event.id, event);
    return 204;
  };

  const server = createServer(async (request, response) => {
    const text = await readBody(request);
    // The replica was killed while it sent the message.
    if (text === null) return;
    try {
      response.writeHead(receive(text, request.headers)).end();
    } catch (error) {
      ledger.addViolation(`webhook: ${(error as Error).message}`);
      response.writeHead(400).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    accepted,
    setSecret(secret) {
      verifier = new Verifier(secret);
    },
    acceptAll() {
      isFaulty = false;
    },
    close: () => closeServer(server),
  };
}

/** null: the connection ended before the body. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let text = '';
  try {
    for await (const chunk of request) text += chunk;
    return text;
  } catch {
    return null;
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

interface Poller {
  polled: FeedEvent[];
  /** `stopping`: it reads to the end of the feed. */
  state: 'running' | 'stopping' | 'closed';
}

/** Reads the feed from its beginning with the cursor of each page, on random replicas. */
async function poll(environment: Environment, random: Random, poller: Poller): Promise<void> {
  let after = '';
  while (poller.state !== 'closed') {
    const isLast = poller.state === 'stopping';
    const path = `/v1/events?limit=${PAGE_SIZE}${after && `&after=${after}`}`;
    const request = { method: 'GET', path, key: environment.adminKey } as const;
    const { status, body } = await send(environment, pick(random, environment.replicas), request);
    if (status >= 400 && status < 500) {
      environment.ledger.addViolation(`the feed answered with ${status}: ${JSON.stringify(body)}`);
      return;
    }
    const events: FeedEvent[] = status === 200 ? body.data : [];
    poller.polled.push(...events);
    if (status === 200) after = body.nextCursor ?? after;
    if (isLast && status === 200 && events.length === 0) return;
    if (events.length < PAGE_SIZE) await delay(POLL_INTERVAL_MS);
  }
}
