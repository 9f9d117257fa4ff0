import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, toCredentials, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { type AwsEmulator, startAwsEmulator } from '../emulator.ts';

let emulator: AwsEmulator;
let iam: IAMClient;

beforeEach(async () => {
  emulator = await startAwsEmulator({ clock: systemClock });
  iam = createClients(emulator, adminCredentials(CUSTOMER)).iam;
});

afterEach(() => emulator.close());

const DOCUMENT = trustPolicy(VENDOR, 'tenant-1');
const createRole = (name: string, document = DOCUMENT) =>
  new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document });

describe('roles', () => {
  it('are returned as they were created', async () => {
    const input = {
      RoleName: 'Countersign',
      Path: '/vendors/',
      AssumeRolePolicyDocument: DOCUMENT,
      Description: 'for <Countersign> & "others"',
      MaxSessionDuration: 7200,
      PermissionsBoundary: `arn:aws:iam::${CUSTOMER}:policy/edge`,
      Tags: [{ Key: 'team', Value: 'a b' }],
    };
    const { Role: created } = await iam.send(new CreateRoleCommand(input));
    const { Role: found } = await iam.send(new GetRoleCommand({ RoleName: 'Countersign' }));
    expect(found).toEqual(created);
    expect(found).toMatchObject({
      Arn: `arn:aws:iam::${CUSTOMER}:role/vendors/Countersign`,
      RoleId: expect.stringMatching(/^AROA/),
      Description: input.Description,
      MaxSessionDuration: 7200,
      Tags: input.Tags,
      PermissionsBoundary: { PermissionsBoundaryArn: input.PermissionsBoundary },
    });
    expect(decodeURIComponent(found?.AssumeRolePolicyDocument ?? '')).toBe(DOCUMENT);
  });

  it('have a case-insensitively unique name in an account, and are found by the exact name', async () => {
    await iam.send(createRole('Countersign'));
    await expect(iam.send(createRole('COUNTERSIGN'))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'COUNTERSIGN' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(
      createClients(emulator, adminCredentials(VENDOR)).iam.send(createRole('Countersign')),
    ).resolves.toBeDefined();
  });

  it('are visible only in their own account', async () => {
    await iam.send(createRole('Countersign'));
    const other = createClients(emulator, adminCredentials(VENDOR)).iam;
    await expect(other.send(new GetRoleCommand({ RoleName: 'Countersign' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await expect(other.send(new DeleteRoleCommand({ RoleName: 'Countersign' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await expect(other.send(new ListRolesCommand({}))).resolves.toMatchObject({ Roles: [] });
  });

  it('are listed in pages', async () => {
    for (const name of ['c', 'a', 'e', 'b', 'd']) await iam.send(createRole(name));
    const names: (string | undefined)[][] = [];
    for await (const page of paginateListRoles({ client: iam, pageSize: 2 }, {}))
      names.push((page.Roles ?? []).map(({ RoleName }) => RoleName));
    expect(names).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    await expect(iam.send(new ListRolesCommand({ PathPrefix: '/other/' }))).resolves.toMatchObject({
      Roles: [],
      IsTruncated: false,
    });
  });

  it('can be updated, given policies and deleted', async () => {
    await iam.send(createRole('Countersign'));
    const PolicyDocument = trustPolicy(VENDOR, 'tenant-2');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Countersign', PolicyDocument }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyName: 'p',
        PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    );
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: 'Countersign',
        PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
    );
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'Countersign' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument);
    await iam.send(new DeleteRoleCommand({ RoleName: 'Countersign' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'Countersign' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it.each<[string, object]>([
    ['text that is not JSON', 'x' as never],
    ['NotPrincipal', { Statement: { Effect: 'Allow', NotPrincipal: '*', Action: 'sts:AssumeRole' } }],
    [
      'a wildcard inside an ARN',
      {
        Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1*:root' }, Action: 'sts:AssumeRole' },
      },
    ],
    [
      'an unknown operator',
      {
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'sts:AssumeRole',
          Condition: { StringIs: { 'sts:ExternalId': 'a' } },
        },
      },
    ],
    [
      'a resource',
      { Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' } },
    ],
  ])('cannot be created with, or updated to, a trust policy with %s', async (_, document) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await expect(iam.send(createRole('Countersign', text))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await iam.send(createRole('Countersign'));
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Countersign', PolicyDocument: text })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  it.each<[string, Partial<CreateRoleCommand['input']>, string]>([
    ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError'],
    ['a name of 65 characters', { RoleName: 'a'.repeat(65) }, 'ValidationError'],
    ['a path without a trailing slash', { Path: '/vendors' }, 'ValidationError'],
    ['a maximum session duration of half an hour', { MaxSessionDuration: 1800 }, 'ValidationError'],
    [
      'a trust policy over the default quota',
      { AssumeRolePolicyDocument: trustPolicy(VENDOR, 'x'.repeat(1900)) },
      'LimitExceededException',
    ],
    ['a description outside Latin-1', { Description: '\u65e5\u672c' }, 'ValidationError'],
    [
      "another account's boundary",
      { PermissionsBoundary: `arn:aws:iam::${VENDOR}:policy/b` },
      'NoSuchEntityException',
    ],
    [
      'leading white space in the policy',
      { AssumeRolePolicyDocument: ` ${DOCUMENT}` },
      'MalformedPolicyDocumentException',
    ],
  ])('cannot be created with %s', async (_, changes, name) => {
    await expect(
      iam.send(
        new CreateRoleCommand({ RoleName: 'Countersign', AssumeRolePolicyDocument: DOCUMENT, ...changes }),
      ),
    ).rejects.toMatchObject({ name });
  });

  it('and their policies may be named __proto__', async () => {
    await iam.send(createRole('__proto__'));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: '__proto__',
        PolicyName: '__proto__',
        PolicyDocument: '{"Statement":[]}',
      }),
    );
    await expect(iam.send(new GetRoleCommand({ RoleName: 'constructor' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });
});

describe('unsupported operations', () => {
  it('return InvalidAction', async () => {
    const { sts } = createClients(emulator, adminCredentials(CUSTOMER));
    await expect(iam.send(new GetUserCommand({}))).rejects.toMatchObject({
      name: 'InvalidAction',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
  });
});

describe('the state file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aws-emulator-'));
    file = join(folder, 'state.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps roles and sessions across a restart, and only its owner can read it', async () => {
    const first = await startAwsEmulator({ clock: systemClock, stateFile: file });
    const clients = createClients(first, adminCredentials(CUSTOMER));
    await clients.iam.send(createRole('Countersign', trustPolicy(CUSTOMER, 'tenant-1')));
    const { Credentials } = await clients.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${CUSTOMER}:role/Countersign`,
        RoleSessionName: 'abc',
        ExternalId: 'tenant-1',
      }),
    );
    await first.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = await startAwsEmulator({ clock: systemClock, stateFile: file });
    const keys = toCredentials(Credentials);
    await expect(
      createClients(second, keys).sts.send(new GetCallerIdentityCommand({})),
    ).resolves.toMatchObject({
      Account: CUSTOMER,
    });
    await second.close();

    const unrelated = await startAwsEmulator({ clock: systemClock });
    await expect(
      createClients(unrelated, keys).sts.send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await unrelated.close();
  });

  it('of another program is rejected and left unchanged', async () => {
    writeFileSync(file, '{"important": true}');
    await expect(startAwsEmulator({ clock: systemClock, stateFile: file })).rejects.toThrow('state file');
    expect(readFileSync(file, 'utf8')).toBe('{"important": true}');
  });
});
