import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { partitionOfRegion } from '../../src/aws/arn.ts';
import { adminCredentials } from '../../src/aws-emulator/account-credentials.ts';
import { type AwsEmulator, startAwsEmulator } from '../../src/aws-emulator/emulator.ts';
import { callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import type { SessionAttributeKind } from '../../src/broker/broker-settings.ts';
import { openStsClients } from '../../src/broker/open-sts-clients.ts';
import { passedOnAttributes } from '../../src/broker/session-attributes.ts';
import { type Service, startService } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config/config.ts';
import { type DatabaseLimits, type DatabasePool, openDatabase } from '../../src/database/database.ts';
import {
  type DatabaseClock,
  readDatabaseTime,
  startDatabaseClock,
} from '../../src/database/database-clock.ts';
import { prepareServiceRole } from '../../src/database/service-role.ts';
import type { Deps } from '../../src/deps.ts';
import { type Clock, manualClock } from '../../src/lib/clock.ts';
import type { Log } from '../../src/lib/log.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { type Caller, createCaller } from './caller.ts';
import { createTestDatabase, queryOnce, type TestDatabase } from './database.ts';

export const VENDOR = '999988887777';
export const CUSTOMER = '111111111111';

export type TestClock = ReturnType<typeof manualClock>;

/** A clock that runs, for tests with a client that has its own clock; `advance` still moves it. */
export function runningClock(): TestClock {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    advance: (seconds) => {
      offsetMs += seconds * 1000;
    },
  };
}

export interface TestService {
  url: string;
  service: Service;
  deps: Deps;
  clock: TestClock;
  aws: AwsEmulator;
  database: TestDatabase;
  admin: Caller;
  adminKey: string;
  /** The log, line by line. */
  logLines: string[];
  as(key: string | null): Caller;
  /** Runs a statement as the owner of the database, a superuser, for what the service's own role must not be able to do. */
  queryAsOwner(sql: string, values?: unknown[]): Promise<pg.QueryResult>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  config?: Partial<Config>;
  /** Starts a second replica, with the database, AWS emulator and clock of this service. */
  replicaOf?: TestService;
  schedules?: boolean;
  /** Leads the connections of the service through a proxy, and shortens their time limits. */
  connections?: { through: (url: string) => string; limits: DatabaseLimits };
  /** The attributes that the broker's session really passes on, if not those of the configuration. */
  brokerSession?: SessionAttributeKind;
  /** The emulators of further partitions, whose brokers have their URL as `stsEndpoint`. */
  emulators?: Readonly<Record<string, AwsEmulator>>;
  /** A clock that stands still when left out. */
  clock?: TestClock;
  /**
   * The clock of this replica's host. The replica then reads the time from the database, as in production, moved by
   * what `clock`, which must run, was advanced.
   */
  hostClock?: Clock;
}

/** Starts the whole service over HTTP, on a real PostgreSQL as the service's role and with the real SDK against the emulator. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const first = options.replicaOf;
  const shared = first
    ? { clock: first.clock, database: first.database, aws: first.aws, dataDir: first.deps.config.dataDir }
    : await createSharedParts(options.clock);
  const { clock, database, aws } = shared;
  for (const emulator of Object.values(options.emulators ?? {})) clockByEmulator.set(emulator, clock);
  const logLines: string[] = [];
  const config = testConfig(shared, options.config);
  const pool = openDatabase({
    url: (options.connections?.through ?? String)(await prepareServiceRole(database.ownerUrl)),
    poolSize: 10,
    limits: options.connections?.limits,
  });
  const log = createLogger('info', (line) => logLines.push(line));
  const databaseClock = options.hostClock && (await readClock(pool, options.hostClock, clock, log));
  const metrics = createMetrics();
  const sts = openStsClients(config, {
    endpoint: aws.url,
    credentialsOf: ({ partition, accountId, sessionAttributes }) =>
      (options.emulators?.[partition] ?? aws).openBrokerSession({
        partition,
        accountId,
        passesOn: passedOnAttributes(options.brokerSession ?? sessionAttributes),
      }),
    clock: options.hostClock ?? clock,
    metrics,
  });
  const service = await startService({
    config,
    database: pool,
    stsClients: sts.clients,
    metrics,
    log,
    clock: databaseClock ?? clock,
    hostClock: options.hostClock ?? clock,
    emulatorUrl: aws.url,
    schedules: options.schedules ?? false,
  });
  const adminKey = service.firstKey ?? first?.adminKey;
  if (!adminKey) throw new Error('The service created no admin key.');
  const as = (key: string | null) => createCaller(service.url, key);
  return {
    url: service.url,
    service,
    deps: service.deps,
    clock,
    aws,
    database,
    adminKey,
    admin: as(adminKey),
    logLines,
    as,
    queryAsOwner: (sql, values) => queryOnce(database.ownerUrl, sql, values),
    async close() {
      await service.close();
      sts.close();
      await databaseClock?.stop();
      await pool.close();
      if (!first) await closeSharedParts(shared);
    },
  };
}

/** Reads the clock of the real database, moved by what the test's clock was advanced. */
function readClock(pool: DatabasePool, hostClock: Clock, clock: TestClock, log: Log): Promise<DatabaseClock> {
  const readTime = readDatabaseTime(pool);
  const advancedMs = (): number => clock.now().getTime() - Date.now();
  return startDatabaseClock({
    readTime: async () => new Date((await readTime()).getTime() + advancedMs()),
    hostClock,
    log,
  });
}

/** The parts that all replicas of a service share. */
interface SharedParts {
  clock: TestClock;
  database: TestDatabase;
  aws: AwsEmulator;
  dataDir: string;
}

async function createSharedParts(clock: TestClock = manualClock(new Date())): Promise<SharedParts> {
  const aws = await startAwsEmulator({ clock });
  clockByEmulator.set(aws, clock);
  const database = await createTestDatabase();
  // A random name, because another user may have left behind a folder with a name that can be guessed.
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-service-'));
  return { clock, database, aws, dataDir };
}

async function closeSharedParts({ aws, database, dataDir }: SharedParts): Promise<void> {
  await aws.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
}

function testConfig({ database, dataDir }: SharedParts, changes: Partial<Config> = {}): Config {
  return {
    ...readConfig('sandbox', { PORT: '0', COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }),
    databaseUrl: database.ownerUrl,
    dataDir,
    stsTimeoutSeconds: 4,
    // Everything that a test does happens within one second, because its clock stands still.
    stsCallsPerSecond: { tenant: 1_000_000, all: 1_000_000 },
    ...changes,
  };
}

/** A trust policy with one statement, which trusts the vendor's account unless another principal is given. */
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

/** A trust policy that allows the vendor with these external IDs only. */
export function trustPolicyRequiring(...externalIds: string[]) {
  return trustPolicy({
    StringEquals: { 'sts:ExternalId': externalIds.length === 1 ? externalIds[0] : externalIds },
  });
}

/** The clock by which each emulator checks the time of signatures. */
const clockByEmulator = new WeakMap<AwsEmulator, TestClock>();

let roleNumber = 0;

/** Creates a role in a customer's account, or with `exists` replaces its trust policy. Returns the ARN. */
export async function putRole(
  aws: AwsEmulator,
  policy: object,
  {
    name,
    account = CUSTOMER,
    exists = false,
    region = 'us-east-1',
  }: { name?: string; account?: string; exists?: boolean; region?: string } = {},
): Promise<string> {
  const RoleName = name ?? `Role${++roleNumber}`;
  const document = JSON.stringify(policy);
  await callAws({
    endpoint: aws.url,
    credentials: adminCredentials(account),
    service: 'iam',
    now: clockByEmulator.get(aws)?.now() ?? new Date(),
    region,
    action: exists ? 'UpdateAssumeRolePolicy' : 'CreateRole',
    parameters: { RoleName, [exists ? 'PolicyDocument' : 'AssumeRolePolicyDocument']: document },
  });
  return `arn:${partitionOfRegion(region)}:iam::${account}:role/${RoleName}`;
}

/** Deletes a role of the test customer's account. */
export async function deleteRole(aws: AwsEmulator, roleArn: string): Promise<void> {
  await callAws({
    endpoint: aws.url,
    credentials: adminCredentials(CUSTOMER),
    service: 'iam',
    now: clockByEmulator.get(aws)?.now() ?? new Date(),
    region: 'us-east-1',
    action: 'DeleteRole',
    parameters: { RoleName: roleArn.split('/').at(-1) ?? '' },
  });
}

export interface TestTenant {
  id: string;
  externalId: string;
  path: string;
}

let tenantNumber = 0;

export async function createTenant(service: TestService): Promise<TestTenant> {
  const { status, body } = await service.admin.post('/v1/tenants', { name: `Tenant ${++tenantNumber}` });
  if (status !== 201) throw new Error(`creating a tenant failed: ${JSON.stringify(body)}`);
  return { id: body.id, externalId: body.externalId, path: `/v1/tenants/${body.id}` };
}

export interface TestConnection {
  id: string;
  path: string;
  roleArn: string;
  roleName: string;
}

/** Registers a new role with this trust policy, by default one that requires the tenant's external ID. Does not verify it. */
export async function createConnection(
  service: TestService,
  tenant: TestTenant,
  policy: object = trustPolicyRequiring(tenant.externalId),
): Promise<TestConnection> {
  const roleArn = await putRole(service.aws, policy);
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  if (status !== 201) throw new Error(`registering a connection failed: ${JSON.stringify(body)}`);
  const roleName = roleArn.split('/').at(-1) as string;
  return { id: body.id, path: `${tenant.path}/connections/${body.id}`, roleArn, roleName };
}

/** Creates a tenant with a verified connection. */
export async function createConnectedTenant(
  service: TestService,
): Promise<{ tenant: TestTenant; connection: TestConnection }> {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  const { body } = await service.admin.post(`${connection.path}/verification`);
  if (body.outcome !== 'verified') throw new Error(`the verification failed: ${JSON.stringify(body)}`);
  return { tenant, connection };
}

export async function createKey(
  service: TestService,
  key: object,
): Promise<{ id: string; key: string; caller: Caller }> {
  const { status, body } = await service.admin.post('/v1/api-keys', { name: 'test', ...key });
  if (status !== 201) throw new Error(`creating a key failed: ${JSON.stringify(body)}`);
  return { id: body.id, key: body.key, caller: service.as(body.key) };
}

let profileNumber = 0;

/** Creates an access profile with these settings, under a new name unless they have one. */
export async function createProfile(
  service: TestService,
  settings: object = {},
): Promise<{ id: string; name: string; path: string }> {
  // The names sort like the profiles were created.
  const input = { name: `profile-${String(++profileNumber).padStart(4, '0')}`, ...settings };
  const { status, body } = await service.admin.post('/v1/profiles', input);
  if (status !== 201) throw new Error(`creating a profile failed: ${JSON.stringify(body)}`);
  return { id: body.id, name: body.name, path: `/v1/profiles/${body.id}` };
}

/** Counts the sessions that the emulator's STS issued for a role. */
export function countIssuedSessions(service: TestService, roleArn: string): number {
  return service.aws.calls.filter(
    (call) => call.operation === 'AssumeRole' && call.roleArn === roleArn && call.outcome === 'ok',
  ).length;
}
