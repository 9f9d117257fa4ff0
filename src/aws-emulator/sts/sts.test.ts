import {
  CreateRoleCommand,
  DeleteRoleCommand,
  type IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { CUSTOMER, clients, keysOf, rootKeys, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { type Sandbox, startSandbox } from '../emulator.ts';
import type { AwsCredentials } from '../protocol/signature.ts';

const CUSTOMER_ROLE = `arn:aws:iam::${CUSTOMER}:role/vendors/Countersign`;
const BROKER_ROLE = `arn:aws:iam::${VENDOR}:role/Broker`;

let clock: ReturnType<typeof manualClock>;
let sandbox: Sandbox;
let vendor: { sts: STSClient; iam: IAMClient };
let customer: { sts: STSClient; iam: IAMClient };

beforeEach(async () => {
  clock = manualClock(new Date());
  sandbox = await startSandbox({ clock });
  vendor = clients(sandbox, rootKeys(VENDOR));
  customer = clients(sandbox, rootKeys(CUSTOMER));
});

afterEach(() => sandbox.close());

async function createCustomerRole(document = trustPolicy(VENDOR, 'tenant-1'), maxSession?: number) {
  await customer.iam.send(
    new CreateRoleCommand({
      RoleName: 'Countersign',
      Path: '/vendors/',
      AssumeRolePolicyDocument: document,
      MaxSessionDuration: maxSession,
    }),
  );
}

/** Keys of a session of the vendor's broker role. */
async function brokerKeys(more: Partial<AssumeRoleCommandInput> = {}): Promise<AwsCredentials> {
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: VENDOR }, Action: 'sts:*' },
  };
  await vendor.iam.send(
    new CreateRoleCommand({ RoleName: 'Broker', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const { Credentials } = await vendor.sts.send(
    new AssumeRoleCommand({ RoleArn: BROKER_ROLE, RoleSessionName: 'i-abc', ...more }),
  );
  return keysOf(Credentials);
}

const assume = (more: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({
    RoleArn: CUSTOMER_ROLE,
    RoleSessionName: 'worker-1',
    ExternalId: 'tenant-1',
    ...more,
  });

describe('AssumeRole', () => {
  it('with the right external ID hands out keys that act as the role', async () => {
    await createCustomerRole();
    const broker = clients(sandbox, await brokerKeys());
    const answer = await broker.sts.send(assume({ DurationSeconds: 900 }));
    expect(answer.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${CUSTOMER}:assumed-role/Countersign/worker-1`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:worker-1$/),
    });
    expect(answer.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^.{40}$/),
    });
    expect(answer.Credentials?.Expiration?.getTime()).toBe(
      Math.floor(clock.now().getTime() / 1000) * 1000 + 900_000,
    );
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);

    await expect(
      clients(sandbox, keysOf(answer.Credentials)).sts.send(new GetCallerIdentityCommand({})),
    ).resolves.toMatchObject({
      Account: CUSTOMER,
      Arn: `arn:aws:sts::${CUSTOMER}:assumed-role/Countersign/worker-1`,
      UserId: answer.AssumedRoleUser?.AssumedRoleId,
    });
  });

  it.each<[string, Partial<AssumeRoleCommandInput>]>([
    ['no external ID', { ExternalId: undefined }],
    ['another external ID', { ExternalId: 'tenant-2' }],
    ['the external ID in another case', { ExternalId: 'TENANT-1' }],
    ['a role that is not there', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/vendors/Other` }],
    ['the role without its path', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/Countersign` }],
    ['the role in another case', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/vendors/countersign` }],
    ['a role in another partition', { RoleArn: `arn:aws-cn:iam::${CUSTOMER}:role/vendors/Countersign` }],
  ])('with %s answers one and the same AccessDenied', async (_, more) => {
    await createCustomerRole();
    const command = assume(more);
    await expect(vendor.sts.send(command)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${VENDOR}:root is not authorized to perform: sts:AssumeRole on resource: ${command.input.RoleArn}`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    [
      'an empty external ID',
      { ExternalId: '' },
      "Value '' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    ['an external ID of one character', { ExternalId: 'x' }, 'greater than or equal to 2'],
    ['one that is too long', { ExternalId: 'x'.repeat(1225) }, 'less than or equal to 1224'],
    ['one with a space', { ExternalId: 'a b' }, 'regular expression pattern: [\\w+=,.@:/-]*'],
    ['one with a line break behind', { ExternalId: 'tenant-1\n' }, 'regular expression'],
    ['no session name', { RoleSessionName: undefined }, "Value null at 'roleSessionName'"],
    ['a session name with a colon', { RoleSessionName: 'a:b' }, 'regular expression'],
    ['an ARN that is none', { RoleArn: `arn:aws:iam::${CUSTOMER}:user/someone` }, 'is invalid'],
    ['too short a session', { DurationSeconds: 899 }, 'greater than or equal to 900'],
    ['too long a session', { DurationSeconds: 43_201 }, 'less than or equal to 43200'],
    ['longer than the role has', { DurationSeconds: 3601 }, 'exceeds the MaxSessionDuration'],
    [
      'too long a policy',
      { Policy: JSON.stringify({ Statement: [], x: 'y'.repeat(2048) }) },
      'less than or equal to 2048',
    ],
    [
      'too many policy ARNs',
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/A' })) },
      '10 or fewer',
    ],
  ])('with %s is a ValidationError', async (_, more, message) => {
    await createCustomerRole();
    await expect(vendor.sts.send(assume(more))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('lasts as long as the role allows, but no more than an hour from a session', async () => {
    await createCustomerRole(undefined, 7200);
    await expect(vendor.sts.send(assume({ DurationSeconds: 7200 }))).resolves.toBeDefined();
    const broker = clients(sandbox, await brokerKeys());
    await expect(broker.sts.send(assume({ DurationSeconds: 3601 }))).rejects.toThrow(
      '1 hour session limit for roles assumed by role chaining',
    );
    await expect(broker.sts.send(assume({ DurationSeconds: 3600 }))).resolves.toBeDefined();
  });

  it('takes session policies, and tells how full they are', async () => {
    await createCustomerRole();
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }];
    await expect(vendor.sts.send(assume({ Policy, PolicyArns }))).resolves.toMatchObject({
      PackedPolicySize: 4,
    });
    expect(sandbox.calls.at(-1)).toMatchObject({
      policy: Policy,
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    await expect(vendor.sts.send(assume({ Policy: '{"Statement":' }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await expect(
      vendor.sts.send(assume({ Policy: `{"Statement":[]}${' '.repeat(2030)}`, PolicyArns })),
    ).rejects.toMatchObject({ name: 'PackedPolicyTooLargeException' });
  });

  it('tags a session only where the trust policy allows sts:TagSession too', async () => {
    await createCustomerRole();
    const tagged = assume({ Tags: [{ Key: 'team', Value: 'a' }] });
    await expect(vendor.sts.send(tagged)).rejects.toThrow('not authorized to perform: sts:TagSession');
    await customer.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyDocument: trustPolicy(VENDOR, 'tenant-1', ['sts:AssumeRole', 'sts:TagSession']),
      }),
    );
    await expect(vendor.sts.send(tagged)).resolves.toMatchObject({ PackedPolicySize: 1 });
    await expect(vendor.sts.send(assume({ TransitiveTagKeys: ['team'] }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const twice = [
      { Key: 'team', Value: 'a' },
      { Key: 'TEAM', Value: 'b' },
    ];
    await expect(vendor.sts.send(assume({ Tags: twice }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('passes transitive tags and the source identity of a session on, and lets neither be changed', async () => {
    const keys = await brokerKeys({
      SourceIdentity: 'alice',
      Tags: [{ Key: 'team', Value: 'a' }],
      TransitiveTagKeys: ['team'],
    });
    const { sts } = clients(sandbox, keys);
    const statement = (actions: string[]) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: BROKER_ROLE },
          Action: actions,
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a', 'sts:SourceIdentity': 'alice' } },
        },
      });
    await createCustomerRole(statement(['sts:AssumeRole', 'sts:TagSession']));
    await expect(sts.send(assume())).rejects.toThrow('sts:SetSourceIdentity');
    await customer.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyDocument: statement(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
      }),
    );
    await expect(sts.send(assume())).resolves.toMatchObject({ SourceIdentity: 'alice' });
    await expect(sts.send(assume({ SourceIdentity: 'mallory' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(sts.send(assume({ Tags: [{ Key: 'team', Value: 'b' }] }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('shows the trust policy the caller, the session and the time', async () => {
    await createCustomerRole(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${VENDOR}:root` },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': BROKER_ROLE },
            StringLike: { 'aws:userid': '*:i-abc', 'sts:RoleSessionName': 'worker-*' },
            IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
            Bool: { 'aws:SecureTransport': true },
            DateLessThan: { 'aws:CurrentTime': new Date(clock.now().getTime() + 60_000).toISOString() },
          },
        },
      }),
    );
    const { sts } = clients(sandbox, await brokerKeys());
    await expect(sts.send(assume())).resolves.toBeDefined();
    await expect(vendor.sts.send(assume())).rejects.toMatchObject({ name: 'AccessDenied' });
    clock.advance(61);
    await expect(sts.send(assume())).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('session keys', () => {
  it('end when they said they would', async () => {
    const { sts } = clients(sandbox, await brokerKeys({ DurationSeconds: 900 }), { maxAttempts: 2 });
    clock.advance(899);
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: VENDOR });
    clock.advance(1);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('are worth nothing with a changed token, with none, with another key, or with another secret', async () => {
    const keys = await brokerKeys();
    const token = keys.sessionToken ?? '';
    const payload = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...payload, accountId: CUSTOMER })).toString('base64url');
    const refused = (changed: Partial<AwsCredentials>) =>
      expect(clients(sandbox, { ...keys, ...changed }).sts.send(new GetCallerIdentityCommand({}))).rejects;
    await refused({ sessionToken: `${forged}.${token.split('.')[1]}` }).toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await refused({ sessionToken: undefined }).toMatchObject({ name: 'InvalidClientTokenId' });
    await refused({ sessionToken: 'x' }).toMatchObject({ name: 'InvalidClientTokenId' });
    await refused({ accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' }).toMatchObject({ name: 'InvalidClientTokenId' });
    await refused({ secretAccessKey: 'sandbox' }).toMatchObject({ name: 'SignatureDoesNotMatch' });
    await refused({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', sessionToken: undefined }).toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('end with their role, also when it is made again', async () => {
    const { sts } = clients(sandbox, await brokerKeys());
    await vendor.iam.send(new DeleteRoleCommand({ RoleName: 'Broker' }));
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await brokerKeys();
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('may not call IAM', async () => {
    const { iam } = clients(sandbox, await brokerKeys());
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: trustPolicy(VENDOR, 'a1') })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('belong to a partition, which the Region names', async () => {
    const china = clients(sandbox, rootKeys(VENDOR), { region: 'cn-north-1' });
    await expect(china.sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws-cn:iam::${VENDOR}:root`,
    });
    await createCustomerRole();
    await expect(china.sts.send(assume())).rejects.toMatchObject({ name: 'AccessDenied' });
    const elsewhere = clients(sandbox, await brokerKeys(), { region: 'us-gov-west-1' });
    await expect(elsewhere.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('assume no role of another partition, not even one that trusts everyone', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:*' },
    };
    const china = clients(sandbox, rootKeys(CUSTOMER), { region: 'cn-north-1' });
    await china.iam.send(
      new CreateRoleCommand({ RoleName: 'Open', AssumeRolePolicyDocument: JSON.stringify(document) }),
    );
    const open = assume({ RoleArn: `arn:aws-cn:iam::${CUSTOMER}:role/Open` });
    await expect(vendor.sts.send(open)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(china.sts.send(open)).resolves.toBeDefined();
  });
});
