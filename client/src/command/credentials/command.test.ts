import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { testWithEach } from '../../../../test/harness/tools.ts';
import {
  awsClis,
  type CommandScenario,
  folder,
  runProgramToEnd,
  startCommandScenario,
  type Variables,
} from './command.fixture.ts';

const UNKNOWN_TENANT = 'tenant_01h455vb4pex5vsknk084sn02q';
const UNKNOWN_CONNECTION = 'connection_01h455vb4pex5vsknk084sn02q';

let scenario: CommandScenario;

// These tests compile the client and start other programs, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  scenario = await startCommandScenario();
});
afterAll(() => scenario?.close());

describe('process', () => {
  test('prints the JSON of credential_process and nothing else', async () => {
    const args = ['process', ...scenario.connectionOptions, '--duration-seconds', '900'];
    const { exitCode, stdout, stderr } = await scenario.run(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccountId: '111111111111',
    });
  });

  test('exits with 141 and without a message if the reader of its output has gone', async () => {
    const [node, main] = scenario.executable;
    const script = `"$NODE" "$MAIN" process ${scenario.connectionOptions.join(' ')} | :; echo "\${PIPESTATUS[0]}"`;
    const env = scenario.environment({ NODE: node, MAIN: main });
    const { stdout, stderr } = await runProgramToEnd('bash', ['--norc', '-c', script], env);
    expect([stdout, stderr]).toEqual(['141\n', '']);
  });

  /** Writes an AWS configuration file whose profile `customer` calls the command; returns its path. */
  function writeAwsConfig(connectionOptions: string[]): string {
    const file = path.join(folder, 'config');
    const commandLine = [...scenario.executable, 'process', ...connectionOptions];
    const line = commandLine.map((word) => `"${word}"`).join(' ');
    writeFileSync(file, `[profile customer]\ncredential_process = ${line}\n`);
    return file;
  }

  testWithEach(awsClis, 'serves an AWS CLI from a configuration file', async (cli) => {
    const env = { AWS_CONFIG_FILE: writeAwsConfig(scenario.connectionOptions) };
    const { exitCode, stdout, stderr } = await scenario.getCallerIdentity(cli.file, env, 'customer');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).Account).toBe('111111111111');
  });

  testWithEach(awsClis, 'makes an AWS CLI show why Countersign rejected the request', async (cli) => {
    const options = ['--tenant', scenario.tenant.id, '--connection', UNKNOWN_CONNECTION];
    const env = { AWS_CONFIG_FILE: writeAwsConfig(options) };
    const { exitCode, stderr } = await scenario.getCallerIdentity(cli.file, env, 'customer');
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/not_found: \w+/);
  });
});

describe('env', () => {
  test('prints lines for a shell that set the credentials and unset all others', async () => {
    const { exitCode, stdout } = await scenario.run(['env', ...scenario.connectionOptions]);
    expect(exitCode).toBe(0);
    const script = `${stdout}\necho "$AWS_ACCESS_KEY_ID $AWS_PROFILE"`;
    const env = { AWS_PROFILE: 'other' };
    const printed = execFileSync('sh', [], { input: script, encoding: 'utf8', env });
    expect(printed).toMatch(/^ASIA\w+ \n$/);
  });

  testWithEach(awsClis, 'serves an AWS CLI', async (cli) => {
    const { stdout: exports } = await scenario.run(['env', ...scenario.connectionOptions]);
    const script = `${exports}\nexec "$1" --endpoint-url "$2" sts get-caller-identity --output json`;
    const args = ['-c', script, 'sh', cli.file, scenario.service.aws.url];
    const { stdout } = await runProgramToEnd('sh', args, scenario.environment());
    expect(JSON.parse(stdout).Account).toBe('111111111111');
  });
});

describe('accepts the worker key from', () => {
  test.each<[string, () => [string[], Variables, string]]>([
    ['--key-file', () => [['--key-file', writeKeyFile()], { COUNTERSIGN_KEY: '' }, '']],
    ['COUNTERSIGN_KEY_FILE', () => [[], { COUNTERSIGN_KEY: '', COUNTERSIGN_KEY_FILE: writeKeyFile() }, '']],
    [
      '--key-stdin, before COUNTERSIGN_KEY',
      () => [['--key-stdin'], { COUNTERSIGN_KEY: 'another' }, `${scenario.workerKey}\n`],
    ],
  ])('%s', async (_, prepare) => {
    const [options, env, input] = prepare();
    const args = ['process', ...scenario.connectionOptions, ...options];
    expect(await scenario.run(args, env, input)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  function writeKeyFile(): string {
    const file = path.join(folder, 'key');
    writeFileSync(file, `${scenario.workerKey}\n`, { mode: 0o600 });
    return file;
  }
});

describe('the exit code tells whether to retry', () => {
  const unknown = ['--tenant', UNKNOWN_TENANT, '--connection', UNKNOWN_CONNECTION];
  test.each<[number, string, string[], Variables, RegExp]>([
    [2, 'an argument is missing', ['process'], {}, /--tenant is missing/],
    [2, 'there is no URL', ['process', ...unknown], { COUNTERSIGN_URL: '' }, /COUNTERSIGN_URL/],
    [2, 'there is no key', ['env', ...unknown], { COUNTERSIGN_KEY: '' }, /COUNTERSIGN_KEY/],
    [2, 'http:// to another host', ['env', ...unknown, '--url', 'http://example.com'], {}, /https:\/\//],
    [3, 'the connection does not exist', ['process', ...unknown], {}, /not_found: .* \(request /],
    [
      3,
      'the service names the invalid argument',
      ['process', '--tenant', UNKNOWN_TENANT, '--connection', 'no-id'],
      {},
      /validation_failed: .*connectionId: must be an ID like connection_/,
    ],
    [3, 'the key is not valid', ['agent', ...unknown], { COUNTERSIGN_KEY: 'x' }, /unauthorized/],
    [
      4,
      'the service cannot be reached',
      ['process', ...unknown, '--url', 'http://127.0.0.1:9'],
      {},
      /network_error/,
    ],
  ])('%i: %s', async (exitCode, _, args, env, message) => {
    const result = await scenario.run(args, env);
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
    expect(result.stderr).toMatch(/^countersign-credentials: /);
    expect(result.stderr).not.toContain(scenario.workerKey);
  });

  test('0: help and version', async () => {
    const version = await scenario.run(['--version']);
    expect([version.exitCode, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    const help = await scenario.run(['--help']);
    expect([help.exitCode, help.stdout]).toEqual([0, expect.stringContaining('Exit codes: 0 success')]);
  });
});
