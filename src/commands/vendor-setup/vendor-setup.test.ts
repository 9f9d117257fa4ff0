import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { compiledCommand } from '../../../test/harness/compiled-command.ts';
import {
  createConnectedTenant,
  createProfile,
  startTestService,
  type TestService,
  VENDOR,
} from '../../../test/harness/service.ts';
import { inspectConfig } from '../../config/config.ts';
import { UsageError } from '../usage-error.ts';
import { buildVendorRoles } from './build-roles.ts';
import { parseOptions } from './parse-options.ts';
import type { UsedRoles } from './store.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CANARY_ACCOUNT = '999988880000';

function build(args: string[], values: Record<string, string> = {}, used: UsedRoles | null = null) {
  const options = parseOptions(['--format', 'json', ...args]);
  if (!options) throw new Error('--help');
  return buildVendorRoles(options, inspectConfig('sandbox', values), used);
}

const USED: UsedRoles = {
  profileRoleNames: ['Reader'],
  sessionTags: true,
  sourceIdentity: false,
  registeredRoles: [],
};

describe('the roles', () => {
  test('come from the configuration, and options win over it', () => {
    const values = {
      COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR,
      COUNTERSIGN_OWN_ACCOUNT_IDS: '111122223333',
      COUNTERSIGN_BROKER_ROLE_ARN: `arn:aws:iam::${VENDOR}:role/service/Broker`,
      COUNTERSIGN_ROLE_NAME: 'Acme',
    };
    expect(build([], values)).toMatchObject({
      accountId: VENDOR,
      otherOwnAccountIds: ['111122223333'],
      broker: { path: '/service/', name: 'Broker' },
      customerRoles: ['/Acme'],
      canary: null,
    });
    const args = ['--account', '444455556666', '--broker-role-name', 'Other', '--role-name', 'team/Access'];
    expect(build(args, values)).toMatchObject({
      accountId: '444455556666',
      broker: { path: '/', name: 'Other' },
      customerRoles: ['/Acme', '/team/Access'],
    });
  });

  test('never contain the account of the sandbox, which belongs to somebody else', () => {
    expect(() => build([])).toThrow(UsageError);
    expect(JSON.stringify(build(['--account', '444455556666']))).not.toContain('999988887777');
  });

  test('have the default name of the setup kit only if no other name is given', () => {
    const account = ['--account', VENDOR];
    expect(build(account).customerRoles).toEqual(['/CountersignAccess']);
    expect(build([...account, '--role-name', 'Acme']).customerRoles).toEqual(['/Acme']);
    expect(build([...account, '--role-name', '*']).customerRoles).toEqual(['/*']);
    expect(build(account, {}, USED)).toMatchObject({
      customerRoles: ['/CountersignAccess', '/Reader'],
      sessionAttributes: { sessionTags: true },
      brokerAttributes: { sessionTags: false },
    });
  });

  test('allow the session tags of EKS Pod Identity, unless the configuration says that there are none', () => {
    const args = ['--account', VENDOR, '--principal', 'pods.eks.amazonaws.com'];
    expect(build(args).brokerAttributes).toEqual({ sessionTags: true, sourceIdentity: false });
    const none = { COUNTERSIGN_BROKER_SESSION_ATTRIBUTES: 'none' };
    expect(build(args, none).brokerAttributes).toEqual({ sessionTags: false, sourceIdentity: false });
  });

  test('have a new external ID for a new canary role, and keep that of a configured one', () => {
    const args = ['--account', VENDOR, '--canary-account', CANARY_ACCOUNT];
    const [one, two] = [build(args).canary, build(args).canary];
    expect(one).toMatchObject({ accountId: CANARY_ACCOUNT, name: 'CountersignCanary' });
    expect(one?.externalId).toMatch(/^[0-9a-f-]{36}$/);
    expect(one?.externalId).not.toBe(two?.externalId);
    const configured = {
      COUNTERSIGN_CANARY_ROLE_ARN: `arn:aws:iam::${CANARY_ACCOUNT}:role/x/Canary`,
      COUNTERSIGN_CANARY_EXTERNAL_ID: 'kept',
    };
    expect(build(args, configured).canary).toMatchObject({ path: '/x/', name: 'Canary', externalId: 'kept' });
  });

  test.each([
    [['--format', 'yaml']],
    [['--account', '1']],
    [['--role-name', 'a*']],
    [['--principal', '*']],
    [['--principal', 'arn:aws:iam::999988887777:oidc-provider/oidc.example.com']],
    [['--principal', 'arn:aws:iam::999988887777:oidc-provider/oidc.example.com', '--subject', 'system:*']],
    [['--subject', 'system:serviceaccount:a:b']],
    [['--partition', 'aws-cn']],
  ])('are rejected: %j', (args) => {
    expect(() => build(args, { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR })).toThrow(UsageError);
  });
});

describe('the command', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await createProfile(service, { roleName: 'Reader', sourceIdentity: true });
    await createConnectedTenant(service);
  });
  afterAll(() => service.close());

  function vendorSetup(args: string[], values: Record<string, string>) {
    const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...values };
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const [command, ...rest] = compiledCommand('vendor-setup', ...args);
      execFile(command, rest, { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      );
    });
  }

  test('adds the role names of access profiles, and reports registered roles that the policy does not allow', async () => {
    const { code, stdout, stderr } = await vendorSetup(['--format', 'json', '--account', VENDOR], {
      DATABASE_URL: service.database.ownerUrl,
    });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).brokerRole.identityPolicy.Statement[0]).toEqual({
      Sid: 'AssumeCustomerRoles',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: ['arn:aws:iam::*:role/CountersignAccess', 'arn:aws:iam::*:role/Reader'],
    });
    expect(stderr).toMatch(/registered roles with other names, .*: \/Role\d+\. Add --role-name/);
  });

  test('fails when a configured database cannot be read, instead of omitting names', async () => {
    const { code, stdout, stderr } = await vendorSetup(['--format', 'json', '--account', VENDOR], {
      DATABASE_URL: 'postgres://owner:a-secret-password@127.0.0.1:1/c',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/countersign doctor/);
    expect(stderr).not.toContain('a-secret-password');
  });

  test('explains invalid arguments with exit code 2', async () => {
    const { code, stdout, stderr } = await vendorSetup(['--format', 'json'], {});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--account or COUNTERSIGN_VENDOR_ACCOUNT_ID/);
  });
});
