import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import type { AwsCredentials } from '../protocol/signature.ts';
import { assumeRole, type StsEnvironment, startStsEnvironment } from './sts.fixture.ts';

let environment: StsEnvironment;

beforeEach(async () => {
  environment = await startStsEnvironment();
});
afterEach(() => environment.emulator.close());

describe('session credentials', () => {
  it('expire at their expiration time', async () => {
    const { sts } = createClients(
      environment.emulator,
      await environment.createBrokerSession({ DurationSeconds: 900 }),
      { maxAttempts: 2 },
    );
    environment.clock.advance(899);
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: VENDOR });
    environment.clock.advance(1);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('are rejected with a forged or missing token, another access key or another secret', async () => {
    const credentials = await environment.createBrokerSession();
    const token = credentials.sessionToken ?? '';
    const payload = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...payload, accountId: CUSTOMER })).toString('base64url');
    const expectRejection = (changes: Partial<AwsCredentials>) =>
      expect(
        createClients(environment.emulator, { ...credentials, ...changes }).sts.send(
          new GetCallerIdentityCommand({}),
        ),
      ).rejects;
    await expectRejection({ sessionToken: `${forged}.${token.split('.')[1]}` }).toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expectRejection({ sessionToken: undefined }).toMatchObject({ name: 'InvalidClientTokenId' });
    await expectRejection({ sessionToken: 'x' }).toMatchObject({ name: 'InvalidClientTokenId' });
    await expectRejection({ accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' }).toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expectRejection({ secretAccessKey: 'sandbox' }).toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expectRejection({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', sessionToken: undefined }).toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('become invalid when their role is deleted, even if it is created again', async () => {
    const { sts } = createClients(environment.emulator, await environment.createBrokerSession());
    await environment.vendor.iam.send(new DeleteRoleCommand({ RoleName: 'Broker' }));
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await environment.createBrokerSession();
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('cannot call IAM', async () => {
    const { iam } = createClients(environment.emulator, await environment.createBrokerSession());
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: trustPolicy(VENDOR, 'a1') })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('are valid only in the partition of their Region', async () => {
    const china = createClients(environment.emulator, adminCredentials(VENDOR), { region: 'cn-north-1' });
    await expect(china.sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws-cn:iam::${VENDOR}:user/admin`,
    });
    await environment.createCustomerRole();
    await expect(china.sts.send(assumeRole())).rejects.toMatchObject({ name: 'AccessDenied' });
    const govCloud = createClients(environment.emulator, await environment.createBrokerSession(), {
      region: 'us-gov-west-1',
    });
    await expect(govCloud.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('cannot assume a role of another partition, even one that trusts everyone', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:*' },
    };
    const china = createClients(environment.emulator, adminCredentials(CUSTOMER), { region: 'cn-north-1' });
    await china.iam.send(
      new CreateRoleCommand({ RoleName: 'Open', AssumeRolePolicyDocument: JSON.stringify(document) }),
    );
    const command = assumeRole({ RoleArn: `arn:aws-cn:iam::${CUSTOMER}:role/Open` });
    await expect(environment.vendor.sts.send(command)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(china.sts.send(command)).resolves.toBeDefined();
  });
});
