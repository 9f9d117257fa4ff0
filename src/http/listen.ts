import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createDrain, type Drain, MAX_BACKLOG } from './drain.ts';

/** Used when the resolver does not know `localhost`, which always means loopback (RFC 6761, section 6.3). */
const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'];

export interface Listening {
  /** URL with the first address. */
  url: string;
  drain: Drain;
  /** Refuses new connections, answers the requests in progress on every address, and closes the app. */
  close(): Promise<void>;
}

/** Listens on the host's address. For `localhost` it listens on all its addresses, as clients may try any of them. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  return listenOn(app, host === 'localhost' ? await findLoopbackAddresses() : [host], port);
}

async function findLoopbackAddresses(): Promise<string[]> {
  const addresses = await lookup('localhost', { all: true }).catch(() => []);
  return addresses.length === 0 ? LOOPBACK_ADDRESSES : [...new Set(addresses.map(({ address }) => address))];
}

/**
 * Listens on the first address and on those of the others that the machine has.
 *
 * Fastify would create a second HTTP server for a second address. That server would lack our response to malformed
 * requests, and closing would not wait for its requests. So one HTTP server gets the connections of all addresses.
 */
export async function listenOn(app: FastifyInstance, addresses: string[], port: number): Promise<Listening> {
  const listeners: NetServer[] = [];
  const drain = createDrain(app.server, listeners);
  const close = async (): Promise<void> => {
    drain.closeUnused();
    for (const listener of listeners) listener.close();
    await app.close();
    await drain.waitUntilClosed();
  };
  const [first, ...others] = addresses;
  const url = await app.listen({ host: first, port, backlog: MAX_BACKLOG });
  const { port: actualPort } = app.server.address() as AddressInfo;
  try {
    for (const address of others) {
      const listener = await tryListen(app, address, actualPort);
      if (listener) listeners.push(listener);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url, drain, close };
}

/** Passes the connections of one more address to the app. Returns undefined when the machine lacks this address. */
async function tryListen(app: FastifyInstance, host: string, port: number): Promise<NetServer | undefined> {
  // These are the socket options that node:http sets.
  const listener = createServer({ allowHalfOpen: true, noDelay: true });
  listener.on('connection', (socket) => app.server.emit('connection', socket));
  try {
    await once(listener.listen({ host, port, backlog: MAX_BACKLOG }), 'listening');
    return listener;
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
