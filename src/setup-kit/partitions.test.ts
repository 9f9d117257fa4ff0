import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createProfile,
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
  VENDOR,
} from '../../test/harness/service.ts';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import { readConfig } from '../config/config.ts';
import { ARTIFACT_NAMES } from './artifacts/artifacts.ts';

const GOV_ACCOUNT = '888877776666';
const GOV_TEMPLATE = 'https://vendor.s3.us-gov-west-1.amazonaws.com/default.yaml';
const GOV_BROKER_ROLE = `arn:aws-us-gov:iam::${GOV_ACCOUNT}:role/broker`;

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  const [main] = readConfig('sandbox', { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }).brokers as [BrokerSettings];
  const gov: BrokerSettings = {
    ...main,
    partition: 'aws-us-gov',
    accountId: GOV_ACCOUNT,
    region: 'us-gov-west-1',
    brokerRoleArn: GOV_BROKER_ROLE,
    sessionAttributes: 'tags',
    templateUrl: GOV_TEMPLATE,
  };
  service = await startTestService({
    config: {
      brokers: [main, gov],
      permissions: { managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'], inlinePolicy: null },
    },
  });
  tenant = await createTenant(service);
});
afterAll(() => service.close());

const getKit = (query: Record<string, string>) =>
  service.admin.get(`${tenant.path}/setup?${new URLSearchParams(query)}`);

test('the kit of a partition has the vendor, the broker and the policies of that partition', async () => {
  const { status, body } = await getKit({ partition: 'aws-us-gov' });
  expect([status, body]).toMatchObject([
    200,
    {
      vendor: { accountId: GOV_ACCOUNT, partition: 'aws-us-gov', brokerRoleArn: GOV_BROKER_ROLE },
      permissions: { managedPolicyArns: ['arn:aws-us-gov:iam::aws:policy/SecurityAudit'] },
    },
  ]);
  expect(body.trustPolicy.Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws-us-gov:iam::${GOV_ACCOUNT}:root` },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: { 'sts:ExternalId': tenant.externalId, 'aws:PrincipalArn': GOV_BROKER_ROLE },
      },
    },
  ]);
});

test('without a partition, the kit is that of the main one, and its links name none', async () => {
  for (const query of [{}, { partition: 'aws' }]) {
    const { body } = await getKit(query as Record<string, string>);
    expect(body.vendor).toEqual({ accountId: VENDOR, partition: 'aws', brokerRoleArn: null });
    for (const { url } of body.artifacts) expect(url).not.toContain('?');
  }
});

test('the links of a kit lead to artifacts of its partition, which name nothing of another', async () => {
  const { name } = await createProfile(service, {
    managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  });
  const { body } = await getKit({ partition: 'aws-us-gov', profile: name });
  expect(body.artifacts.map((artifact: { name: string }) => artifact.name)).toEqual([...ARTIFACT_NAMES]);
  for (const { url } of body.artifacts) {
    const { status, text } = await service.admin.get(url.replace(service.url, ''));
    expect(status, url).toBe(200);
    expect(text).toContain(GOV_ACCOUNT);
    expect(text).toContain('arn:aws-us-gov:');
    expect(text).not.toMatch(new RegExp(`arn:aws:|${VENDOR}`));
  }
});

test("the launch-stack link of a partition opens its console with its broker's template, and no other partition has it", async () => {
  const { launchStackUrl } = (await getKit({ partition: 'aws-us-gov' })).body;
  expect(launchStackUrl).toMatch(/^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\//);
  expect(launchStackUrl).toContain(encodeURIComponent(GOV_TEMPLATE));
  expect((await getKit({})).body.launchStackUrl).toBeNull();
  // The template of the installation has other permissions than the profile.
  const { name } = await createProfile(service);
  expect((await getKit({ profile: name, partition: 'aws-us-gov' })).body.launchStackUrl).toBeNull();
});

test("the template of a profile is that of the partition, and its link opens that partition's console", async () => {
  const templateUrl = 'https://vendor.s3.us-gov-west-1.amazonaws.com/watch.yaml';
  const { name, path } = await createProfile(service, { templateUrl });
  const { text } = await service.admin.get(`${path}/template?partition=aws-us-gov`);
  expect(text).toContain(`"arn:aws-us-gov:iam::${GOV_ACCOUNT}:root"`);
  const gov = await getKit({ profile: name, partition: 'aws-us-gov' });
  expect(gov.body.launchStackUrl).toMatch(/^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\//);
  expect(gov.body.launchStackUrl).toContain(encodeURIComponent(templateUrl));
  // CloudFormation of another partition could not read the template, and the role would trust a stranger's account.
  const main = await getKit({ profile: name });
  expect(main.body.launchStackUrl).toBeNull();
});

test('a partition without a broker is refused by its name, for the kit, its artifacts and templates', async () => {
  const { path } = await createProfile(service);
  const paths = [`${tenant.path}/setup`, `${tenant.path}/setup/terraform.tf`, `${path}/template`];
  for (const path of paths) {
    const { status, body } = await service.admin.get(`${path}?partition=aws-cn`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toEqual([
      {
        path: 'partition',
        message: 'must be an AWS partition in which the vendor works (aws, aws-us-gov); "aws-cn" is not',
      },
    ]);
  }
});

test.each([
  [
    'a customer managed policy',
    { managedPolicyArns: ['arn:aws:iam::111111111111:policy/Own'] },
    ':policy/Own',
  ],
  [
    'a resource',
    {
      inlinePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::bucket/*'] }],
      },
    },
    'arn:aws:s3:::bucket/*',
  ],
])('%s of another partition is refused by its ARN', async (_, settings, arn) => {
  const { name } = await createProfile(service, settings);
  expect((await getKit({ profile: name })).status).toBe(200);
  const { status, body } = await getKit({ profile: name, partition: 'aws-us-gov' });
  expect([status, body.code]).toEqual([400, 'validation_failed']);
  expect(body.errors).toEqual([{ path: 'partition', message: expect.stringContaining(arn) }]);
});

test('a trust policy is checked against the vendor of its partition', async () => {
  const { body: kit } = await getKit({ partition: 'aws-us-gov' });
  const check = async (partition: string) => {
    const input = { policy: kit.trustPolicy, partition };
    return (await service.admin.post(`${tenant.path}/trust-policy-checks`, input)).body;
  };
  expect(await check('aws-us-gov')).toMatchObject({ verdict: 'safe', findings: [] });
  expect(await check('aws')).toMatchObject({ verdict: 'invalid' });
  expect((await check('aws-cn')).errors).toMatchObject([{ path: 'partition' }]);
});
