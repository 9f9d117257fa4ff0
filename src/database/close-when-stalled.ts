import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { schedule } from '../lib/schedule.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import { AnswerTimeoutError } from './answer-timeout.ts';
import { sqlState } from './database-error.ts';
import { withClient } from './with-client.ts';

export interface StallLimits {
  /** How often the server is asked on another connection. */
  checkIntervalMs: number;
  /** How long it may take there to connect, and to answer. */
  checkTimeoutMs: number;
  /** How long nothing may show that the server still works for the connection. */
  maxStallMs: number;
}

/**
 * Runs `work`, whose statements may take any time, and closes its connection when no answer can come any more. A statement
 * that works for an hour and a connection that a firewall has forgotten look the same here: nothing comes. So the server is
 * asked on another connection whether it works for this one.
 */
export async function closeWhenStalled<Result>(
  client: pg.Client,
  { url, limits }: { url: string; limits: StallLimits },
  work: () => Promise<Result>,
): Promise<Result> {
  const { checkIntervalMs, checkTimeoutMs, maxStallMs } = limits;
  const socket = client.connection.stream as Socket;
  const stalled = (): Error => new AnswerTimeoutError(maxStallMs);
  const backendId = await withTimeout(maxStallMs, readBackendId(client), stalled);
  const readTraffic = (): number => socket.bytesRead + socket.bytesWritten;
  let traffic = readTraffic();
  let aliveAt = performance.now();
  const check = async (): Promise<void> => {
    const isWorking = await isServerWorking(url, backendId, checkTimeoutMs);
    const current = readTraffic();
    if (isWorking || current !== traffic) aliveAt = performance.now();
    traffic = current;
    if (performance.now() - aliveAt > maxStallMs) socket.destroy(stalled());
  };
  const { stop } = schedule(checkIntervalMs, check, () => undefined);
  try {
    return await work();
  } finally {
    await stop();
  }
}

async function readBackendId(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
  return rows[0]?.id ?? 0;
}

/** Reports whether the server has a statement of this backend in progress, or at least answers. */
async function isServerWorking(url: string, backendId: number, timeoutMs: number): Promise<boolean> {
  const readState = async (client: pg.Client): Promise<boolean> => {
    const { rows } = await client.query(
      `SELECT FROM pg_stat_activity WHERE pid = $1 AND state NOT LIKE 'idle%'`,
      [backendId],
    );
    return rows.length > 0;
  };
  try {
    return await withClient(url, readState, { timeoutMs });
  } catch (error) {
    // The server has no connection left, for example. That says nothing against the statement.
    return sqlState(error) !== null;
  }
}
