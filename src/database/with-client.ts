import pg from 'pg';
import { withTimeout } from '../lib/with-timeout.ts';
import { AnswerTimeoutError, explainTimeout } from './answer-timeout.ts';

const TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;

interface ClientOptions {
  /** The name of the connection in `pg_stat_activity`. */
  name?: string;
  /** For connecting, and for each statement. */
  timeoutMs?: number;
  /** True: a statement may take any time. Use `closeWhenStalled`. */
  mayTakeLong?: boolean;
}

/** Runs `work` on a connection of its own. Rejects when the server does not answer in time. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
  { name = 'countersign start', timeoutMs = TIMEOUT_MS, mayTakeLong = false }: ClientOptions = {},
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    ...(!mayTakeLong && { query_timeout: timeoutMs }),
  });
  // A lost connection also rejects the current query. Without a listener, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw explainTimeout(error, timeoutMs);
  } finally {
    await close(client);
  }
}

/** A server that does not respond must neither delay the result nor keep the process alive by an open socket. */
async function close(client: pg.Client): Promise<void> {
  await withTimeout(CLOSE_TIMEOUT_MS, client.end(), () => new AnswerTimeoutError(CLOSE_TIMEOUT_MS)).catch(
    () => client.connection.stream.destroy(),
  );
}

/**
 * Runs `work` in a transaction and returns its result. If this process or the network fails meanwhile, the server rolls it
 * back soon, and does not hold its locks until it notices a dead connection, which may take hours.
 */
export async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${TIMEOUT_MS}`);
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
