import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createDrain, type Drain } from './drain.ts';

/** Loopback whatever the machine's resolver says, or does not say (RFC 6761, section 6.3). */
const LOCALHOST = ['127.0.0.1', '::1'];

export interface Listening {
  /** The first address, as a URL. */
  url: string;
  drain: Drain;
  /** Refuses new connections, answers what is under way on every address, and closes the app. */
  close(): Promise<void>;
}

/** Listens on the host's address; on all of them for `localhost`, since clients may try any of these first. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  return listenOn(app, host === 'localhost' ? await loopback() : [host], port);
}

async function loopback(): Promise<string[]> {
  const found = await lookup('localhost', { all: true }).catch(() => []);
  return found.length === 0 ? LOCALHOST : [...new Set(found.map(({ address }) => address))];
}

/**
 * Listens on the first of these addresses, and on the rest of them that the machine has.
 *
 * Fastify would make a second HTTP server for a second address, which answers no unreadable request as ours does, and
 * whose requests the end does not wait for. Here the one server is handed the connections of every address.
 */
export async function listenOn(app: FastifyInstance, addresses: string[], port: number): Promise<Listening> {
  const more: NetServer[] = [];
  const drain = createDrain(app.server, more);
  const close = async (): Promise<void> => {
    drain.closeUnused();
    for (const listener of more) listener.close();
    await app.close();
    await drain.waitUntilClosed();
  };
  const [first, ...rest] = addresses;
  const url = await app.listen({ host: first, port });
  const { port: same } = app.server.address() as AddressInfo;
  try {
    for (const address of rest) {
      const listener = await tryAddress(app, address, same);
      if (listener) more.push(listener);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url, drain, close };
}

/** A listener of its own for one more address; undefined when this machine has no such address. */
async function tryAddress(app: FastifyInstance, host: string, port: number): Promise<NetServer | undefined> {
  // As node:http sets its own sockets up.
  const listener = createServer({ allowHalfOpen: true, noDelay: true });
  listener.on('connection', (socket) => app.server.emit('connection', socket));
  try {
    await once(listener.listen({ host, port }), 'listening');
    return listener;
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
