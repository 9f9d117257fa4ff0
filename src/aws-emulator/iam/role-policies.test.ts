import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { type AwsEmulator, startAwsEmulator } from '../emulator.ts';

let emulator: AwsEmulator;
let iam: IAMClient;

beforeEach(async () => {
  emulator = await startAwsEmulator({ clock: systemClock });
  iam = createClients(emulator, adminCredentials(CUSTOMER)).iam;
});
afterEach(() => emulator.close());

const createRole = () =>
  new CreateRoleCommand({
    RoleName: 'Countersign',
    AssumeRolePolicyDocument: trustPolicy(VENDOR, 'tenant-1'),
  });

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
it.each<[string, object]>([
  ['no resource', { ...statement, Resource: undefined }],
  ['no action', { ...statement, Action: undefined }],
  ['both Action and NotAction', { ...statement, NotAction: 's3:PutObject' }],
  ['a principal', { ...statement, Principal: '*' }],
  ['an action without a service', { ...statement, Action: 'GetObject' }],
  ['a resource that is no ARN', { ...statement, Resource: 'bucket' }],
  ['another effect', { ...statement, Effect: 'allow' }],
  ['an unknown element', { ...statement, Resources: '*' }],
])('a role gets no permissions policy with %s', async (_, invalid) => {
  await iam.send(createRole());
  const put = (Statement: unknown) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  await put(statement);
  await expect(put([statement, invalid])).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
});

it('a role gets no managed policy of another account or partition', async () => {
  await iam.send(createRole());
  for (const PolicyArn of [`arn:aws:iam::${VENDOR}:policy/p`, 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess'])
    await expect(
      iam.send(new AttachRolePolicyCommand({ RoleName: 'Countersign', PolicyArn })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

it('a role shows its policies until they are removed', async () => {
  await iam.send(createRole());
  const name = { RoleName: 'Countersign', PolicyName: 'p' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: document }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'Countersign', PolicyArn }));
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(name));
  expect(decodeURIComponent(PolicyDocument ?? '')).toBe(document);
  const list = new ListAttachedRolePoliciesCommand({ RoleName: 'Countersign' });
  expect((await iam.send(list)).AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn }]);

  const detach = new DetachRolePolicyCommand({ RoleName: 'Countersign', PolicyArn });
  await iam.send(new DeleteRolePolicyCommand(name));
  await iam.send(detach);
  const missing = { name: 'NoSuchEntityException' };
  await expect(iam.send(new GetRolePolicyCommand(name))).rejects.toMatchObject(missing);
  await expect(iam.send(detach)).rejects.toMatchObject(missing);
  expect((await iam.send(list)).AttachedPolicies).toEqual([]);
});

it('a role can get another session duration, description and boundary', async () => {
  const RoleName = 'Countersign';
  const PermissionsBoundary = `arn:aws:iam::${CUSTOMER}:policy/edge`;
  await iam.send(createRole());
  await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200, Description: 'for tests' }));
  await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  const get = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
  expect(await get()).toMatchObject({
    MaxSessionDuration: 7200,
    Description: 'for tests',
    PermissionsBoundary: { PermissionsBoundaryArn: PermissionsBoundary },
  });
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  expect((await get())?.PermissionsBoundary).toBeUndefined();
});
