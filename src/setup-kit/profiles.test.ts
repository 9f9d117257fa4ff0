import { load, YAML11_SCHEMA } from 'js-yaml';
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

let service: TestService;
let tenant: TestTenant;
let token: string;

const INSTALLATION = 'https://vendor.s3.eu-west-1.amazonaws.com/default.yaml';
const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::zoë' }],
};

beforeAll(async () => {
  const [main] = readConfig('sandbox', { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }).brokers as [BrokerSettings];
  service = await startTestService({
    config: {
      brokers: [{ ...main, templateUrl: INSTALLATION }],
      permissions: { managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'], inlinePolicy: null },
    },
  });
  tenant = await createTenant(service);
  token = (await service.admin.post(`${tenant.path}/tokens`, {})).body.token;
});
afterAll(() => service.close());

const getKit = async (query = '') => service.as(token).get(`${tenant.path}/setup${query}`);

test('without a profile, the kit has the permissions of the installation, and its links contain no profile', async () => {
  const { body } = await getKit();
  expect(body).toMatchObject({
    profile: null,
    role: { name: 'CountersignAccess' },
    permissions: {
      managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'],
      summary: ['AWS managed policy SecurityAudit'],
    },
  });
  expect(body.launchStackUrl).toContain(encodeURIComponent(INSTALLATION));
  for (const { url } of body.artifacts) expect(url).not.toContain('?');
});

test('with a profile, the kit and all its artifacts have the permissions of the profile', async () => {
  const profile = await createProfile(service, {
    description: 'Watches your buckets.',
    roleName: 'VendorWatch',
    inlinePolicy: POLICY,
    sessionTags: true,
    sourceIdentity: true,
  });
  const { body } = await getKit(`?profile=${profile.name}`);
  const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  expect(body).toMatchObject({
    profile: { name: profile.name, description: 'Watches your buckets.' },
    role: { name: 'VendorWatch' },
    permissions: {
      managedPolicyArns: [],
      inlinePolicy: POLICY,
      summary: ['Amazon S3: s3:ListBucket on arn:aws:s3:::zoë'],
    },
    // The published template of the installation has other permissions.
    launchStackUrl: null,
  });
  expect(body.trustPolicy.Statement[0].Action).toEqual(actions);

  const artifacts = new Map<string, string>();
  for (const { name, url } of body.artifacts) {
    const { status, text } = await service.as(token).get(url.replace(service.url, ''));
    expect(status, url).toBe(200);
    artifacts.set(name, text);
  }
  expect(JSON.parse(artifacts.get('trust-policy.json') as string)).toEqual(body.trustPolicy);
  const template = load(artifacts.get('cloudformation.yaml') as string, { schema: YAML11_SCHEMA }) as {
    Parameters: { RoleName: { Default: string } };
    Resources: {
      Role: {
        Properties: { AssumeRolePolicyDocument: { Statement: { Action: unknown }[] }; Policies: unknown };
      };
    };
  };
  const { AssumeRolePolicyDocument, Policies } = template.Resources.Role.Properties;
  expect(template.Parameters.RoleName.Default).toBe('VendorWatch');
  expect(AssumeRolePolicyDocument.Statement[0]?.Action).toEqual(actions);
  expect(Policies).toEqual([{ PolicyName: 'vendor-access', PolicyDocument: POLICY }]);
  for (const name of ['terraform.tf', 'aws-cli.sh']) {
    expect(artifacts.get(name)).toContain('VendorWatch');
    expect(artifacts.get(name)).toContain('sts:TagSession');
    expect(artifacts.get(name)).toContain('sts:SetSourceIdentity');
    expect(artifacts.get(name)).toContain('arn:aws:s3:::zo\\u00eb');
  }
});

test('the launch-stack link of a profile opens the template of the profile', async () => {
  const templateUrl = 'https://vendor.s3.eu-west-1.amazonaws.com/watch.yaml';
  const profile = await createProfile(service, { templateUrl, sessionTags: true, inlinePolicy: null });
  const { body } = await getKit(`?profile=${profile.name}`);
  expect(body.launchStackUrl).toContain(encodeURIComponent(templateUrl));
  expect(body.permissions.summary).toEqual(['No permissions']);
  const template = await service.admin.get(`${profile.path}/template`);
  expect(template.headers['content-type']).toContain('text/plain');
  const { Parameters, Resources } = load(template.text, { schema: YAML11_SCHEMA }) as {
    Parameters: Record<string, object>;
    Resources: { Role: { Properties: { AssumeRolePolicyDocument: { Statement: { Action: unknown }[] } } } };
  };
  expect(Parameters.ExternalId).not.toHaveProperty('Default');
  expect(template.text).not.toContain(tenant.externalId);
  expect(Resources.Role.Properties.AssumeRolePolicyDocument.Statement[0]?.Action).toEqual([
    'sts:AssumeRole',
    'sts:TagSession',
  ]);
});

test('an unknown profile is an error, for the kit and for each artifact', async () => {
  for (const path of ['', '/trust-policy.json', '/aws-cli.sh']) {
    const { status, body } = await service.as(token).get(`${tenant.path}/setup${path}?profile=not-there`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toEqual([{ path: 'profile', message: expect.stringContaining('"not-there"') }]);
  }
});
