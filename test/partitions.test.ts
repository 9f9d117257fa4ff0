import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AwsEmulator, startAwsEmulator } from '../src/aws-emulator/emulator.ts';
import { callAws } from '../src/aws-emulator/protocol/call-aws.ts';
import type { BrokerSettings } from '../src/broker/broker-settings.ts';
import { readConfig } from '../src/config/config.ts';
import { verifyDueConnections } from '../src/verification/verify-due-connections.ts';
import type { Caller } from './harness/caller.ts';
import {
  CUSTOMER,
  createKey,
  createTenant,
  putRole,
  runningClock,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicy,
  VENDOR,
} from './harness/service.ts';

const GOV_VENDOR = '888877776666';
const REGIONS = { aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1' } as const;
type Partition = keyof typeof REGIONS;
const PARTITIONS = Object.keys(REGIONS) as Partition[];
const VENDORS = { aws: VENDOR, 'aws-us-gov': GOV_VENDOR };

let service: TestService;
let worker: Caller;
/** AWS of each partition: an emulator of its own. */
let emulators: Record<Partition, AwsEmulator>;

beforeAll(async () => {
  const clock = runningClock();
  const gov = await startAwsEmulator({ clock });
  const [main] = readConfig('sandbox', { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }).brokers as [BrokerSettings];
  const settings: BrokerSettings = {
    ...main,
    partition: 'aws-us-gov',
    accountId: GOV_VENDOR,
    region: REGIONS['aws-us-gov'],
    stsEndpoint: gov.url,
  };
  service = await startTestService({
    clock,
    config: { brokers: [main, settings], ownAccountIds: [VENDOR, GOV_VENDOR] },
    emulators: { 'aws-us-gov': gov },
  });
  emulators = { aws: service.aws, 'aws-us-gov': gov };
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterEach(() => {
  for (const emulator of Object.values(emulators)) emulator.faults.clear();
  // Whatever the test did, no call named a role of another partition than that of the STS that it reached.
  for (const partition of PARTITIONS) {
    const roleArns = emulators[partition].calls.flatMap(({ roleArn }) => roleArn ?? []);
    expect(roleArns.filter((arn) => !arn.startsWith(`arn:${partition}:`))).toEqual([]);
  }
});
afterAll(async () => {
  await service?.close();
  await emulators?.['aws-us-gov'].close();
});

const policyFor = (partition: Partition, ...externalIds: string[]) =>
  trustPolicy(
    { StringEquals: { 'sts:ExternalId': externalIds } },
    { AWS: `arn:${partition}:iam::${VENDORS[partition]}:root` },
  );

async function connect(tenant: TestTenant, partition: Partition): Promise<TestConnection> {
  const policy = policyFor(partition, tenant.externalId);
  const roleArn = await putRole(emulators[partition], policy, { region: REGIONS[partition] });
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  expect([status, body.partition]).toEqual([201, partition]);
  const path = `${tenant.path}/connections/${body.id}`;
  expect((await service.admin.post(`${path}/verification`)).body.outcome).toBe('verified');
  return { id: body.id, path, roleArn, roleName: roleArn.split('/').at(-1) as string };
}

const issue = (connection: TestConnection, durationSeconds = 3600) =>
  worker.post(`${connection.path}/credentials`, { durationSeconds });
const statusOf = async ({ path }: TestConnection) => (await service.admin.get(path)).body.status;

describe.each(PARTITIONS)('in the partition %s', (partition) => {
  const region = REGIONS[partition];
  let tenant: TestTenant;
  let connection: TestConnection;

  beforeAll(async () => {
    tenant = await createTenant(service);
    connection = await connect(tenant, partition);
  });

  test('issues credentials that are valid there', async () => {
    const { status, body } = await issue(connection);
    expect([status, body]).toMatchObject([200, { roleArn: connection.roleArn, accountId: CUSTOMER }]);
    const { body: container } = await worker.get(`${connection.path}/credentials/container`);
    for (const { accessKeyId, secretAccessKey, sessionToken } of [
      body,
      {
        accessKeyId: container.AccessKeyId,
        secretAccessKey: container.SecretAccessKey,
        sessionToken: container.Token,
      },
    ]) {
      const elementText = await callAws({
        endpoint: emulators[partition].url,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
        service: 'sts',
        region,
        now: service.clock.now(),
        action: 'GetCallerIdentity',
      });
      expect(elementText('Arn')).toContain(`arn:${partition}:sts::${CUSTOMER}:assumed-role/`);
    }
  });

  test('verifies roles by the schedule', async () => {
    const name = connection.roleName;
    await putRole(emulators[partition], trustPolicy(undefined, { AWS: '*' }), { name, exists: true, region });
    service.clock.advance(service.deps.config.recheckSeconds * 2);
    await verifyDueConnections(service.deps);
    expect(await statusOf(connection)).toBe('insecure');
    const policy = policyFor(partition, tenant.externalId);
    await putRole(emulators[partition], policy, { name, exists: true, region });
    await service.admin.post(`${connection.path}/verification`);
    expect(await statusOf(connection)).toBe('verified');
  });

  test('rotates the external ID', async () => {
    const rotation = `${tenant.path}/external-id/rotation`;
    const successor = (await service.admin.post(rotation)).body.rotation.externalId;
    const name = connection.roleName;
    await putRole(emulators[partition], policyFor(partition, successor), { name, exists: true, region });
    expect((await service.admin.post(`${connection.path}/verification`)).body.outcome).toBe('verified');
    expect((await service.admin.post(`${rotation}/complete`)).status).toBe(200);
    expect((await issue(connection, 1800)).status).toBe(200);
  });
});

test('while one STS denies everything, the other partition keeps working', async () => {
  const [first, second] = [await createTenant(service), await createTenant(service)];
  const broken = await connect(first, 'aws-us-gov');
  await connect(second, 'aws-us-gov');
  const working = await connect(first, 'aws');
  emulators['aws-us-gov'].faults.set('deny', { operation: 'AssumeRole' });

  const { status, body } = await issue(broken, 900);
  expect([status, body.code]).toEqual([503, 'broker_failing']);
  expect((await service.admin.post(`${broken.path}/verification`)).body.outcome).toBe('inconclusive');
  expect(await statusOf(broken)).toBe('verified');

  expect((await issue(working, 900)).status).toBe(200);
  expect((await service.admin.post(`${working.path}/verification`)).body.outcome).toBe('verified');
  const added = await createTenant(service);
  expect(await statusOf(await connect(added, 'aws'))).toBe('verified');
  const { brokers } = (await service.admin.get('/v1/broker')).body;
  expect(brokers).toMatchObject([
    { partition: 'aws', accountId: VENDOR, status: 'working' },
    { partition: 'aws-us-gov', accountId: GOV_VENDOR, status: 'failing' },
  ]);
});

test('the same tenant, account and role name in two partitions are two connections', async () => {
  const tenant = await createTenant(service);
  const register = (partition: string | undefined) =>
    service.admin.post(`${tenant.path}/connections/batch`, {
      accountIds: [CUSTOMER],
      ...(partition && { partition }),
    });
  const arnOf = async (partition?: string) => (await register(partition)).body.data[0].connection.roleArn;
  expect(await arnOf()).toBe(`arn:aws:iam::${CUSTOMER}:role/CountersignAccess`);
  expect(await arnOf('aws-us-gov')).toBe(`arn:aws-us-gov:iam::${CUSTOMER}:role/CountersignAccess`);
  expect((await register('aws-us-gov')).body.data).toMatchObject([{ outcome: 'already_registered' }]);
  expect((await register('aws-cn')).body.errors).toEqual([
    { path: 'partition', message: expect.stringContaining('(aws, aws-us-gov); "aws-cn" is not') },
  ]);
});

test.each([
  ['a partition without a broker', `arn:aws-cn:iam::${CUSTOMER}:role/R`, 'in the AWS partition aws-cn'],
  [
    "the vendor's account of another partition",
    `arn:aws-us-gov:iam::${GOV_VENDOR}:role/R`,
    'in an AWS account of Larkspur Monitoring',
  ],
  [
    "the vendor's account under another partition",
    `arn:aws:iam::${GOV_VENDOR}:role/R`,
    'in an AWS account of Larkspur Monitoring',
  ],
])('refuses a role in %s before any call', async (_, roleArn, detail) => {
  const tenant = await createTenant(service);
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  expect([status, body.code]).toEqual([422, 'role_not_allowed']);
  expect(body.detail).toContain(detail);
});
