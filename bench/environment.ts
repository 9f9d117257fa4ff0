import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { adminCredentials } from '../src/aws-emulator/account-credentials.ts';
import { callAws } from '../src/aws-emulator/protocol/call-aws.ts';
import type { AwsCredentials } from '../src/aws-emulator/protocol/signature.ts';
import { openEmbedded, removeEmbedded } from '../src/database/embedded/embedded-database.ts';
import { type Api, apiClient } from '../src/demo/api-client.ts';
import { type ChildServer, startChild } from './child-process.ts';
import { compileService, type RunningService } from './compiled-service.ts';

export interface BenchEnvironment {
  service: RunningService;
  emulator: ChildServer;
  /** The credentials that the service runs with. */
  broker: AwsCredentials;
  /** A baseline: a bare route. */
  bare: ChildServer;
  /** A baseline: the smallest server that keeps the promise of credentials from the cache. */
  minimal: ChildServer;
  /** Verified connections, one for each tenant, with the path of their credentials. */
  connections: BenchConnection[];
  workerKeys: string[];
  adminKey: string;
  dataDir: string;
  /** The database of the service. */
  databaseUrl: string;
  /** Starts another process of the service on the same database. */
  startReplica(): Promise<RunningService>;
  /** Waits until the service has sealed all audit events, and returns their number. */
  countSealedEvents(): Promise<number>;
  stop(): Promise<void>;
}

interface BenchConnection {
  path: string;
  roleArn: string;
  externalId: string;
}

export const VENDOR_ACCOUNT_ID = '999988887777';
const SETUP_CONCURRENCY = 10;

/** Starts service, database, AWS emulator and baseline, each in its own process, with verified connections. */
export async function startEnvironment(input: {
  tenants: number;
  workers: number;
  /** Environment variables of the service, besides those that it needs. */
  variables?: Record<string, string>;
}): Promise<BenchEnvironment> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-bench-'));
  const adminKey = randomBytes(32).toString('hex');
  const children: Pick<ChildServer, 'stop'>[] = [];
  const compiled = await compileService();
  const start = async (file: string, variables?: Record<string, string>): Promise<ChildServer> => {
    const child = await startChild(file, variables);
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) await child.stop();
    await compiled.remove();
    await removeEmbedded(dataDir);
  };
  try {
    const emulator = await start('emulator-server.ts');
    const broker = JSON.parse(await emulator.request(VENDOR_ACCOUNT_ID)) as AwsCredentials;
    const variables = {
      ...serviceVariables({ stsUrl: emulator.url, broker, dataDir, adminKey }),
      ...input.variables,
    };
    const startService = async (database: Record<string, string> = {}): Promise<RunningService> => {
      const started = await compiled.start({ ...variables, ...database });
      children.push(started);
      return started;
    };
    const service = await startService();
    const admin = apiClient(service.url, adminKey);
    const workerKeys = await createInGroups(input.workers, (i) => createWorkerKey(admin, i));
    const connections = await createInGroups(input.tenants, (i) => connectTenant(admin, emulator.url, i));
    const tokenLength = await readTokenLength(service.url, workerKeys[0], connections[0]);
    const bare = await start('bare-server.ts', { TOKEN_LENGTH: String(tokenLength) });
    // It uses the PostgreSQL that the service has started.
    const database = await openEmbedded({ dataDir, exclusive: false, log: () => undefined });
    const minimal = await start('minimal-server.ts', {
      DATABASE_URL: database.url,
      TOKEN_LENGTH: String(tokenLength),
    });
    await database.close();
    return {
      service,
      emulator,
      broker,
      bare,
      minimal,
      connections,
      workerKeys,
      adminKey,
      dataDir,
      databaseUrl: database.url,
      startReplica: () => startService({ DATABASE_URL: database.url }),
      countSealedEvents: () => waitForSealedEvents(database.url),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The successful AssumeRole calls so far. */
export async function countAssumedRoles({ emulator }: Pick<BenchEnvironment, 'emulator'>): Promise<number> {
  return Number(await emulator.request('count'));
}

export function serviceVariables(input: {
  stsUrl: string;
  broker: AwsCredentials;
  dataDir: string;
  adminKey: string;
}): Record<string, string> {
  const { stsUrl, broker, dataDir, adminKey } = input;
  return {
    PORT: '0',
    COUNTERSIGN_DATA_DIR: dataDir,
    COUNTERSIGN_ADMIN_KEY: adminKey,
    COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR_ACCOUNT_ID,
    COUNTERSIGN_VENDOR_NAME: 'Example Vendor',
    AWS_ENDPOINT_URL_STS: stsUrl,
    // The default budget matches the quota of AWS. The benchmarks measure how fast the service could be.
    COUNTERSIGN_STS_CALLS_PER_SECOND: '100000',
    COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT: '100000',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: broker.accessKeyId,
    AWS_SECRET_ACCESS_KEY: broker.secretAccessKey,
    AWS_SESSION_TOKEN: broker.sessionToken ?? '',
  };
}

async function createWorkerKey(admin: Api, i: number): Promise<string> {
  const body = { name: `worker ${i}`, role: 'worker' };
  return (await admin.post<{ key: string }>('/v1/api-keys', body)).key;
}

/** Creates a tenant with a role and a verified connection. */
async function connectTenant(admin: Api, awsUrl: string, i: number): Promise<BenchConnection> {
  const accountId = String(100_000_000_000 + i);
  const tenant = await admin.post<{ id: string; externalId: string }>('/v1/tenants', { name: `Tenant ${i}` });
  const { trustPolicy } = await admin.get<{ trustPolicy: object }>(`/v1/tenants/${tenant.id}/setup`);
  await callAws({
    endpoint: awsUrl,
    credentials: adminCredentials(accountId),
    service: 'iam',
    action: 'CreateRole',
    parameters: { RoleName: 'CountersignAccess', AssumeRolePolicyDocument: JSON.stringify(trustPolicy) },
  });
  const roleArn = `arn:aws:iam::${accountId}:role/CountersignAccess`;
  const { id } = await admin.post<{ id: string }>(`/v1/tenants/${tenant.id}/connections`, { roleArn });
  const connectionPath = `/v1/tenants/${tenant.id}/connections/${id}`;
  const { outcome } = await admin.post<{ outcome: string }>(`${connectionPath}/verification`);
  if (outcome !== 'verified') throw new Error(`${roleArn} is ${outcome}`);
  return { path: `${connectionPath}/credentials`, roleArn, externalId: tenant.externalId };
}

/** Reads the length of a session token, so that the baseline can return as many bytes. */
async function readTokenLength(
  url: string,
  workerKey: string | undefined,
  connection: BenchConnection | undefined,
): Promise<number> {
  if (workerKey === undefined || connection === undefined)
    throw new Error('there is no worker or connection');
  const worker = apiClient(url, workerKey);
  return (await worker.post<{ sessionToken: string }>(connection.path)).sessionToken.length;
}

async function createInGroups<T>(count: number, create: (i: number) => Promise<T>): Promise<T[]> {
  const created: T[] = [];
  for (let i = 0; i < count; i += SETUP_CONCURRENCY) {
    const size = Math.min(SETUP_CONCURRENCY, count - i);
    created.push(...(await Promise.all(Array.from({ length: size }, (_, n) => create(i + n)))));
  }
  return created;
}

/** Events are sealed after their response, by the service or by the smallest server. */
async function waitForSealedEvents(databaseUrl: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ sealed: number; isComplete: boolean }>(
        `SELECT (SELECT count(*) FROM audit_events)::int AS sealed,
           NOT EXISTS (SELECT FROM unsealed_audit_events) AS "isComplete"`,
      );
      if (rows[0]?.isComplete) return rows[0].sealed;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  } finally {
    await client.end();
  }
}
