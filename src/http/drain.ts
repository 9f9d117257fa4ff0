import type { Server as HttpServer } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextIteration } from 'node:timers/promises';

/**
 * How many connections the kernel queues, unless it has a lower limit of its own (`net.core.somaxconn`). A client whose
 * connection does not fit repeats it only after a second.
 */
export const MAX_BACKLOG = 4_096;

/** Bounds `stopListening` when new connections never pause: each iteration of the event loop accepts one connection. */
const MAX_ITERATIONS = 2 * MAX_BACKLOG;

/** The steps to stop a server without losing a request. */
export interface Drain {
  /** Accepts the connections in the kernel's queue, then refuses new ones. Open connections are still served. */
  stopListening(): Promise<void>;
  /** Closes connections that never sent a byte. Browsers open such in advance, and they would stay open for ever. */
  closeUnused(): void;
  /** Closes every connection, even with a request in progress. */
  closeAll(): void;
  /** Resolves when all connections are closed. */
  waitUntilClosed(): Promise<void>;
}

/**
 * Tracks the connections of a server. Call this before the server listens.
 *
 * One gap remains: the kernel resets a connection that it completes between the last check of its queue and the closing
 * of the listening socket. No system call does both at once. The gap is some microseconds long, and no request of such
 * a connection was read, so it had no effect.
 *
 * @param listeners further listeners that pass their connections to the server; they may be added later
 */
export function createDrain(server: HttpServer, listeners: readonly NetServer[] = []): Drain {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });

  return {
    async stopListening() {
      await nextIteration();
      // Each iteration accepts one connection per listener. If none was accepted, the kernel's queues are empty.
      for (let iteration = 0, before = -1; accepted > before && iteration < MAX_ITERATIONS; iteration++) {
        before = accepted;
        await nextIteration();
      }
      // close() of node:http would also close idle connections, on which a client may be sending its next request.
      NetServer.prototype.close.call(server);
      for (const listener of listeners) listener.close();
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
