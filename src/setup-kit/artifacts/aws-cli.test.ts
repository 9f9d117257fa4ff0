import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatRoleDescription } from '../kit-text.ts';
import { adversarialKit, CURRENT, createSetupKit, SUCCESSOR } from '../setup-kit.fixture.ts';
import type { TenantSetupKit } from '../setup-kit.ts';
import { buildTrustPolicy } from '../trust-policy-document.ts';
import { renderAwsCli } from './aws-cli.ts';

const ROLE_ARN = 'arn:aws:iam::111111111111:role/acme-access';

/**
 * A replacement for `aws`. It records the number of its arguments and each argument, NUL-terminated. It responds like IAM
 * for a role that exists with the trust policy in the file `existing`, or that does not exist.
 */
const FAKE_AWS = `#!/bin/sh
here=\${0%/*}
printf '%s\\0' "$#" "$@" >> "$here/calls"
printf '%s' "$AWS_PAGER,$AWS_DEFAULT_REGION" > "$here/environment"
case $2 in
  create-role)
    if [ -e "$here/failure" ]; then cat "$here/failure" >&2; exit 254; fi
    if [ -e "$here/existing" ]; then
      echo 'An error occurred (EntityAlreadyExists) when calling the CreateRole operation: Role exists.' >&2
      exit 254
    fi
    echo '{"Role": {}}' ;;
  get-role)
    case $4 in
      --query=Role.Arn) echo '${ROLE_ARN}' ;;
      --query=Role.AssumeRolePolicyDocument) cat "$here/existing" ;;
      --query=Role.Path) cat "$here/path" 2>/dev/null || echo / ;;
      --query=Role.MaxSessionDuration) cat "$here/duration" 2>/dev/null || echo 3600 ;;
      *) cat "$here/boundary" 2>/dev/null || echo None ;;
    esac ;;
  get-role-policy) cat "$here/inline" ;;
  list-attached-role-policies) cat "$here/attached" ;;
esac
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aws-cli-'));
  writeFileSync(join(folder, 'aws'), FAKE_AWS);
  chmodSync(join(folder, 'aws'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

type FileName = 'existing' | 'failure' | 'path' | 'duration' | 'boundary' | 'inline' | 'attached';
const writeFile = (name: FileName, text: string) => writeFileSync(join(folder, name), text);

/** Runs the script like a customer and returns the recorded calls of `aws`. */
function runScript(script: string, environment: Record<string, string> = {}) {
  rmSync(join(folder, 'calls'), { force: true });
  const path = join(folder, 'aws-cli.sh');
  writeFileSync(path, script);
  const env = { PATH: `${folder}:${process.env.PATH}`, LC_ALL: 'C', ...environment };
  const { status, stdout, stderr } = spawnSync('sh', [path], { cwd: folder, env, encoding: 'utf8' });
  const calls: string[][] = [];
  const log = existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8').split('\0')
    : [''];
  for (let index = 0; log[index] !== ''; ) {
    const count = Number(log[index]);
    calls.push(log.slice(index + 1, index + 1 + count));
    index += 1 + count;
  }
  return { status, stdout, stderr, calls };
}

const formatJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[^\x20-\x7e\n]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const createRoleCall = (kit: TenantSetupKit) => [
  'iam',
  'create-role',
  `--role-name=${kit.role.name}`,
  `--path=${kit.role.path ?? '/'}`,
  `--description=${formatRoleDescription(kit, kit.tenantId)}`,
  '--max-session-duration=3600',
  `--assume-role-policy-document=${formatJson(buildTrustPolicy(kit))}`,
];

function permissionCalls({ role, permissions }: TenantSetupKit): string[][] {
  const { inlinePolicy, managedPolicyArns } = permissions;
  const name = `--role-name=${role.name}`;
  const put = [
    'iam',
    'put-role-policy',
    name,
    '--policy-name=vendor-access',
    `--policy-document=${formatJson(inlinePolicy)}`,
  ];
  return [
    ...(inlinePolicy === null ? [] : [put]),
    ...[...new Set(managedPolicyArns)].map((arn) => [
      'iam',
      'attach-role-policy',
      name,
      `--policy-arn=${arn}`,
    ]),
    ['iam', 'get-role', name, '--query=Role.Arn', '--output=text'],
  ];
}

const updateTrustCall = (kit: TenantSetupKit) => [
  'iam',
  'update-assume-role-policy',
  `--role-name=${kit.role.name}`,
  `--policy-document=${formatJson(buildTrustPolicy(kit))}`,
];

/** The state of a role that the script of this kit created. */
function writeExistingRole(kit: TenantSetupKit): void {
  const { inlinePolicy, managedPolicyArns } = kit.permissions;
  writeFile('existing', formatJson(buildTrustPolicy(kit)));
  writeFile('path', `${kit.role.path ?? '/'}\n`);
  if (inlinePolicy !== null) writeFile('inline', formatJson(inlinePolicy));
  writeFile('attached', `${managedPolicyArns.join('\t')}\n`);
}

const READS = ['create-role', 'get-role', 'get-role-policy', 'list-attached-role-policies'];
/** The calls that change something. */
const changesOf = (calls: string[][]) => calls.filter(([, verb = '']) => !READS.includes(verb));

describe('aws-cli.sh', () => {
  test('creates the role and prints only its ARN to standard output', () => {
    const kit = createSetupKit();
    const { status, stdout, stderr, calls } = runScript(renderAwsCli(kit));
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ROLE_ARN}\n` });
    expect(stderr).toContain('Created the role acme-access.');
    expect(calls).toEqual([createRoleCall(kit), ...permissionCalls(kit)]);
  });

  test('passes every adversarial text to aws exactly as it was given, and runs none of it', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const { status, calls } = runScript(renderAwsCli(kit));
        expect(status).toBe(0);
        expect(calls).toEqual([createRoleCall(kit), ...permissionCalls(kit)]);
      }),
      { numRuns: 60 },
    );
  });

  test('during a rotation, updates the trust policy of the existing role to both external IDs', () => {
    const permissions = {
      managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicy: { Version: '2012-10-17' },
    };
    const kit = createSetupKit({ externalIds: [CURRENT, SUCCESSOR], permissions });
    writeExistingRole(createSetupKit({ permissions }));
    const { status, stdout, stderr, calls } = runScript(renderAwsCli(kit));
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ROLE_ARN}\n` });
    expect(stderr).toContain('The role acme-access already exists. Updated it to this script.');
    expect(calls[0]).toEqual(createRoleCall(kit));
    expect(changesOf(calls)).toEqual([updateTrustCall(kit), ...permissionCalls(kit).slice(0, -1)]);
  });

  test('after a rotation, removes the retired external ID', () => {
    const kit = createSetupKit({ externalIds: [SUCCESSOR] });
    writeExistingRole(createSetupKit({ externalIds: [CURRENT, SUCCESSOR] }));
    const { status, calls } = runScript(renderAwsCli(kit));
    expect(status).toBe(0);
    expect(changesOf(calls)[0]).toEqual(updateTrustCall(kit));
  });

  test('accepts the spacing of the AWS CLI, and one external ID in a list', () => {
    const kit = createSetupKit();
    writeExistingRole(kit);
    const policy = JSON.stringify(buildTrustPolicy(kit), null, 4).replace(
      `"${CURRENT}"`,
      `[\n"${CURRENT}"\n]`,
    );
    writeFile('existing', policy);
    expect(runScript(renderAwsCli(kit)).status).toBe(0);
  });

  const STATEMENT = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' };
  const withStatement = (kit: TenantSetupKit) => {
    const { Version, Statement } = buildTrustPolicy(kit);
    return formatJson({ Version, Statement: [...Statement, STATEMENT] });
  };
  const permissions = {
    managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'],
    inlinePolicy: { Version: '2012-10-17', Statement: [] },
  };
  const boundary = 'arn:aws:iam::111111111111:policy/edge';

  test.each<[string, FileName, string | ((kit: TenantSetupKit) => string), string]>([
    ['another statement', 'existing', withStatement, '222222222222'],
    [
      'the external ID of another tenant',
      'existing',
      () => formatJson(buildTrustPolicy(createSetupKit({ externalIds: [SUCCESSOR] }))),
      'does not contain this external ID',
    ],
    ['a shorter session', 'duration', '7200\n', 'is 7200 seconds'],
    ['a narrower inline policy', 'inline', '{"Version": "2012-10-17", "Statement": ["narrow"]}', 'narrow'],
    [
      'a detached policy',
      'attached',
      '\n',
      'The policy arn:aws:iam::aws:policy/SecurityAudit is not attached.',
    ],
    ['another boundary', 'boundary', 'None\n', `The script sets ${boundary}.`],
  ])(
    'shows %s of an existing role and changes nothing, unless OVERWRITE_ROLE is yes',
    (_, file, content, shown) => {
      const kit = createSetupKit({ permissions });
      const script = renderAwsCli(kit).replace("BOUNDARY_ARN=''", `BOUNDARY_ARN='${boundary}'`);
      writeExistingRole(kit);
      writeFile('boundary', `${boundary}\n`);
      writeFile(file, typeof content === 'string' ? content : content(kit));
      const refused = runScript(script);
      expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 1, stdout: '' });
      expect(refused.stderr).toContain('Nothing was changed.');
      expect(refused.stderr).toContain(shown);
      expect(changesOf(refused.calls)).toEqual([]);

      const accepted = runScript(script, { OVERWRITE_ROLE: 'yes' });
      expect(accepted.status).toBe(0);
      const verbs = changesOf(accepted.calls).map(([, verb]) => verb);
      expect(verbs).toContain('update-assume-role-policy');
      expect(verbs.includes('update-role')).toBe(file === 'duration');
      expect(verbs.includes('put-role-permissions-boundary')).toBe(file === 'boundary');
    },
  );

  test('keeps the boundary of an existing role if the script names none', () => {
    const kit = createSetupKit();
    writeExistingRole(kit);
    writeFile('boundary', `${boundary}\n`);
    const { status, calls } = runScript(renderAwsCli(kit));
    expect([status, changesOf(calls).map(([, verb]) => verb)]).toEqual([0, ['update-assume-role-policy']]);
  });

  test('refuses another path, which IAM cannot change', () => {
    const kit = createSetupKit({ role: { path: '/edited/' } });
    writeExistingRole(kit);
    writeFile('path', '/\n');
    const { status, stderr, calls } = runScript(renderAwsCli(kit), { OVERWRITE_ROLE: 'yes' });
    expect(status).toBe(1);
    expect(stderr).toContain('exists with the path /, and IAM cannot change it');
    expect(changesOf(calls)).toEqual([]);
  });

  test('shows any other error and exits, even if the message contains EntityAlreadyExists', () => {
    const failure = 'An error occurred (AccessDenied): not authorized on role/(EntityAlreadyExists)/x';
    writeFile('failure', failure);
    const { status, stdout, stderr, calls } = runScript(renderAwsCli(createSetupKit()));
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${failure}\n` });
    expect(calls).toHaveLength(1);
  });

  test('sets a permissions boundary if the customer enters one', () => {
    const kit = createSetupKit();
    const arn = 'arn:aws:iam::111111111111:policy/boundary';
    const script = renderAwsCli(kit).replace("BOUNDARY_ARN=''", `BOUNDARY_ARN='${arn}'`);
    expect(runScript(script).calls[0]).toEqual([...createRoleCall(kit), `--permissions-boundary=${arn}`]);
  });

  test('disables the pager, and uses the Region of the kit unless the customer has set one', () => {
    const script = renderAwsCli(createSetupKit({ region: 'cn-north-1' }));
    const runAndReadEnvironment = (environment: Record<string, string>) => {
      runScript(script, environment);
      return readFileSync(join(folder, 'environment'), 'utf8');
    };
    expect(runAndReadEnvironment({ AWS_PAGER: 'less' })).toBe(',cn-north-1');
    expect(runAndReadEnvironment({ AWS_REGION: 'cn-northwest-1' })).toBe(',cn-northwest-1');
    expect(runAndReadEnvironment({ AWS_DEFAULT_REGION: 'cn-northwest-1' })).toBe(',cn-northwest-1');
  });

  test('explains its purpose before the first command', () => {
    expect(renderAwsCli(createSetupKit()).split('\n').slice(0, 6)).toEqual([
      '#!/bin/sh',
      '# Creates the IAM role that Acme (AWS account 012345670123) uses to access your AWS account.',
      '# Only for tenant tenant_01jz5v4e9mfx8a3k7r2b6c0d1e.',
      '# The vendor issued the external ID below. Do not change it: the role works with no other.',
      '# Run it again to update the external ID. It shows any other difference before it changes an existing role.',
      'set -eu',
    ]);
  });
});
