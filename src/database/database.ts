import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** Access to PostgreSQL. Only a slice's store.ts uses `prisma` and `query`. */
export interface Database {
  /** Prisma's client; inside `transaction`, the client of that transaction. */
  readonly prisma: Prisma.TransactionClient;
  /**
   * Runs a prepared statement on the pool, outside any transaction. It costs less than Prisma, and is meant for the
   * statements that run for every issued credential.
   */
  query<Row extends pg.QueryResultRow>(statement: PreparedStatement): Promise<Row[]>;
  /** Rejects when PostgreSQL does not answer. */
  ping(): Promise<void>;
  /** Runs `work` in a transaction, or in the current one when called inside a transaction. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
}

interface PreparedStatement {
  /** PostgreSQL parses the statement once per connection and name. */
  name: string;
  text: string;
  values: unknown[];
}

export interface DatabasePool extends Database {
  stats(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Receives errors of idle connections. */
  onError: (error: Error) => void;
}

/**
 * Opens the service's connection pool. Every wait has a time limit: for a connection, and as settings of the service's role
 * (`setTimeLimits`) for a lock, a statement, and an idle transaction. The statement timeout is much shorter than Prisma's transaction timeout, because a Prisma transaction
 * that times out during COMMIT can crash the process (prisma/orm#29952).
 */
export function openDatabase({ url, poolSize, onError }: DatabaseOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    application_name: 'countersign',
  });
  // The pool replaces an idle connection that dies. Without a listener, the event would end the process.
  pool.on('error', onError);
  const client = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 5_000, timeout: 30_000 },
  });

  const query = async <Row extends pg.QueryResultRow>(statement: PreparedStatement): Promise<Row[]> =>
    (await pool.query<Row>(statement)).rows;
  const ping = async (): Promise<void> => void (await query({ name: 'ping', text: 'SELECT 1', values: [] }));

  const insideTransaction = (prisma: Prisma.TransactionClient): Database => {
    const database: Database = { prisma, query, ping, transaction: (work) => work(database) };
    return database;
  };

  return {
    prisma: client,
    query,
    ping,
    transaction: (work) => client.$transaction((prisma) => work(insideTransaction(prisma))),
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await client.$disconnect();
      await pool.end();
    },
  };
}
