import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type AwsEmulator, startAwsEmulator } from '../../src/aws-emulator/emulator.ts';
import type { RecordedCall } from '../../src/aws-emulator/recorded-call.ts';
import { openEmbedded, removeEmbedded } from '../../src/database/embedded/embedded-database.ts';
import { readPidFile } from '../../src/database/embedded/postmaster.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { isProcessAlive } from '../../src/lib/process.ts';
import { findFreePort } from '../harness/free-port.ts';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy.ts';
import type { Ledger } from './ledger.ts';
import { type Replica, startReplica } from './replica.ts';

export const VENDOR_ACCOUNT_ID = '999988887777';
const REPLICA_COUNT = 3;
const COLLECT_INTERVAL_MS = 250;

/** What the run waits for at most. */
export interface Limits {
  /** For the answer to a request. */
  answerMs: number;
  /** From the last fault until every replica serves every connection. */
  recoveryMs: number;
  /** For the start of the replicas. */
  startMs: number;
  /** From then on until every event is delivered. A killed replica keeps its leases for half a minute. */
  deliveryMs: number;
}

/** Three replicas on one PostgreSQL, behind a proxy, and an STS with a log of its own. */
export interface Environment {
  readonly replicas: readonly Replica[];
  readonly proxy: TcpProxy;
  readonly aws: AwsEmulator;
  readonly adminKey: string;
  readonly ledger: Ledger;
  readonly limits: Limits;
  /** For logs of the replicas and data. */
  readonly folder: string;
  /** The URL of the database's owner, without the proxy. */
  readonly ownerUrl: string;
  /** All calls that STS received. */
  readonly stsCalls: readonly RecordedCall[];
  /** Runs a statement without the proxy, also while the database is read-only. */
  queryAsOwner<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  /** Sends a signal to PostgreSQL, which is then started again. */
  signalPostgres(signal: NodeJS.Signals): Promise<void>;
  /** Work that is not done when this becomes true will never be. */
  isOver(): boolean;
  end(): void;
  /** @param keepsLogs for the analysis of a failed run */
  close(options: { keepsLogs: boolean }): Promise<void>;
}

export async function startEnvironment(
  ledger: Ledger,
  { limits, serveArguments }: { limits: Limits; serveArguments: readonly string[] },
): Promise<Environment> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-torture-'));
  // The system user that runs an embedded PostgreSQL must be able to enter it.
  chmodSync(folder, 0o711);
  const dataDir = path.join(folder, 'database');
  const database = await openEmbedded({
    dataDir,
    exclusive: true,
    log: () => undefined,
    // Only the machine could lose what was written without fsync, and it is not killed.
    settings: { fsync: 'off' },
  });
  const aws = await startAwsEmulator({ clock: systemClock });
  const proxy = await startTcpProxy(database.url);
  const adminKey = randomBytes(32).toString('hex');
  const variables = serviceVariables({ databaseUrl: proxy.through(database.url), aws, adminKey, folder });
  const replicas: Replica[] = [];
  for (let n = 1; n <= REPLICA_COUNT; n++) {
    const name = `replica ${n}`;
    const logFile = path.join(folder, `replica-${n}.log`);
    const port = await findFreePort();
    const onUnexpectedExit = ledger.addViolation;
    replicas.push(startReplica({ name, port, variables, logFile, serveArguments, onUnexpectedExit }));
  }
  // The emulator keeps a limited number of calls.
  const stsCalls: RecordedCall[] = [];
  const collector = setInterval(() => stsCalls.push(...aws.calls.splice(0)), COLLECT_INTERVAL_MS);
  let isOver = false;
  return {
    replicas,
    proxy,
    aws,
    adminKey,
    ledger,
    limits,
    folder,
    ownerUrl: database.url,
    stsCalls,
    queryAsOwner: (sql) => queryAsOwner(database.url, sql),
    async signalPostgres(signal) {
      const running = await readPidFile(realpathSync(path.join(dataDir, 'postgres')));
      if (running?.status === 'ready' && isProcessAlive(running.pid)) process.kill(running.pid, signal);
    },
    isOver: () => isOver,
    end() {
      isOver = true;
    },
    async close({ keepsLogs }) {
      clearInterval(collector);
      for (const replica of replicas) {
        replica.retire();
        await replica.kill();
      }
      await proxy.close();
      await aws.close();
      await database.close();
      await removeEmbedded(dataDir);
      if (!keepsLogs) await rm(folder, { recursive: true, force: true });
    },
  };
}

function serviceVariables(input: {
  databaseUrl: string;
  aws: AwsEmulator;
  adminKey: string;
  folder: string;
}): Record<string, string> {
  const { databaseUrl, aws, adminKey, folder } = input;
  const broker = aws.openBrokerSession({ partition: 'aws', accountId: VENDOR_ACCOUNT_ID });
  const dataDir = path.join(folder, 'service');
  mkdirSync(dataDir);
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    NODE_NO_WARNINGS: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    DATABASE_URL: databaseUrl,
    COUNTERSIGN_DATA_DIR: dataDir,
    COUNTERSIGN_ADMIN_KEY: adminKey,
    COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR_ACCOUNT_ID,
    COUNTERSIGN_VENDOR_NAME: 'Example Vendor',
    COUNTERSIGN_RECHECK_SECONDS: '20',
    COUNTERSIGN_WEBHOOK_PRIVATE_HOSTS: '127.0.0.1',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: aws.url,
    AWS_ACCESS_KEY_ID: broker.accessKeyId,
    AWS_SECRET_ACCESS_KEY: broker.secretAccessKey,
    AWS_SESSION_TOKEN: broker.sessionToken ?? '',
  };
}

async function queryAsOwner<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=off' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
