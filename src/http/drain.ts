import type { Server as HttpServer } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Under a stream of new connections that never pauses, listening ends after this all the same. */
const LONGEST_WAIT_MS = 1_000;

export interface Drain {
  /** Accepts what waits to be accepted, then refuses new connections. Those that are open are served on. */
  stopListening(): Promise<void>;
  /** Ends connections on which no request ever began: a browser opens such ahead, and would hold the end for ever. */
  closeUnused(): void;
  /** Ends every connection, also those with a request under way. */
  closeAll(): void;
  /** Resolves when the last connection is gone, once nothing listens. */
  waitUntilClosed(): Promise<void>;
}

/**
 * What a server needs to end without losing a request. To be called before it listens.
 *
 * What remains: the kernel resets a connection that it completed between our last look at its queue and the closing of
 * the socket. That takes some microseconds, and no system call does both at once. Nothing of such a connection was read, so
 * its request had no effect.
 *
 * @param more further listeners that hand their connections to the server; may be filled later
 */
export function createDrain(server: HttpServer, more: readonly NetServer[] = []): Drain {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });

  return {
    async stopListening() {
      const until = performance.now() + LONGEST_WAIT_MS;
      let before: number;
      // From one setImmediate to the next the event loop polls once, and takes one connection from the kernel's queue of each
      // listener; after a turn that took none they are empty.
      await nextTurn();
      do {
        before = accepted;
        await nextTurn();
      } while (accepted > before && performance.now() < until);
      // The close() of node:http would end idle connections too, on which a client may be sending its next request.
      NetServer.prototype.close.call(server);
      for (const listener of more) listener.close();
    },
    closeUnused() {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    },
    closeAll: () => server.closeAllConnections(),
    async waitUntilClosed() {
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
  };
}
