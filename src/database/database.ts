import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** What operations are given: Prisma, and the few prepared statements of the hot path. */
export interface Database {
  /** Prisma's client, or inside `transaction` the transaction's. Only a slice's store.ts uses it. */
  readonly prisma: Prisma.TransactionClient;
  /** Runs a prepared statement on the pool, never inside a transaction: for the statements that every credential pays. */
  run<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>;
  /** All or nothing. Inside another transaction it simply joins it. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
}

export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

export interface DatabasePool extends Database {
  stats(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  onError: (error: Error) => void;
}

/**
 * Opens the service's pool. Everything that can wait has an end: taking a connection, a lock, a statement, an idle
 * transaction. The statement's end comes long before Prisma's own, since a Prisma transaction whose timer fires
 * during COMMIT can crash the process (prisma/orm#29952).
 */
export function openDatabase({ url, poolSize, onError }: DatabaseOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
    lock_timeout: 4_000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'countersign',
  });
  // A connection that dies while idle is replaced at its next use; unheard, the event would end the process.
  pool.on('error', onError);
  const client = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 5_000, timeout: 30_000 },
  });

  const run = async <Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> =>
    (await pool.query<Row>(statement)).rows;

  const within = (prisma: Prisma.TransactionClient): Database => {
    const database: Database = { prisma, run, transaction: (work) => work(database) };
    return database;
  };

  return {
    prisma: client,
    run,
    transaction: (work) => client.$transaction((prisma) => work(within(prisma))),
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await client.$disconnect();
      await pool.end();
    },
  };
}
