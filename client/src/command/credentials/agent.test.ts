import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withAwsCli } from '../../../../test/harness/aws-cli.ts';
import { testWithEach } from '../../../../test/harness/tools.ts';
import {
  awsClis,
  type CommandScenario,
  folder,
  pythons,
  runOptions,
  runProgramToEnd,
  startCommandScenario,
  type Variables,
} from './command.fixture.ts';

let scenario: CommandScenario;

// These tests compile the client and start other programs, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  scenario = await startCommandScenario();
});
afterAll(() => scenario?.close());

/** Starts an agent, and returns it with its output once it has printed the variables for SDKs. */
async function startAgent(...options: string[]): Promise<{ agent: ChildProcess; output: string }> {
  const [node, main] = scenario.executable;
  const args = [main, 'agent', ...scenario.connectionOptions, ...options];
  const agent = spawn(node, args, { env: scenario.environment() });
  let output = '';
  for await (const chunk of agent.stdout) {
    output += chunk;
    if (output.includes('AUTHORIZATION_TOKEN')) break;
  }
  return { agent, output };
}

async function stopAgent(agent: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
  agent.kill(signal);
  const [exitCode] = await once(agent, 'exit');
  return exitCode;
}

/** Evaluates the agent's output in a shell with an empty environment, and returns the AWS variables that it sets. */
function evaluateExports(output: string): Variables {
  const options = { input: `${output}\nenv`, encoding: 'utf8', env: {} } as const;
  const lines = execFileSync('sh', [], options).split('\n');
  return Object.fromEntries(
    lines.filter((line) => line.startsWith('AWS_')).map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

const runWithAgent = (program: string[], env?: Variables) =>
  scenario.run(['agent', ...scenario.connectionOptions, '--', ...program], env);

testWithEach(
  awsClis,
  'serves an AWS CLI that has only environment variables, and stops cleanly',
  async (cli) => {
    const { agent, output } = await startAgent();
    const env = { ...evaluateExports(output), COUNTERSIGN_KEY: '', COUNTERSIGN_URL: '' };
    const { exitCode, stdout, stderr } = await scenario.getCallerIdentity(cli.file, env);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).Account).toBe('111111111111');
    expect(await stopAgent(agent)).toBe(0);
  },
);

testWithEach(pythons, 'serves boto3', async ({ file }) => {
  const { agent, output } = await startAgent();
  const script = `import boto3
sts = boto3.client('sts', endpoint_url='${scenario.service.aws.url}')
print([sts.get_caller_identity()['Account'] for _ in range(5)])`;
  const env = scenario.environment(evaluateExports(output));
  const { stdout, stderr } = await runProgramToEnd(file, ['-c', script], env);
  const accounts = Array(5).fill("'111111111111'").join(', ');
  expect([stdout, stderr]).toEqual([`[${accounts}]\n`, '']);
  await stopAgent(agent, 'SIGINT');
});

test('writes the token only to the token file, readable by its user alone, and deletes the file at the end', async () => {
  const file = path.join(folder, 'token');
  writeFileSync(file, 'left by an agent that was killed', { mode: 0o644 });
  const { agent, output } = await startAgent('--token-file', file);
  const token = readFileSync(file, 'utf8');
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(output).not.toContain(token);
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url = '' } = evaluateExports(output);
  expect((await fetch(url, { headers: { authorization: token } })).status).toBe(200);
  expect(await stopAgent(agent)).toBe(0);
  expect(existsSync(file)).toBe(false);
});

test('gives its program credentials, but neither the worker key nor other AWS credentials', async () => {
  const script = `env | grep -E '^(AWS|COUNTERSIGN)' | cut -d= -f1 | sort; exit 7`;
  const env = { AWS_ACCESS_KEY_ID: 'other', AWS_PROFILE: 'other', COUNTERSIGN_KEY_FILE: '' };
  const { exitCode, stdout } = await runWithAgent(['sh', '-c', script], env);
  expect(exitCode).toBe(7);
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

testWithEach(awsClis, 'can run an AWS CLI as its program', async (cli) => {
  const { PATH = '' } = withAwsCli(runOptions, cli, scenario.service.aws.url).env;
  const call = ['aws', 'sts', 'get-caller-identity', '--output', 'json'];
  const { stdout } = await runWithAgent(call, { PATH });
  expect(JSON.parse(stdout).Account).toBe('111111111111');
});

test('exits as a shell does if its program is not found or is ended by a signal', async () => {
  expect((await runWithAgent(['./none'])).exitCode).toBe(127);
  expect((await runWithAgent(['sh', '-c', 'kill -TERM $$'])).exitCode).toBe(128 + 15);
});

test('names the error if its port is in use', async () => {
  const { agent, output } = await startAgent();
  const { port } = new URL(evaluateExports(output).AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  const args = ['agent', ...scenario.connectionOptions, '--port', port];
  expect(await scenario.run(args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('EADDRINUSE'),
  });
  await stopAgent(agent);
});
