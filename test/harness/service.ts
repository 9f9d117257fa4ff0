import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import request from 'supertest';
import { callAws, rootOf } from '../../src/aws-emulator/aws-query.ts';
import { type Sandbox, startSandbox } from '../../src/aws-emulator/emulator.ts';
import { openSts, type Service, startService } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import { prepareServiceRole } from '../../src/database/service-role.ts';
import type { Deps } from '../../src/deps.ts';
import { manualClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export const VENDOR = '999988887777';
export const CUSTOMER = '111111111111';

export type TestClock = ReturnType<typeof manualClock>;

/** A clock that runs, for clients that have one of their own; it can still be moved. */
export function runningClock(): TestClock {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    advance: (seconds) => {
      offsetMs += seconds * 1000;
    },
  };
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the server sent; tests look into it
  body: any;
  headers: Record<string, string>;
  text: string;
}

/** What a caller with one key does. */
export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: object): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export interface TestService {
  url: string;
  service: Service;
  deps: Deps;
  clock: TestClock;
  aws: Sandbox;
  database: TestDatabase;
  admin: Caller;
  adminKey: string;
  /** What was logged, line by line. */
  logged: string[];
  as(key: string | null): Caller;
  /** A statement as the owner of the database, a superuser: for what the service must not be able to do. */
  asOwner(sql: string, values?: unknown[]): Promise<pg.QueryResult>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  config?: Partial<Config>;
  /** A second replica: the same database, local AWS and clock as another service. */
  beside?: TestService;
  schedules?: boolean;
  /** Another clock than one that stands still. */
  clock?: TestClock;
}

/** The whole service over HTTP: real PostgreSQL as the service's role, the real SDK against the local AWS. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const { beside } = options;
  const clock = options.clock ?? beside?.clock ?? manualClock(new Date());
  const database = beside?.database ?? (await createTestDatabase());
  const aws = beside?.aws ?? (await startSandbox({ clock }));
  clocks.set(aws, clock);
  // A folder of its own: one named for the process may have been left behind by another user.
  const dataDir = beside?.deps.config.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'countersign-service-')));
  const logged: string[] = [];
  const log = createLogger('info', (line) => logged.push(line));
  const config: Config = {
    ...readConfig('sandbox', { PORT: '0', COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }),
    databaseUrl: database.ownerUrl,
    dataDir,
    stsTimeoutSeconds: 4,
    // The clock stands still, so that everything a test does happens within one second.
    stsCallsPerSecond: { tenant: 1_000_000, all: 1_000_000 },
    ...options.config,
  };
  const pool = openDatabase({
    url: await prepareServiceRole(database.ownerUrl),
    poolSize: 10,
    onError: () => undefined,
  });
  const metrics = createMetrics();
  const sts = openSts(config, { endpoint: aws.url, credentials: rootOf(VENDOR), clock, metrics });
  const service = await startService({
    config,
    database: pool,
    sts,
    metrics,
    log,
    clock,
    emulatorUrl: aws.url,
    schedules: options.schedules ?? false,
  });
  const adminKey = service.firstKey ?? beside?.adminKey;
  if (!adminKey) throw new Error('no admin key');
  const as = (key: string | null) => caller(service.url, key);

  return {
    url: service.url,
    service,
    deps: service.deps,
    clock,
    aws,
    database,
    adminKey,
    admin: as(adminKey),
    logged,
    as,
    async asOwner(sql, values) {
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      try {
        return await client.query(sql, values);
      } finally {
        await client.end();
      }
    },
    async close() {
      await service.close();
      sts.close();
      await pool.close();
      if (beside) return;
      await aws.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function caller(url: string, key: string | null): Caller {
  const send = async (
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const call = request(url)[method](path).set(headers);
    if (key !== null) call.set('authorization', `Bearer ${key}`);
    const {
      status,
      body: answer,
      headers: answered,
      text,
    } = await (body === undefined ? call : call.send(body));
    return { status, body: answer, headers: answered, text };
  };
  return {
    get: (path, headers) => send('get', path, undefined, headers),
    post: (path, body, headers) => send('post', path, body, headers),
    patch: (path, body) => send('patch', path, body),
    delete: (path) => send('delete', path),
  };
}

/** What a role's trust policy may say about external IDs, in one statement of the vendor's account. */
export function trustPolicy(
  condition?: object,
  principal: object | string = { AWS: `arn:aws:iam::${VENDOR}:root` },
) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        ...(condition && { Condition: condition }),
      },
    ],
  };
}

export function demanding(...externalIds: string[]) {
  return trustPolicy({
    StringEquals: { 'sts:ExternalId': externalIds.length === 1 ? externalIds[0] : externalIds },
  });
}

/** The clock that a local AWS checks signatures by. */
const clocks = new WeakMap<Sandbox, TestClock>();

let roleNumber = 0;

/** A customer creates a role in its account, or gives it another trust policy; the ARN. */
export async function putRole(
  aws: Sandbox,
  policy: object,
  { name, account = CUSTOMER, exists = false }: { name?: string; account?: string; exists?: boolean } = {},
): Promise<string> {
  const RoleName = name ?? `Role${++roleNumber}`;
  const document = JSON.stringify(policy);
  await callAws({
    endpoint: aws.url,
    credentials: rootOf(account),
    service: 'iam',
    now: clocks.get(aws)?.now() ?? new Date(),
    action: exists ? 'UpdateAssumeRolePolicy' : 'CreateRole',
    parameters: { RoleName, [exists ? 'PolicyDocument' : 'AssumeRolePolicyDocument']: document },
  });
  return `arn:aws:iam::${account}:role/${RoleName}`;
}

export interface TestTenant {
  id: string;
  externalId: string;
  path: string;
}

let tenantNumber = 0;

export async function createTenant(service: TestService): Promise<TestTenant> {
  const { status, body } = await service.admin.post('/v1/tenants', { name: `Tenant ${++tenantNumber}` });
  if (status !== 201) throw new Error(`no tenant: ${JSON.stringify(body)}`);
  return { id: body.id, externalId: body.externalId, path: `/v1/tenants/${body.id}` };
}

export interface TestConnection {
  id: string;
  path: string;
  roleArn: string;
  roleName: string;
}

/** A tenant's connection to a role with this trust policy, by default one that demands the tenant's ID. Not verified. */
export async function connect(
  service: TestService,
  tenant: TestTenant,
  policy: object = demanding(tenant.externalId),
): Promise<TestConnection> {
  const roleArn = await putRole(service.aws, policy);
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  if (status !== 201) throw new Error(`no connection: ${JSON.stringify(body)}`);
  const roleName = roleArn.split('/').at(-1) as string;
  return { id: body.id, path: `${tenant.path}/connections/${body.id}`, roleArn, roleName };
}

/** A tenant with a verified connection. */
export async function connected(
  service: TestService,
): Promise<{ tenant: TestTenant; connection: TestConnection }> {
  const tenant = await createTenant(service);
  const connection = await connect(service, tenant);
  const { body } = await service.admin.post(`${connection.path}/verification`);
  if (body.outcome !== 'verified') throw new Error(`not verified: ${JSON.stringify(body)}`);
  return { tenant, connection };
}

export async function createKey(
  service: TestService,
  key: object,
): Promise<{ id: string; key: string; caller: Caller }> {
  const { status, body } = await service.admin.post('/v1/api-keys', { name: 'test', ...key });
  if (status !== 201) throw new Error(`no key: ${JSON.stringify(body)}`);
  return { id: body.id, key: body.key, caller: service.as(body.key) };
}

let profileNumber = 0;

/** An access profile with these settings; its name when none is given is its own. */
export async function createProfile(
  service: TestService,
  settings: object = {},
): Promise<{ id: string; name: string; path: string }> {
  const given = { name: `profile-${++profileNumber}`, ...settings };
  const { status, body } = await service.admin.post('/v1/profiles', given);
  if (status !== 201) throw new Error(`no profile: ${JSON.stringify(body)}`);
  return { id: body.id, name: body.name, path: `/v1/profiles/${body.id}` };
}

/** AssumeRole calls that the local AWS granted, by role. */
export function assumed(service: TestService, roleArn: string): number {
  return service.aws.calls.filter(
    (call) => call.operation === 'AssumeRole' && call.roleArn === roleArn && call.outcome === 'ok',
  ).length;
}
