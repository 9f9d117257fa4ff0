import type pg from 'pg';
import { sqlState } from './database-error.ts';
import { withClient } from './with-client.ts';

const PROBLEM =
  'The database URL leads to a connection pooler in transaction or statement mode, but prepared statements and the lock of ' +
  'the migrations need sessions.';
const FIX =
  'Set pool_mode = session for this database in the pooler, or use a URL that leads to PostgreSQL itself. ' +
  'See docs/operations.md.';

/** A pooler between this process and PostgreSQL gives each transaction another server connection. */
export class TransactionPoolingError extends Error {
  readonly problem = PROBLEM;
  readonly fix = FIX;

  constructor() {
    super(`${PROBLEM} ${FIX}`);
  }
}

/**
 * Rejects with TransactionPoolingError when two clients share server connections, as they do in transaction mode, or when
 * a client may begin no transaction, as in statement mode. In session mode each client has a server connection of its own.
 */
export async function assertSessionPooling(url: string): Promise<void> {
  try {
    const areShared = await withClient(url, (one) => withClient(url, (two) => shareConnections(one, two)));
    if (areShared) throw new TransactionPoolingError();
  } catch (error) {
    throw isStatementMode(error) ? new TransactionPoolingError() : error;
  }
}

/**
 * Reports whether the clients have been given the same server connection, or one of them two. Each step takes another
 * connection from a pooler that gives out the one used last, or the one that was unused for the longest time.
 */
async function shareConnections(one: pg.Client, two: pg.Client): Promise<boolean> {
  const first = await readBackendId(one);
  const isFirst = async (client: pg.Client): Promise<boolean> => (await readBackendId(client)) === first;
  await two.query('BEGIN');
  if (await isFirst(two)) return true;
  // The connection of the other client is in a transaction, so that it cannot be given to this one.
  if (!(await isFirst(one))) return true;
  await two.query('ROLLBACK');
  return !((await isFirst(one)) && (await isFirst(one)));
}

async function readBackendId(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
  return rows[0]?.id;
}

const isStatementMode = (error: unknown): boolean =>
  sqlState(error) === '08P01' && /statement pooling mode/.test((error as Error).message);
