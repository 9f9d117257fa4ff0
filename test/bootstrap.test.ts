import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const BOOTSTRAP = new URL('../scripts/bootstrap.mjs', import.meta.url).href;

let root: string;

// A minimal checkout, with stand-ins for npm and Prisma that append to the file `ran`.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-bootstrap-'));
  mkdirSync(join(root, 'prisma'));
  write('prisma/schema.prisma', 'model A {}');
  writeLockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true } });
  write(
    'npm-cli.js',
    `const fs = require('node:fs');
     fs.appendFileSync('ran', process.argv[2] + ' ');
     if (fs.existsSync('fail')) { console.error('npm failed'); process.exit(1); }
     const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
     fs.rmSync('node_modules', { recursive: true, force: true });
     fs.mkdirSync('node_modules/prisma/build', { recursive: true });
     for (const path of Object.keys(packages)) if (path) {
       fs.mkdirSync(path, { recursive: true });
       fs.writeFileSync(path + '/package.json', '{}');
     }
     fs.writeFileSync('node_modules/prisma/build/index.js', "require('node:fs').appendFileSync('ran', 'generate ')");
     const finish = () => fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
     if (fs.existsSync('slow')) setTimeout(finish, 500); else if (!fs.existsSync('interrupted')) finish();`,
  );
});

afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, content: string): void {
  writeFileSync(join(root, name), content);
}

function writeLockfile(packages: Record<string, object>): void {
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));
}

async function bootstrap(development = true): Promise<{ code: number; stderr: string }> {
  const script = `import { bootstrap } from '${BOOTSTRAP}';
    try { await bootstrap(${JSON.stringify(root)}, ${development}); } catch (error) {
      console.error(error.message); process.exitCode = 1;
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, npm_execpath: join(root, 'npm-cli.js') },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** The stand-ins that ran, in order. */
function readRuns(): string {
  const path = join(root, 'ran');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

function clearRuns(): void {
  rmSync(join(root, 'ran'), { force: true });
}

test('installs and generates in a fresh clone, once', async () => {
  expect((await bootstrap()).code).toBe(0);
  expect(readRuns()).toBe('ci generate');
  clearRuns();
  expect(await bootstrap()).toEqual({ code: 0, stderr: '' });
  expect(readRuns()).toBe('');
});

test('writes nothing when nothing is missing', async () => {
  await bootstrap();
  const modificationTimes = () =>
    readdirSync(root, { recursive: true }).map((name) => [name, statSync(join(root, String(name))).mtimeMs]);
  const before = modificationTimes();
  await bootstrap();
  expect(modificationTimes()).toEqual(before);
});

test('repeats an interrupted install', async () => {
  write('interrupted', '');
  await bootstrap();
  rmSync(join(root, 'interrupted'));
  clearRuns();
  await bootstrap();
  expect(readRuns()).toMatch(/^ci/);
});

test('installs when the lock file has another version', async () => {
  await bootstrap();
  clearRuns();
  writeLockfile({
    'node_modules/prisma': { version: '7.0.0', dev: true },
    'node_modules/pg': { version: '8.0.0' },
  });
  const { stderr } = await bootstrap();
  expect(stderr).toContain('because pg is missing or has another version');
  expect(readRuns()).toBe('install');
});

test('installs the packages of this platform in a checkout that was copied from another', async () => {
  const other = { version: '1.0.0', optional: true, os: ['aix'], cpu: ['ppc64'] };
  writeLockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true }, 'node_modules/other': other });
  await bootstrap();
  rmSync(join(root, 'node_modules/other'), { recursive: true });
  clearRuns();
  await bootstrap();
  expect(readRuns()).toBe('');
  const own = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
  writeLockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true }, 'node_modules/own': own });
  await bootstrap();
  expect(readRuns()).toBe('install');
});

test('updates an existing install without deleting it first', async () => {
  await bootstrap();
  clearRuns();
  writeLockfile({ 'node_modules/prisma': { version: '7.0.1', dev: true } });
  write('fail', '');
  expect((await bootstrap()).code).toBe(1);
  expect(readRuns()).toBe('install');
});

test('does not require development packages for a production command', async () => {
  await bootstrap();
  rmSync(join(root, 'node_modules/prisma'), { recursive: true });
  clearRuns();
  await bootstrap(false);
  expect(readRuns()).toBe('');
  await bootstrap(true);
  expect(readRuns()).toBe('install');
});

describe('a production install', () => {
  const packages = {
    'node_modules/pg': { version: '8.0.0' },
    // npm installs it with --omit=dev too, as an optional peer dependency of the client.
    'node_modules/prisma': { version: '7.0.0', devOptional: true },
    'node_modules/vitest': { version: '4.0.0', dev: true },
  };

  beforeEach(() => {
    writeLockfile(packages);
    const { 'node_modules/vitest': _, ...installed } = packages;
    for (const path of Object.keys(installed)) {
      mkdirSync(join(root, path, 'build'), { recursive: true });
      write(`${path}/package.json`, '{}');
    }
    write('node_modules/prisma/build/index.js', "require('node:fs').appendFileSync('ran', 'generate ')");
    write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
  });

  test('gets the database client from what is installed, once', async () => {
    expect((await bootstrap(false)).code).toBe(0);
    expect(readRuns()).toBe('generate');
    expect(await bootstrap(false)).toEqual({ code: 0, stderr: '' });
    expect(readRuns()).toBe('generate');
  });

  test('is never changed: a missing or outdated package is named, with the command that installs it', async () => {
    writeLockfile({ ...packages, 'node_modules/pg': { version: '8.0.1' } });
    const { code, stderr } = await bootstrap(false);
    expect([code, readRuns()]).toEqual([1, '']);
    expect(stderr).toMatch(/pg is missing .* Run "npm ci --omit=dev"\./);
  });

  test('is not enlarged for the tests', async () => {
    const { code, stderr } = await bootstrap(true);
    expect([code, readRuns()]).toEqual([1, '']);
    expect(stderr).toMatch(/vitest is missing .* Run "npm ci"\./);
  });

  test('without the package that generates the database client says so', async () => {
    rmSync(join(root, 'node_modules/prisma'), { recursive: true });
    const { code, stderr } = await bootstrap(false);
    expect([code, readRuns()]).toEqual([1, '']);
    expect(stderr).toContain('the package "prisma", which generates it, is not installed');
  });
});

test('only generates when only the schema has changed', async () => {
  await bootstrap();
  clearRuns();
  write('prisma/schema.prisma', 'model B {}');
  await bootstrap();
  expect(readRuns()).toBe('generate');
});

test('lets one of several concurrent processes install while the others wait', async () => {
  write('slow', '');
  const results = await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(readRuns()).toBe('ci generate');
  expect(results.filter(({ stderr }) => stderr.includes('Waiting for process'))).toHaveLength(2);
  expect(readdirSync(root).filter((name) => name.startsWith('.bootstrap'))).toEqual([]);
});

test('takes over the lock of a process that no longer exists', async () => {
  const exitedPid = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  write('.bootstrap.lock', `${exitedPid} 0123456789abcdef`);
  expect((await bootstrap()).code).toBe(0);
  expect(readRuns()).toBe('ci generate');
  expect(existsSync(join(root, '.bootstrap.lock'))).toBe(false);
});

test("reports npm's error and what to do when the install fails, and releases the lock", async () => {
  write('fail', '');
  const { code, stderr } = await bootstrap();
  expect(code).toBe(1);
  expect(stderr).toContain('npm failed');
  expect(stderr).toContain('run the same command again');
  expect(readRuns()).toBe('ci');
  expect(existsSync(join(root, '.bootstrap.lock'))).toBe(false);
});
