import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxService, startSandboxService } from '../src/commands/sandbox-service.ts';
import { readConfig } from '../src/config/config.ts';
import { createLogger } from '../src/observability/logger.ts';
import { awsClis, awsInFront } from './harness/aws-cli.ts';

const run = promisify(execFile);
const clis = awsClis();

let folder: string;
let sandbox: SandboxService;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-readme-'));
  // What PostgreSQL's user cannot enter would have its data elsewhere, where it would outlive the test.
  chmodSync(folder, 0o711);
  const config = readConfig('sandbox', {
    PORT: '0',
    COUNTERSIGN_SANDBOX_PORT: '0',
    COUNTERSIGN_DATA_DIR: path.join(folder, 'data'),
  });
  sandbox = await startSandboxService(config, createLogger('silent'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The `bash` blocks of the README, in order, with the local AWS where it listens here. */
function blocks(): string[] {
  const readme = readFileSync('README.md', 'utf8');
  return [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.replaceAll('http://127.0.0.1:3001', sandbox.aws.url),
  );
}

const named = clis.length > 0 ? clis : [{ version: 'skipped, for there is no AWS CLI here', file: '' }];

test.skipIf(clis.length === 0).each(named)(
  'the three callers can paste the lines of the README one after the other ($version)',
  async (cli) => {
    expect(blocks().length).toBe(5);
    // Each CLI works in an account of its own: in the first one's the role is there already.
    const script = blocks()
      .join('\n')
      .replaceAll('111111111111', `11111111111${clis.indexOf(cli)}`);
    const { stdout } = await run('bash', ['-eu', '-c', script], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${awsInFront(cli, sandbox.aws.url)}:${process.env.PATH}`,
        COUNTERSIGN_URL: sandbox.service.url,
        COUNTERSIGN_KEY: sandbox.service.firstKey ?? '',
      },
    });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(lines).toContain('verified');
    expect(lines.at(-1)).toMatch(/^ASIA/);
  },
  60_000,
);

test('the README names the commands that there are, and links to files that exist', () => {
  const readme = readFileSync('README.md', 'utf8');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const [, name = ''] of readme.matchAll(/npm run (?:-s )?([a-z]+)/g))
    expect(Object.keys(scripts)).toContain(name);
  for (const [, file = ''] of readme.matchAll(/\]\(([\w./-]+)\)/g))
    expect(() => readFileSync(file)).not.toThrow();
});
