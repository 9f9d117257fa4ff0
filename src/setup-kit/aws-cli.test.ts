import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderAwsCli } from './aws-cli.ts';
import { CURRENT, kitInput, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { type KitInput, roleDescription } from './setup-kit.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

const ROLE_ARN = 'arn:aws:iam::111111111111:role/acme-access';

/**
 * Stands in for `aws`: writes the number of its arguments and each of them, NUL-ended, and answers as IAM would for
 * a role that is there with the trust policy in the file `existing`, or is not there.
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
      *) cat "$here/existing" ;;
    esac ;;
esac
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aws-cli-'));
  writeFileSync(join(folder, 'aws'), FAKE_AWS);
  chmodSync(join(folder, 'aws'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: 'existing' | 'failure', text: string) => writeFileSync(join(folder, name), text);

/** Runs the script as the customer would, and gives back what `aws` was told. */
function run(script: string, environment: Record<string, string> = {}) {
  rmSync(join(folder, 'calls'), { force: true });
  const path = join(folder, 'aws-cli.sh');
  writeFileSync(path, script);
  const env = { PATH: `${folder}:${process.env.PATH}`, LC_ALL: 'C', ...environment };
  const { status, stdout, stderr } = spawnSync('sh', [path], { cwd: folder, env, encoding: 'utf8' });
  const calls: string[][] = [];
  const log = existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8').split('\0')
    : [''];
  for (let at = 0; log[at] !== ''; ) {
    const count = Number(log[at]);
    calls.push(log.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return { status, stdout, stderr, calls };
}

const json = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[^\x20-\x7e\n]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const createRole = (input: KitInput) => [
  'iam',
  'create-role',
  `--role-name=${input.role.name}`,
  `--path=${input.role.path ?? '/'}`,
  `--description=${roleDescription(input, input.tenantId)}`,
  '--max-session-duration=3600',
  `--assume-role-policy-document=${json(buildTrustPolicy(input))}`,
];

function grants({ role, permissions }: KitInput): string[][] {
  const { inlinePolicy, managedPolicyArns } = permissions;
  const name = `--role-name=${role.name}`;
  const put = [
    'iam',
    'put-role-policy',
    name,
    '--policy-name=vendor-access',
    `--policy-document=${json(inlinePolicy)}`,
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

const updateTrust = (input: KitInput) => [
  [
    'iam',
    'get-role',
    `--role-name=${input.role.name}`,
    '--query=Role.AssumeRolePolicyDocument',
    '--output=json',
  ],
  [
    'iam',
    'update-assume-role-policy',
    `--role-name=${input.role.name}`,
    `--policy-document=${json(buildTrustPolicy(input))}`,
  ],
];

describe('aws-cli.sh', () => {
  test('creates the role and prints its ARN, alone, to standard output', () => {
    const input = kitInput();
    const { status, stdout, stderr, calls } = run(renderAwsCli(input));
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ROLE_ARN}\n` });
    expect(stderr).toContain('Created the role acme-access.');
    expect(calls).toEqual([createRole(input), ...grants(input)]);
  });

  test('any text reaches aws as it went in, and none of it is run', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const { status, calls } = run(renderAwsCli(input));
        expect(status).toBe(0);
        expect(calls).toEqual([createRole(input), ...grants(input)]);
      }),
      { numRuns: 60 },
    );
  });

  test('in a rotation the role that is there gets the trust policy with both IDs, and the script says so', () => {
    const input = kitInput({
      externalIds: [CURRENT, SUCCESSOR],
      permissions: {
        managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'],
        inlinePolicy: { Version: '2012-10-17' },
      },
    });
    file('existing', json(buildTrustPolicy(kitInput())));
    const { status, stdout, stderr, calls } = run(renderAwsCli(input));
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ROLE_ARN}\n` });
    expect(stderr).toContain('The role acme-access exists already: updated its trust policy.');
    expect(calls).toEqual([createRole(input), ...updateTrust(input), ...grants(input)]);
  });

  test('after a rotation the ID that was retired is taken out again', () => {
    const input = kitInput({ externalIds: [SUCCESSOR] });
    file('existing', json(buildTrustPolicy(kitInput({ externalIds: [CURRENT, SUCCESSOR] }))));
    expect(run(renderAwsCli(input)).calls).toEqual([
      createRole(input),
      ...updateTrust(input),
      ...grants(input),
    ]);
  });

  test('a role of the same name that is not this tenant’s is left alone', () => {
    file('existing', json(buildTrustPolicy(kitInput({ externalIds: [SUCCESSOR] }))));
    const { status, stdout, stderr, calls } = run(renderAwsCli(kitInput()));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('Nothing was changed.');
    expect(calls.map(([, verb]) => verb)).toEqual(['create-role', 'get-role']);
  });

  test('such a role is changed once the customer says so at the top of the script', () => {
    const input = kitInput();
    file('existing', '{}');
    const script = renderAwsCli(input).replace("REPLACE_TRUST_POLICY='no'", "REPLACE_TRUST_POLICY='yes'");
    expect(run(script).calls).toEqual([createRole(input), ...updateTrust(input), ...grants(input)]);
  });

  test('any other failure is shown and ends the script, whatever words it quotes', () => {
    const failure = 'An error occurred (AccessDenied): not authorized on role/(EntityAlreadyExists)/x';
    file('failure', failure);
    const { status, stdout, stderr, calls } = run(renderAwsCli(kitInput()));
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${failure}\n` });
    expect(calls).toHaveLength(1);
  });

  test('a permissions boundary is given when the customer names one', () => {
    const input = kitInput();
    const arn = 'arn:aws:iam::111111111111:policy/boundary';
    const script = renderAwsCli(input).replace("BOUNDARY_ARN=''", `BOUNDARY_ARN='${arn}'`);
    expect(run(script).calls[0]).toEqual([...createRole(input), `--permissions-boundary=${arn}`]);
  });

  test('waits for no pager, and asks the partition of the kit unless the customer has set a Region', () => {
    const script = renderAwsCli(kitInput({ region: 'cn-north-1' }));
    const seen = (environment: Record<string, string>) => {
      run(script, environment);
      return readFileSync(join(folder, 'environment'), 'utf8');
    };
    expect(seen({ AWS_PAGER: 'less' })).toBe(',cn-north-1');
    expect(seen({ AWS_REGION: 'cn-northwest-1' })).toBe(',cn-northwest-1');
    expect(seen({ AWS_DEFAULT_REGION: 'cn-northwest-1' })).toBe(',cn-northwest-1');
  });

  test('begins with what it does and for whom, before the first command', () => {
    expect(renderAwsCli(kitInput()).split('\n').slice(0, 6)).toEqual([
      '#!/bin/sh',
      '# Creates the IAM role through which Acme (AWS account 012345670123) works in your AWS account.',
      '# It is for tenant tenant_01jz5v4e9mfx8a3k7r2b6c0d1e alone.',
      '# The external ID in it was issued by the vendor. Keep it exactly as it is: with any other the role does not work.',
      '# Run again, it brings the trust policy and the permissions of the same role up to date.',
      'set -eu',
    ]);
  });
});
