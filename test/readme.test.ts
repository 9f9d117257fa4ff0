import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SandboxService, startSandboxService } from '../src/commands/sandbox-service.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';

const run = promisify(execFile);
const hasAws = (() => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let folder: string;
let sandbox: SandboxService;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-readme-'));
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

/** An `aws` that knows endpoints by option alone, like Debian's, is told ours by a small one in front of it. */
function awsInFront(): string {
  const file = path.join(folder, 'aws');
  const real = execFileSync('sh', ['-c', 'command -v aws'], { encoding: 'utf8' }).trim();
  execFileSync('sh', [
    '-c',
    'printf \'#!/bin/sh\\nexec "%s" --endpoint-url "%s" "$@"\\n\' "$1" "$2" > "$3"; chmod +x "$3"',
    'sh',
    real,
    sandbox.aws.url,
    file,
  ]);
  return folder;
}

test.skipIf(!hasAws)(
  'the three callers can paste the lines of the README one after the other (skipped where there is no AWS CLI)',
  async () => {
    expect(blocks().length).toBe(5);
    const { stdout } = await run('bash', ['-eu', '-c', blocks().join('\n')], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${awsInFront()}:${process.env.PATH}`,
        COUNTERSIGN_URL: sandbox.service.url,
        COUNTERSIGN_KEY: sandbox.service.firstKey ?? '',
      },
    });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(lines).toContain('verified');
    expect(lines.at(-1)).toMatch(/^ASIA/);
  },
);

test('the README names the commands that there are, and links to files that exist', () => {
  const readme = readFileSync('README.md', 'utf8');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const [, name = ''] of readme.matchAll(/npm run (?:-s )?([a-z]+)/g))
    expect(Object.keys(scripts)).toContain(name);
  for (const [, file = ''] of readme.matchAll(/\]\(([\w./-]+)\)/g))
    expect(() => readFileSync(file)).not.toThrow();
});
