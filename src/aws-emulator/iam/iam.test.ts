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
import { CUSTOMER, clients, keysOf, rootKeys, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { type Sandbox, startSandbox } from '../emulator.ts';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: systemClock });
  iam = clients(sandbox, rootKeys(CUSTOMER)).iam;
});

afterEach(() => sandbox.close());

const DOCUMENT = trustPolicy(VENDOR, 'tenant-1');
const create = (name: string, document = DOCUMENT) =>
  new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document });

describe('roles', () => {
  it('come back as they were made', async () => {
    const asked = {
      RoleName: 'Countersign',
      Path: '/vendors/',
      AssumeRolePolicyDocument: DOCUMENT,
      Description: 'for <Countersign> & "others"',
      MaxSessionDuration: 7200,
      PermissionsBoundary: `arn:aws:iam::${CUSTOMER}:policy/edge`,
      Tags: [{ Key: 'team', Value: 'a b' }],
    };
    const { Role: made } = await iam.send(new CreateRoleCommand(asked));
    const { Role: found } = await iam.send(new GetRoleCommand({ RoleName: 'Countersign' }));
    expect(found).toEqual(made);
    expect(found).toMatchObject({
      Arn: `arn:aws:iam::${CUSTOMER}:role/vendors/Countersign`,
      RoleId: expect.stringMatching(/^AROA/),
      Description: asked.Description,
      MaxSessionDuration: 7200,
      Tags: asked.Tags,
      PermissionsBoundary: { PermissionsBoundaryArn: asked.PermissionsBoundary },
    });
    expect(decodeURIComponent(found?.AssumeRolePolicyDocument ?? '')).toBe(DOCUMENT);
  });

  it('are named once in an account, whatever the case, and found only as written', async () => {
    await iam.send(create('Countersign'));
    await expect(iam.send(create('COUNTERSIGN'))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'COUNTERSIGN' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(clients(sandbox, rootKeys(VENDOR)).iam.send(create('Countersign'))).resolves.toBeDefined();
  });

  it('are seen by their own account alone', async () => {
    await iam.send(create('Countersign'));
    const other = clients(sandbox, rootKeys(VENDOR)).iam;
    await expect(other.send(new GetRoleCommand({ RoleName: 'Countersign' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await expect(other.send(new DeleteRoleCommand({ RoleName: 'Countersign' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await expect(other.send(new ListRolesCommand({}))).resolves.toMatchObject({ Roles: [] });
  });

  it('are listed page by page', async () => {
    for (const name of ['c', 'a', 'e', 'b', 'd']) await iam.send(create(name));
    const names: (string | undefined)[][] = [];
    for await (const page of paginateListRoles({ client: iam, pageSize: 2 }, {}))
      names.push((page.Roles ?? []).map(({ RoleName }) => RoleName));
    expect(names).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    await expect(iam.send(new ListRolesCommand({ PathPrefix: '/other/' }))).resolves.toMatchObject({
      Roles: [],
      IsTruncated: false,
    });
  });

  it('take another trust policy, policies, and leave', async () => {
    await iam.send(create('Countersign'));
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
    ['no JSON', 'x' as never],
    ['NotPrincipal', { Statement: { Effect: 'Allow', NotPrincipal: '*', Action: 'sts:AssumeRole' } }],
    [
      'a wildcard inside of an ARN',
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
  ])('are not made with %s in the trust policy, nor changed to it', async (_, document) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await expect(iam.send(create('Countersign', text))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await iam.send(create('Countersign'));
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Countersign', PolicyDocument: text })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });

  it.each<[string, Partial<CreateRoleCommand['input']>, string]>([
    ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError'],
    ['a name of 65 characters', { RoleName: 'a'.repeat(65) }, 'ValidationError'],
    ['a path that ends nowhere', { Path: '/vendors' }, 'ValidationError'],
    ['a session of half an hour', { MaxSessionDuration: 1800 }, 'ValidationError'],
    [
      'a trust policy over the quota',
      { AssumeRolePolicyDocument: trustPolicy(VENDOR, 'x'.repeat(4096)) },
      'LimitExceededException',
    ],
  ])('are not made with %s', async (_, more, name) => {
    await expect(
      iam.send(
        new CreateRoleCommand({ RoleName: 'Countersign', AssumeRolePolicyDocument: DOCUMENT, ...more }),
      ),
    ).rejects.toMatchObject({ name });
  });

  it("keep names and policies that are called like an object's own properties", async () => {
    await iam.send(create('__proto__'));
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

describe('all other operations', () => {
  it('answer InvalidAction', async () => {
    const { sts } = clients(sandbox, rootKeys(CUSTOMER));
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
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    file = join(folder, 'state.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps roles and sessions over a restart, for its owner alone to read', async () => {
    const first = await startSandbox({ clock: systemClock, stateFile: file });
    const before = clients(first, rootKeys(CUSTOMER));
    await before.iam.send(create('Countersign', trustPolicy(CUSTOMER, 'tenant-1')));
    const { Credentials } = await before.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${CUSTOMER}:role/Countersign`,
        RoleSessionName: 'abc',
        ExternalId: 'tenant-1',
      }),
    );
    await first.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = await startSandbox({ clock: systemClock, stateFile: file });
    const keys = keysOf(Credentials);
    await expect(clients(second, keys).sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Account: CUSTOMER,
    });
    await second.close();

    const stranger = await startSandbox({ clock: systemClock });
    await expect(clients(stranger, keys).sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await stranger.close();
  });

  it('is refused, and left alone, when it is not one', async () => {
    writeFileSync(file, '{"important": true}');
    await expect(startSandbox({ clock: systemClock, stateFile: file })).rejects.toThrow('state file');
    expect(readFileSync(file, 'utf8')).toBe('{"important": true}');
  });
});
