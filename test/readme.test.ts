import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxService, startSandboxService } from '../src/commands/sandbox-service.ts';
import { readConfig } from '../src/config/config.ts';
import { EXTERNAL_ID_PATTERN } from '../src/external-ids/external-id.ts';
import { createLogger } from '../src/observability/logger.ts';
import { withAwsCli } from './harness/aws-cli.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';
import { findAwsClis, type RunOptions, testWithEach } from './harness/tools.ts';

const run = promisify(execFile);
const folder = temporaryFolder('readme');
const options: RunOptions = { cwd: folder, env: process.env };

let sandbox: SandboxService;

beforeAll(async () => {
  const config = readConfig('sandbox', {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: '0',
    COUNTERSIGN_DATA_DIR: path.join(folder, 'data'),
  });
  sandbox = await startSandboxService(config, createLogger('silent'));
});
afterAll(() => sandbox?.close());

/** The `bash` blocks of the README, in order, with the URL of this test's AWS emulator. */
function blocks(): string[] {
  const readme = readFileSync('README.md', 'utf8');
  return [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.replaceAll('http://127.0.0.1:3001', sandbox.aws.url),
  );
}

testWithEach(
  findAwsClis(options),
  'the commands of all three callers work when they are pasted in order',
  async (cli, index) => {
    expect(blocks().length).toBe(5);
    // Each CLI works in an account of its own, where the role does not exist yet.
    const script = blocks().join('\n').replaceAll('111111111111', `11111111111${index}`);
    const { cwd, env } = withAwsCli(options, cli, sandbox.aws.url);
    // Without --norc, bash would read ~/.bashrc, which may change the PATH: it takes a socket as its input for a remote shell.
    const { stdout } = await run('bash', ['--norc', '-eu', '-c', script], {
      cwd,
      env: {
        ...env,
        COUNTERSIGN_URL: sandbox.service.url,
        COUNTERSIGN_KEY: sandbox.service.firstKey ?? '',
      },
    });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(new RegExp(EXTERNAL_ID_PATTERN));
    expect(lines).toContain('verified');
    expect(lines.at(-1)).toMatch(/^ASIA/);
  },
  60_000,
);

test('the commands of support work in a checkout, with the URL and the key in the environment', async () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, commands = ''] = /## Support[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const { stdout } = await run('bash', ['--norc', '-eu', '-c', commands], {
    env: {
      ...process.env,
      COUNTERSIGN_URL: sandbox.service.url,
      COUNTERSIGN_KEY: sandbox.service.firstKey ?? '',
    },
  });
  expect(stdout).toMatch(/^Broker aws +/m);
}, 60_000);

test('the README names only npm scripts and files that exist', () => {
  const readme = readFileSync('README.md', 'utf8');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const [, name = ''] of readme.matchAll(/npm run (?:-s )?([a-z]+)/g))
    expect(Object.keys(scripts)).toContain(name);
  for (const [, file = ''] of readme.matchAll(/\]\(([\w./-]+)\)/g))
    expect(() => readFileSync(file)).not.toThrow();
});

test('every rule of the evidence that a running installation can show holds in the sandbox', async () => {
  const response = await fetch(`${sandbox.service.url}/v1/evidence`, {
    headers: { authorization: `Bearer ${sandbox.service.firstKey}` },
  });
  const { requirements, rules } = (await response.json()) as Record<
    'requirements' | 'rules',
    { title: string; holds: boolean | null }[]
  >;
  expect(rules).toHaveLength(17);
  expect([...requirements, ...rules].filter(({ holds }) => holds === false)).toEqual([]);
});
