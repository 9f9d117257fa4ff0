import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { ConnectionPool, type PoolLimits } from './connection-pool.ts';
import { type Prisma, PrismaClient } from './generated/client.ts';

/** Access to PostgreSQL. Only a slice's store.ts uses `prisma`, `query` and `runPrepared`. */
export interface Database {
  /** Prisma's client; inside `transaction`, the client of that transaction. */
  readonly prisma: Prisma.TransactionClient;
  /**
   * Runs a prepared statement outside any transaction, for every issued credential. It costs less than Prisma, and has
   * connections of its own, so that it does not wait while other requests hold all others.
   */
  query<Row extends pg.QueryResultRow>(statement: PreparedStatement): Promise<Row[]>;
  /**
   * Runs a prepared statement, in the current transaction if there is one, on the connections that Prisma uses too. It takes a
   * quarter of Prisma's time (decision 28), for requests that are frequent.
   */
  runPrepared<Row extends pg.QueryResultRow>(statement: PreparedStatement): Promise<Row[]>;
  /** Runs `work` in a transaction, or in the current one when called inside a transaction. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
}

interface PreparedStatement {
  /** PostgreSQL parses the statement once per connection and name. */
  name: string;
  text: string;
  values: unknown[];
}

/** The connections of one pool; waiting: callers that wait for one. */
interface PoolState {
  total: number;
  idle: number;
  waiting: number;
}

export interface DatabasePool extends Database {
  stats(): { issuing: PoolState; general: PoolState };
  /** Called when an idle connection is lost. It is replaced when it is needed. */
  onConnectionLost(listener: () => void): void;
  close(): Promise<void>;
}

export interface DatabaseLimits {
  issuing: PoolLimits;
  general: PoolLimits;
}

interface DatabaseOptions {
  url: string;
  /** Maximum number of connections, of which some are reserved for issuing credentials. */
  poolSize: number;
  /** Left out: those of the service. */
  limits?: DatabaseLimits | undefined;
}

/**
 * A request takes three statements of `query` at most, one after the other, so that it ends within 10 seconds. The general
 * limit is a little above `statement_timeout` (`setTimeLimits`), by which the server ends most statements itself.
 */
export const LIMITS: DatabaseLimits = {
  issuing: { acquireTimeoutMs: 2_000, answerTimeoutMs: 3_000 },
  general: { acquireTimeoutMs: 3_000, answerTimeoutMs: 6_000 },
};

/** One for each kind of statement that `query` runs for a request. */
const MAX_ISSUING_CONNECTIONS = 4;

/**
 * Opens the service's connections. Every wait has a time limit: `LIMITS`, and on the server the settings of the service's
 * role. Prisma's transaction timeout is much longer than both, because a Prisma transaction that times out during COMMIT
 * can crash the process (prisma/orm#29952).
 */
export function openDatabase({ url, poolSize, limits = LIMITS }: DatabaseOptions): DatabasePool {
  const issuingSize = Math.min(MAX_ISSUING_CONNECTIONS, Math.floor(poolSize / 2));
  const general = new ConnectionPool({ url, maxConnections: poolSize - issuingSize, ...limits.general });
  const issuing = new ConnectionPool({
    url,
    maxConnections: issuingSize,
    fallback: general,
    ...limits.issuing,
  });
  const client = new PrismaClient({
    adapter: new PrismaPg(general),
    transactionOptions: { maxWait: 5_000, timeout: 30_000 },
  });

  const query = async <Row extends pg.QueryResultRow>(statement: PreparedStatement): Promise<Row[]> =>
    (await issuing.query<Row>(statement)).rows;

  const insideTransaction = (prisma: Prisma.TransactionClient): Database => {
    const database: Database = {
      prisma,
      query,
      // Prisma has the connection of the transaction. The values are parameters here too.
      runPrepared: ({ text, values }) => prisma.$queryRawUnsafe(text, ...values),
      transaction: (work) => work(database),
    };
    return database;
  };

  return {
    prisma: client,
    query,
    runPrepared: async <Row extends pg.QueryResultRow>(statement: PreparedStatement) =>
      (await general.query<Row>(statement)).rows,
    transaction: (work) => client.$transaction((prisma) => work(insideTransaction(prisma))),
    stats: () => ({ issuing: stateOf(issuing), general: stateOf(general) }),
    onConnectionLost(listener) {
      for (const pool of [issuing, general]) pool.on('error', listener);
    },
    async close() {
      await client.$disconnect();
      await Promise.all([issuing.end(), general.end()]);
    },
  };
}

function stateOf({ totalCount, idleCount, waitingCount }: ConnectionPool): PoolState {
  return { total: totalCount, idle: idleCount, waiting: waitingCount };
}
