import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeEmbedded } from '../src/database/embedded/embedded-database.ts';
import { type Api, apiClient } from '../src/demo/api-client.ts';
import { callAws } from '../src/aws-emulator/protocol/call-aws.ts';
import { rootCredentials } from '../src/aws-emulator/root-credentials.ts';
import { type ChildService, startChild } from './child-process.ts';

export interface BenchEnvironment {
  service: ChildService;
  sandbox: ChildService;
  /** The baseline of a bare route. */
  bare: ChildService;
  /** Paths of verified connections, one for each tenant. */
  connections: { path: string; roleArn: string; externalId: string }[];
  workerKeys: string[];
  /** How many audit events the service has sealed, once it has sealed all. */
  sealedEvents(): Promise<number>;
  end(): Promise<void>;
}

const VENDOR = '999988887777';
const AT_ONCE = 10;

/** Service, database, local AWS and baseline, each in a process of its own, with tenants whose roles are verified. */
export async function startEnvironment(input: { tenants: number; workers: number }): Promise<BenchEnvironment> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-bench-'));
  const adminKey = randomBytes(32).toString('hex');
  const parts: ChildService[] = [];
  const end = async (): Promise<void> => {
    for (const part of parts.reverse()) await part.end();
    await removeEmbedded(dataDir);
  };
  try {
    const sandbox = await startChild('sandbox-server.ts');
    parts.push(sandbox);
    const service = await startChild('service-server.ts', serviceEnvironment(sandbox.url, dataDir, adminKey));
    parts.push(service);
    const admin = apiClient(service.url, adminKey);
    const workerKeys = await inGroups(input.workers, (i) => createWorker(admin, i));
    const connections = await inGroups(input.tenants, (i) => connectTenant(admin, sandbox.url, i));
    const bare = await startChild('bare-server.ts', {
      TOKEN_LENGTH: String(await tokenLength(service.url, workerKeys[0] ?? '', connections[0]?.path ?? '')),
    });
    parts.push(bare);
    return {
      service,
      sandbox,
      bare,
      connections,
      workerKeys,
      end,
      sealedEvents: () => sealedEvents(service.url),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function serviceEnvironment(sts: string, dataDir: string, adminKey: string): Record<string, string> {
  const broker = rootCredentials(VENDOR);
  return {
    PORT: '0',
    COUNTERSIGN_DATA_DIR: dataDir,
    COUNTERSIGN_ADMIN_KEY: adminKey,
    COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR,
    AWS_ENDPOINT_URL_STS: sts,
    // The budget keeps to what AWS allows; what is measured here is how fast the service could go.
    COUNTERSIGN_STS_CALLS_PER_SECOND: '100000',
    COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT: '100000',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: broker.accessKeyId,
    AWS_SECRET_ACCESS_KEY: broker.secretAccessKey,
  };
}

async function createWorker(admin: Api, i: number): Promise<string> {
  const body = { name: `worker ${i}`, role: 'worker' };
  return (await admin.post<{ key: string }>('/v1/api-keys', body)).key;
}

async function connectTenant(admin: Api, aws: string, i: number) {
  const account = String(100_000_000_000 + i);
  const tenant = await admin.post<{ id: string; externalId: string }>('/v1/tenants', { name: `Tenant ${i}` });
  const { trustPolicy } = await admin.get<{ trustPolicy: object }>(`/v1/tenants/${tenant.id}/setup`);
  await callAws({
    endpoint: aws,
    credentials: rootCredentials(account),
    service: 'iam',
    action: 'CreateRole',
    parameters: { RoleName: 'CountersignAccess', AssumeRolePolicyDocument: JSON.stringify(trustPolicy) },
  });
  const roleArn = `arn:aws:iam::${account}:role/CountersignAccess`;
  const { id } = await admin.post<{ id: string }>(`/v1/tenants/${tenant.id}/connections`, { roleArn });
  const connection = `/v1/tenants/${tenant.id}/connections/${id}`;
  const { outcome } = await admin.post<{ outcome: string }>(`${connection}/verification`);
  if (outcome !== 'verified') throw new Error(`${roleArn} is ${outcome}`);
  return { path: `${connection}/credentials`, roleArn, externalId: tenant.externalId };
}

async function tokenLength(url: string, key: string, connection: string): Promise<number> {
  return (await apiClient(url, key).post<{ sessionToken: string }>(connection)).sessionToken.length;
}

async function inGroups<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < count; i += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - i);
    made.push(...(await Promise.all(Array.from({ length: size }, (_, n) => make(i + n)))));
  }
  return made;
}

/** Sealing runs behind the answers; the count stands still once nothing is left. */
async function sealedEvents(url: string): Promise<number> {
  const read = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^countersign_audit_events_sealed_total (\d+)/m.exec(text)?.[1] ?? 0);
  };
  for (let before = -1, now = await read(); ; before = now, now = await read()) {
    if (now === before) return now;
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}
