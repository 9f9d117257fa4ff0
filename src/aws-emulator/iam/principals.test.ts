import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, toCredentials, VENDOR } from '../emulator.fixture.ts';
import { type AwsEmulator, startAwsEmulator } from '../emulator.ts';

const BROKER = `arn:aws:iam::${VENDOR}:role/service/Broker`;
const CUSTOMER_ROLE = `arn:aws:iam::${CUSTOMER}:role/R`;

let emulator: AwsEmulator;
let customer: ReturnType<typeof createClients>;
let vendor: ReturnType<typeof createClients>;

beforeEach(async () => {
  emulator = await startAwsEmulator({ clock: systemClock });
  customer = createClients(emulator, adminCredentials(CUSTOMER));
  vendor = createClients(emulator, adminCredentials(VENDOR));
  await createBrokerRole();
});
afterEach(() => emulator.close());

const trusting = (principal: unknown, effect = 'Allow') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Principal: principal, Action: 'sts:AssumeRole' }],
  });

const createBrokerRole = () =>
  vendor.iam.send(
    new CreateRoleCommand({
      RoleName: 'Broker',
      Path: '/service/',
      AssumeRolePolicyDocument: trusting({ AWS: VENDOR }),
    }),
  );
const createRole = (principal: unknown) =>
  customer.iam.send(new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument: trusting(principal) }));
const readPolicy = async () => {
  const { Role } = await customer.iam.send(new GetRoleCommand({ RoleName: 'R' }));
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
};
const deleteBrokerRole = () => vendor.iam.send(new DeleteRoleCommand({ RoleName: 'Broker' }));

async function assumeAsBroker(): Promise<unknown> {
  const broker = { RoleArn: BROKER, RoleSessionName: 'broker' };
  const { Credentials } = await vendor.sts.send(new AssumeRoleCommand(broker));
  const { sts } = createClients(emulator, toCredentials(Credentials));
  return sts.send(new AssumeRoleCommand({ RoleArn: CUSTOMER_ROLE, RoleSessionName: 'worker' }));
}

describe('a trust policy is rejected when its principal is', () => {
  it.each<[string, unknown]>([
    ['a role that does not exist', { AWS: `arn:aws:iam::${CUSTOMER}:role/Missing` }],
    [
      'a role that does not exist in another account of the emulator',
      { AWS: `arn:aws:iam::${VENDOR}:role/Missing` },
    ],
    ['a role with another path', { AWS: `arn:aws:iam::${VENDOR}:role/Broker` }],
    ['a user that does not exist', { AWS: `arn:aws:iam::${VENDOR}:user/alice` }],
    ['the unique ID of a role', { AWS: 'AROAABCDEFGHIJKLMNOPQ' }],
    ['the unique ID of a user', { AWS: 'AIDAABCDEFGHIJKLMNOPQ' }],
    ['the root of an account in another partition', { AWS: `arn:aws-cn:iam::${VENDOR}:root` }],
    ['in a partition that does not exist', { AWS: `arn:aws-moon:iam::${VENDOR}:root` }],
    [
      'an identity provider of another partition',
      { Federated: `arn:aws-cn:iam::${CUSTOMER}:saml-provider/p` },
    ],
    ['an ARN that is no identity provider', { Federated: `arn:aws:iam::${CUSTOMER}:role/R` }],
    ['a service that is not of AWS', { Service: 'ec2.example.com' }],
    ['missing beside others that exist', { AWS: ['*', `arn:aws:iam::${CUSTOMER}:role/Missing`] }],
  ])('%s', async (_, principal) => {
    const error = {
      name: 'MalformedPolicyDocumentException',
      message: expect.stringContaining('Invalid principal in policy'),
    };
    await expect(createRole(principal)).rejects.toMatchObject(error);
    await createRole({ AWS: VENDOR });
    const update = new UpdateAssumeRolePolicyCommand({
      RoleName: 'R',
      PolicyDocument: trusting(principal, 'Deny'),
    });
    await expect(customer.iam.send(update)).rejects.toMatchObject(error);
  });
});

it.each<[string, unknown]>([
  ['no principal', {}],
  ['an empty list of principals', { AWS: [] }],
])('a trust policy with %s is rejected', async (_, principal) => {
  await expect(createRole(principal)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
});

it('a role may trust itself only after it exists', async () => {
  const itself = { AWS: CUSTOMER_ROLE };
  await expect(createRole(itself)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  await createRole({ AWS: VENDOR });
  const update = new UpdateAssumeRolePolicyCommand({ RoleName: 'R', PolicyDocument: trusting(itself) });
  await expect(customer.iam.send(update)).resolves.toBeDefined();
});

it.each<[string, unknown]>([
  ['an account', { AWS: VENDOR }],
  ['the root of an account', { AWS: `arn:aws:iam::${VENDOR}:root` }],
  ['a role with its path', { AWS: BROKER }],
  ['the user admin of an account', { AWS: `arn:aws:iam::${VENDOR}:user/admin` }],
  ['a role session', { AWS: `arn:aws:sts::${VENDOR}:assumed-role/Broker/session` }],
  ['a role of an account that is not in the emulator', { AWS: 'arn:aws:iam::464622532012:role/Other' }],
  ['a service and an identity provider', { Service: 'ec2.amazonaws.com', Federated: 'accounts.google.com' }],
])('a trust policy may name %s', async (_, principal) => {
  await expect(createRole(principal)).resolves.toBeDefined();
});

it('shows a deleted role as its unique ID, which allows nobody and cannot be saved again', async () => {
  const { Role } = await vendor.iam.send(new GetRoleCommand({ RoleName: 'Broker' }));
  await createRole({ AWS: [BROKER, `arn:aws:iam::${VENDOR}:user/admin`] });
  await expect(assumeAsBroker()).resolves.toBeDefined();
  await deleteBrokerRole();
  expect(JSON.parse(await readPolicy()).Statement[0].Principal).toEqual({
    AWS: [Role?.RoleId, `arn:aws:iam::${VENDOR}:user/admin`],
  });

  await createBrokerRole();
  await expect(assumeAsBroker()).rejects.toMatchObject({ name: 'AccessDenied' });
  const save = async (document: string) =>
    customer.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'R', PolicyDocument: document }));
  await expect(save(await readPolicy())).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  await save(trusting({ AWS: BROKER }));
  await expect(assumeAsBroker()).resolves.toBeDefined();
});
