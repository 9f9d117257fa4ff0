import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rootCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, toCredentials, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { assumeRole, BROKER_ROLE, type StsEnvironment, startStsEnvironment } from './sts.fixture.ts';

let environment: StsEnvironment;

beforeEach(async () => {
  environment = await startStsEnvironment();
});
afterEach(() => environment.emulator.close());

describe('AssumeRole', () => {
  it('with the right external ID returns credentials of the role', async () => {
    await environment.createCustomerRole();
    const broker = createClients(environment.emulator, await environment.createBrokerSession());
    const result = await broker.sts.send(assumeRole({ DurationSeconds: 900 }));
    expect(result.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${CUSTOMER}:assumed-role/Countersign/worker-1`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:worker-1$/),
    });
    expect(result.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^.{40}$/),
    });
    expect(result.Credentials?.Expiration?.getTime()).toBe(
      Math.floor(environment.clock.now().getTime() / 1000) * 1000 + 900_000,
    );
    expect(result.PackedPolicySize).toBeUndefined();
    expect(result.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);

    await expect(
      createClients(environment.emulator, toCredentials(result.Credentials)).sts.send(
        new GetCallerIdentityCommand({}),
      ),
    ).resolves.toMatchObject({
      Account: CUSTOMER,
      Arn: `arn:aws:sts::${CUSTOMER}:assumed-role/Countersign/worker-1`,
      UserId: result.AssumedRoleUser?.AssumedRoleId,
    });
  });

  it.each<[string, Partial<AssumeRoleCommandInput>]>([
    ['no external ID', { ExternalId: undefined }],
    ['another external ID', { ExternalId: 'tenant-2' }],
    ['the external ID in another case', { ExternalId: 'TENANT-1' }],
    ['a role that does not exist', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/vendors/Other` }],
    ['the role without its path', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/Countersign` }],
    ['the role in another case', { RoleArn: `arn:aws:iam::${CUSTOMER}:role/vendors/countersign` }],
    ['a role in another partition', { RoleArn: `arn:aws-cn:iam::${CUSTOMER}:role/vendors/Countersign` }],
  ])('with %s returns the same AccessDenied', async (_, changes) => {
    await environment.createCustomerRole();
    const command = assumeRole(changes);
    await expect(environment.vendor.sts.send(command)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${VENDOR}:user/admin is not authorized to perform: sts:AssumeRole on resource: ${command.input.RoleArn}`,
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
    ['an external ID that is too long', { ExternalId: 'x'.repeat(1225) }, 'less than or equal to 1224'],
    ['an external ID with a space', { ExternalId: 'a b' }, 'regular expression pattern: [\\w+=,.@:/-]*'],
    ['an external ID with a trailing line break', { ExternalId: 'tenant-1\n' }, 'regular expression'],
    ['no session name', { RoleSessionName: undefined }, "Value null at 'roleSessionName'"],
    ['a session name with a colon', { RoleSessionName: 'a:b' }, 'regular expression'],
    ['an ARN of a user', { RoleArn: `arn:aws:iam::${CUSTOMER}:user/someone` }, 'is invalid'],
    ['a duration below the minimum', { DurationSeconds: 899 }, 'greater than or equal to 900'],
    ['a duration above the maximum', { DurationSeconds: 43_201 }, 'less than or equal to 43200'],
    ['a duration above the maximum of the role', { DurationSeconds: 3601 }, 'exceeds the MaxSessionDuration'],
    [
      'a policy that is too long',
      { Policy: JSON.stringify({ Statement: [], x: 'y'.repeat(2048) }) },
      'less than or equal to 2048',
    ],
    [
      'too many policy ARNs',
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/A' })) },
      '10 or fewer',
    ],
  ])('with %s returns a ValidationError', async (_, changes, message) => {
    await environment.createCustomerRole();
    await expect(environment.vendor.sts.send(assumeRole(changes))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('is denied to a root user, whatever the trust policy allows', async () => {
    await environment.createCustomerRole();
    const root = createClients(environment.emulator, rootCredentials(VENDOR));
    await expect(root.sts.send(assumeRole())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    });
    await expect(root.sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws:iam::${VENDOR}:root`,
      UserId: VENDOR,
    });
  });

  it('evaluates conditions on the user admin', async () => {
    const condition = {
      StringEquals: { 'aws:username': 'admin', 'aws:PrincipalType': 'User' },
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:user/admin` },
      StringLike: { 'aws:userid': 'AIDA?????????????????' },
    };
    await environment.createCustomerRole(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: VENDOR },
          Action: 'sts:AssumeRole',
          Condition: condition,
        },
      }),
    );
    await expect(environment.vendor.sts.send(assumeRole())).resolves.toBeDefined();
  });

  it('is limited to the maximum duration of the role, and to one hour with role chaining', async () => {
    await environment.createCustomerRole(undefined, 7200);
    await expect(environment.vendor.sts.send(assumeRole({ DurationSeconds: 7200 }))).resolves.toBeDefined();
    const broker = createClients(environment.emulator, await environment.createBrokerSession());
    await expect(broker.sts.send(assumeRole({ DurationSeconds: 3601 }))).rejects.toThrow(
      '1 hour session limit for roles assumed by role chaining',
    );
    await expect(broker.sts.send(assumeRole({ DurationSeconds: 3600 }))).resolves.toBeDefined();
  });

  it('accepts session policies and returns their packed size', async () => {
    await environment.createCustomerRole();
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }];
    await expect(environment.vendor.sts.send(assumeRole({ Policy, PolicyArns }))).resolves.toMatchObject({
      PackedPolicySize: 4,
    });
    expect(environment.emulator.calls.at(-1)).toMatchObject({
      policy: Policy,
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    await expect(environment.vendor.sts.send(assumeRole({ Policy: '{"Statement":' }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await expect(
      environment.vendor.sts.send(assumeRole({ Policy: `{"Statement":[]}${' '.repeat(2030)}`, PolicyArns })),
    ).rejects.toMatchObject({ name: 'PackedPolicyTooLargeException' });
  });

  it('tags a session only if the trust policy allows sts:TagSession', async () => {
    await environment.createCustomerRole();
    const withTags = assumeRole({ Tags: [{ Key: 'team', Value: 'a' }] });
    await expect(environment.vendor.sts.send(withTags)).rejects.toThrow(
      'not authorized to perform: sts:TagSession',
    );
    await environment.customer.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyDocument: trustPolicy(VENDOR, 'tenant-1', ['sts:AssumeRole', 'sts:TagSession']),
      }),
    );
    await expect(environment.vendor.sts.send(withTags)).resolves.toMatchObject({ PackedPolicySize: 1 });
    await expect(
      environment.vendor.sts.send(assumeRole({ TransitiveTagKeys: ['team'] })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const duplicateTags = [
      { Key: 'team', Value: 'a' },
      { Key: 'TEAM', Value: 'b' },
    ];
    await expect(environment.vendor.sts.send(assumeRole({ Tags: duplicateTags }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('passes on the transitive tags and the source identity of the calling session unchanged', async () => {
    const credentials = await environment.createBrokerSession({
      SourceIdentity: 'alice',
      Tags: [{ Key: 'team', Value: 'a' }],
      TransitiveTagKeys: ['team'],
    });
    const { sts } = createClients(environment.emulator, credentials);
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
    await environment.createCustomerRole(statement(['sts:AssumeRole', 'sts:TagSession']));
    await expect(sts.send(assumeRole())).rejects.toThrow('sts:SetSourceIdentity');
    await environment.customer.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyDocument: statement(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
      }),
    );
    await expect(sts.send(assumeRole())).resolves.toMatchObject({ SourceIdentity: 'alice' });
    await expect(sts.send(assumeRole({ SourceIdentity: 'mallory' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(sts.send(assumeRole({ Tags: [{ Key: 'team', Value: 'b' }] }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('evaluates conditions on the caller, the session and the time', async () => {
    await environment.createCustomerRole(
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
            DateLessThan: {
              'aws:CurrentTime': new Date(environment.clock.now().getTime() + 60_000).toISOString(),
            },
          },
        },
      }),
    );
    const { sts } = createClients(environment.emulator, await environment.createBrokerSession());
    await expect(sts.send(assumeRole())).resolves.toBeDefined();
    await expect(environment.vendor.sts.send(assumeRole())).rejects.toMatchObject({ name: 'AccessDenied' });
    environment.clock.advance(61);
    await expect(sts.send(assumeRole())).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
