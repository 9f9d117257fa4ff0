import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AnswerTimeoutError } from './answer-timeout.ts';
import { markConnectionError, sqlState } from './database-error.ts';
import { TracedClient } from './traced-client.ts';

export interface PoolLimits {
  /** How long a caller waits for a connection, whether one is opened or all are in use. */
  acquireTimeoutMs: number;
  /** How long the server may be silent in the middle of a statement. */
  answerTimeoutMs: number;
}

interface PoolOptions extends PoolLimits {
  url: string;
  maxConnections: number;
  /** Lends its connections while this pool has none, and the server has none left. */
  fallback?: ConnectionPool;
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0];

const TOO_MANY_CONNECTIONS = '53300';
const READ_ONLY = '25006';
/** When the server had no connection left, another one is tried this much later. */
const RETRY_MS = 250;
/** A firewall drops the state of a connection on which it sees no packet for a while. */
const KEEP_ALIVE_MS = 2_000;

/** Closes a connection on which nothing was sent or received for this time. */
function closeWhenSilent(socket: Socket, timeoutMs: number): void {
  socket.setTimeout(timeoutMs, () => {
    const bytes = socket.bytesRead + socket.bytesWritten;
    // After a stall of this process, the answer has arrived and is read before this runs.
    setImmediate(() => {
      if (socket.bytesRead + socket.bytesWritten === bytes) socket.destroy(new AnswerTimeoutError(timeoutMs));
    });
  });
}

/**
 * A pool for Prisma and for statements of our own, on which nothing waits for ever.
 *
 * - The server ends a statement that takes too long. But that answer may never arrive: a firewall may have dropped its
 *   state of the connection, or the server's host may be gone. Such a connection is closed and replaced.
 * - When the server has no connection left, callers wait for one that this process has already.
 */
export class ConnectionPool extends pg.Pool {
  readonly #maxConnections: number;
  readonly #acquireTimeoutMs: number;
  readonly #fallback: ConnectionPool | undefined;
  /** Whether the server had no connection left a moment ago. */
  #isRefused = false;

  constructor({ url, maxConnections, fallback, acquireTimeoutMs, answerTimeoutMs }: PoolOptions) {
    super({
      Client: TracedClient,
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: acquireTimeoutMs,
      // An idle connection is closed before its silence would exceed the limit.
      idleTimeoutMillis: answerTimeoutMs * 0.8,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'countersign',
    });
    this.#maxConnections = maxConnections;
    this.#acquireTimeoutMs = acquireTimeoutMs;
    this.#fallback = fallback;
    const readOnly = new WeakSet<pg.PoolClient>();
    this.on('connect', (client) => {
      // A lost connection also rejects its statement. Without a listener, the event would end the process.
      client.on('error', markConnectionError);
      client.connection.on('errorMessage', ({ code }: { code?: string }) => {
        if (code === READ_ONLY) readOnly.add(client);
      });
      closeWhenSilent(client.connection.stream as Socket, answerTimeoutMs);
    });
    // After a failover, the connection may lead to the former primary for as long as it is used.
    this.on('release', (_error, client) => {
      if (readOnly.has(client)) void client.end();
    });
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const acquired = this.#acquire();
    if (!callback) return acquired;
    acquired.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }

  async #acquire(): Promise<pg.PoolClient> {
    const deadline = performance.now() + this.#acquireTimeoutMs;
    for (;;) {
      const isEmpty = this.totalCount === 0;
      if (this.#isRefused && isEmpty && this.#fallback) return this.#fallback.connect();
      if (this.#isRefused && isEmpty) await delay(RETRY_MS);
      try {
        return await super.connect();
      } catch (error) {
        markConnectionError(error as Error);
        if (sqlState(error) !== TOO_MANY_CONNECTIONS || performance.now() > deadline) throw error;
        this.#stopGrowing();
      }
    }
  }

  /** For a while, opens no further connection, so that callers wait for those that exist. */
  #stopGrowing(): void {
    if (this.#isRefused) return;
    this.#isRefused = true;
    this.options.max = Math.max(this.totalCount, 1);
    setTimeout(() => {
      this.#isRefused = false;
      this.options.max = this.#maxConnections;
    }, RETRY_MS).unref();
  }
}
