import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { awsClis, awsInFront } from '../../../test/harness/aws-cli.ts';
import { buildClient } from '../../../test/harness/client-package.ts';
import {
  connected,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../../test/harness/service.ts';

let folder: string;
let main: string;
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let key: string;
let ids: string[];

// Compilers and other people's programs are started here, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-command-'));
  main = path.join(folder, 'package', 'dist', 'command', 'main.js');
  await buildClient(path.join(folder, 'package'));
  service = await startTestService();
  ({ tenant, connection } = await connected(service));
  ({ key } = await createKey(service, { role: 'worker' }));
  ids = ['--tenant', tenant.id, '--connection', connection.id];
});
afterAll(async () => {
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Env = Record<string, string>;

/** Nothing of this machine's own AWS configuration: what is not given here is not there. */
function environment(more: Env = {}): Env {
  const none = path.join(folder, 'none');
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    COUNTERSIGN_URL: service.url,
    COUNTERSIGN_KEY: key,
    AWS_CONFIG_FILE: none,
    AWS_SHARED_CREDENTIALS_FILE: none,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    ...more,
  };
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function execute(file: string, args: string[], env: Env, input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

const command = (args: string[], env: Env = {}, input = '') =>
  execute(process.execPath, [main, ...args], environment(env), input);

describe('process', () => {
  test('prints what credential_process wants, and not a word more', async () => {
    const { code, stdout, stderr } = await command(['process', ...ids, '--duration-seconds', '900']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccountId: '111111111111',
    });
  });

  test('ends in silence when nobody reads what it prints', async () => {
    const script = `"$NODE" "$MAIN" process ${ids.join(' ')} | :; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execute(
      'bash',
      ['-c', script],
      environment({ NODE: process.execPath, MAIN: main }),
    );
    expect([stdout, stderr]).toEqual(['141\n', '']);
  });

  const withoutCli = awsClis().length === 0;
  test.skipIf(withoutCli)(
    'serves every AWS CLI that is here, from a configuration file (skipped where there is none)',
    async () => {
      const config = path.join(folder, 'config');
      const line = [process.execPath, main, 'process', ...ids].map((word) => `"${word}"`).join(' ');
      writeFileSync(config, `[profile customer]\ncredential_process = ${line}\n`);
      for (const cli of awsClis()) {
        const { code, stdout, stderr } = await callerIdentity(
          cli.file,
          { AWS_CONFIG_FILE: config },
          'customer',
        );
        expect([cli.version, code, stderr]).toEqual([cli.version, 0, '']);
        expect(JSON.parse(stdout).Account).toBe('111111111111');
      }
    },
  );

  test.skipIf(withoutCli)('its refusal is what an AWS CLI shows (skipped where there is none)', async () => {
    const config = path.join(folder, 'config');
    const line = `"${process.execPath}" "${main}" process --tenant ${tenant.id} --connection connection_01h455vb4pex5vsknk084sn02q`;
    writeFileSync(config, `[profile customer]\ncredential_process = ${line}\n`);
    for (const cli of awsClis()) {
      const { code, stderr } = await callerIdentity(cli.file, { AWS_CONFIG_FILE: config }, 'customer');
      expect(code).not.toBe(0);
      expect(stderr).toContain('not_found: There is no such resource');
    }
  });
});

function callerIdentity(aws: string, env: Env, profile?: string): Promise<Ended> {
  const args = ['--endpoint-url', service.aws.url, 'sts', 'get-caller-identity', '--output', 'json'];
  return execute(aws, [...(profile ? ['--profile', profile] : []), ...args], environment(env));
}

describe('env', () => {
  test('prints lines that a shell can evaluate, which leave no other credentials in force', async () => {
    const { code, stdout } = await command(['env', ...ids]);
    expect(code).toBe(0);
    const script = `${stdout}\necho "$AWS_ACCESS_KEY_ID $AWS_PROFILE"`;
    const shown = execFileSync('sh', [], { input: script, encoding: 'utf8', env: { AWS_PROFILE: 'other' } });
    expect(shown).toMatch(/^ASIA\w+ \n$/);
  });

  test.skipIf(awsClis().length === 0)(
    'serves every AWS CLI that is here (skipped where there is none)',
    async () => {
      const { stdout } = await command(['env', ...ids]);
      for (const cli of awsClis()) {
        const script = `${stdout}\nexec "$1" --endpoint-url "$2" sts get-caller-identity --output json`;
        const args = ['-c', script, 'sh', cli.file, service.aws.url];
        expect(JSON.parse((await execute('sh', args, environment())).stdout).Account).toBe('111111111111');
      }
    },
  );
});

describe('the key comes from', () => {
  test.each<[string, () => [string[], Env, string]]>([
    ['a file that is named', () => [['--key-file', keyFile()], { COUNTERSIGN_KEY: '' }, '']],
    ['a file in the environment', () => [[], { COUNTERSIGN_KEY: '', COUNTERSIGN_KEY_FILE: keyFile() }, '']],
    ['standard input', () => [['--key-stdin'], { COUNTERSIGN_KEY: 'another' }, `${key}\n`]],
  ])('%s', async (_, given) => {
    const [args, env, input] = given();
    expect(await command(['process', ...ids, ...args], env, input)).toMatchObject({ code: 0, stderr: '' });
  });
});

function keyFile(): string {
  const file = path.join(folder, 'key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return file;
}

describe('the exit code tells what to do', () => {
  const elsewhere = [
    '--tenant',
    'tenant_01h455vb4pex5vsknk084sn02q',
    '--connection',
    'connection_01h455vb4pex5vsknk084sn02q',
  ];
  test.each<[number, string, string[], Env, RegExp]>([
    [2, 'arguments are wrong', ['process'], {}, /--tenant is missing/],
    [2, 'there is no URL', ['process', ...elsewhere], { COUNTERSIGN_URL: '' }, /COUNTERSIGN_URL/],
    [2, 'there is no key', ['env', ...elsewhere], { COUNTERSIGN_KEY: '' }, /COUNTERSIGN_KEY/],
    [2, 'http to another host', ['env', ...elsewhere, '--url', 'http://example.com'], {}, /https:\/\//],
    [3, 'it is not there', ['process', ...elsewhere], {}, /not_found: .* \(request /],
    [
      3,
      'an argument is refused by the service, with what is wrong with it',
      ['process', '--tenant', 'tenant_01h455vb4pex5vsknk084sn02q', '--connection', 'no-id'],
      {},
      /validation_failed: .*connectionId: must be an ID like connection_/,
    ],
    [3, 'the key is not valid', ['agent', ...elsewhere], { COUNTERSIGN_KEY: 'x' }, /unauthorized/],
    [4, 'nobody answers', ['process', ...elsewhere, '--url', 'http://127.0.0.1:9'], {}, /network_error/],
  ])('%i: %s', async (code, _, args, env, words) => {
    const ended = await command(args, env);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) });
    expect(ended.stderr).toMatch(/^countersign-credentials: /);
    expect(ended.stderr).not.toContain(key);
  });

  test('0: help and version', async () => {
    expect((await command(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await command(['--help'])).stdout).toContain('Exit codes: 0 done');
  });
});

describe('agent', () => {
  /** Starts it; resolves when it has printed where it is. */
  async function start(...args: string[]): Promise<{ child: ChildProcess; printed: string }> {
    const child = spawn(process.execPath, [main, 'agent', ...ids, ...args], { env: environment() });
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (printed.includes('AUTHORIZATION_TOKEN')) break;
    }
    return { child, printed };
  }

  /** What a shell has set after those lines, and nothing else. */
  function variables(printed: string): Env {
    const lines = execFileSync('sh', [], { input: `${printed}\nenv`, encoding: 'utf8', env: {} }).split('\n');
    return Object.fromEntries(
      lines.filter((line) => line.startsWith('AWS_')).map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    child.kill(signal);
    const [code] = await once(child, 'exit');
    return code;
  }

  test.skipIf(awsClis().length === 0)(
    'serves every AWS CLI that is here (skipped where there is none) with nothing but environment variables, and ends cleanly',
    async () => {
      const { child, printed } = await start();
      const env = { ...variables(printed), COUNTERSIGN_KEY: '', COUNTERSIGN_URL: '' };
      for (const cli of awsClis()) {
        const { code, stdout, stderr } = await callerIdentity(cli.file, env);
        expect([cli.version, code, stderr]).toEqual([cli.version, 0, '']);
        expect(JSON.parse(stdout).Account).toBe('111111111111');
      }
      expect(await end(child)).toBe(0);
    },
  );

  test.skipIf(pythons().length === 0)(
    'serves every boto3 that is here (skipped where there is none)',
    async () => {
      const { child, printed } = await start();
      const script = `import boto3
sts = boto3.client('sts', endpoint_url='${service.aws.url}')
print([sts.get_caller_identity()['Account'] for _ in range(5)])`;
      for (const python of pythons()) {
        const { stdout, stderr } = await execute(python, ['-c', script], environment(variables(printed)));
        expect([stdout, stderr]).toEqual([
          `${JSON.stringify(Array(5).fill('111111111111')).replaceAll('"', "'").replaceAll(',', ', ')}\n`,
          '',
        ]);
      }
      await end(child, 'SIGINT');
    },
  );

  test('with a token file the token is in it alone, readable to nobody else, and gone at the end', async () => {
    const file = path.join(folder, 'token');
    writeFileSync(file, 'of an agent that was killed', { mode: 0o644 });
    const { child, printed } = await start('--token-file', file);
    const token = readFileSync(file, 'utf8');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(printed).not.toContain(token);
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url = '' } = variables(printed);
    expect((await fetch(url, { headers: { authorization: token } })).status).toBe(200);
    expect(await end(child)).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('a program that it runs has credentials, and neither the key nor any others', async () => {
    const script = `env | grep -E '^(AWS|COUNTERSIGN)' | cut -d= -f1 | sort; exit 7`;
    const env = { AWS_ACCESS_KEY_ID: 'other', AWS_PROFILE: 'other', COUNTERSIGN_KEY_FILE: '' };
    const { code, stdout } = await command(['agent', ...ids, '--', 'sh', '-c', script], env);
    expect(code).toBe(7);
    expect(stdout.trim().split('\n')).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_CONTAINER_AUTHORIZATION_TOKEN',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_REGION',
      'AWS_SHARED_CREDENTIALS_FILE',
      'COUNTERSIGN_URL',
    ]);
  });

  test.skipIf(awsClis().length === 0)(
    'a program that it runs can be an AWS CLI (skipped where there is none)',
    async () => {
      for (const cli of awsClis()) {
        const aws = path.join(awsInFront(cli, service.aws.url), 'aws');
        const { stdout } = await command([
          'agent',
          ...ids,
          '--',
          aws,
          'sts',
          'get-caller-identity',
          '--output',
          'json',
        ]);
        expect(JSON.parse(stdout).Account).toBe('111111111111');
      }
    },
  );

  test('a program that is not there, or ends by a signal, is told as a shell tells it', async () => {
    expect((await command(['agent', ...ids, '--', './none'])).code).toBe(127);
    expect((await command(['agent', ...ids, '--', 'sh', '-c', 'kill -TERM $$'])).code).toBe(128 + 15);
  });

  test('a port that is taken is told, with what to do', async () => {
    const { child, printed } = await start();
    const { port } = new URL(variables(printed).AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
    expect(await command(['agent', ...ids, '--port', port])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('EADDRINUSE'),
    });
    await end(child);
  });
});

/** Python interpreters that have boto3: Debian's, and the one on the PATH. */
function pythons(): string[] {
  return ['/usr/bin/python3', 'python3'].filter((python) => {
    try {
      execFileSync(python, ['-c', 'import boto3'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
