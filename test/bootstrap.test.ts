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
import { afterEach, beforeEach, expect, test } from 'vitest';

const BOOTSTRAP = new URL('../scripts/bootstrap.mjs', import.meta.url).href;

let root: string;

// A checkout in small: a stand-in for npm installs, and a stand-in for Prisma generates; both write down that they ran.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-bootstrap-'));
  mkdirSync(join(root, 'prisma'));
  write('prisma/schema.prisma', 'model A {}');
  lockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true } });
  write(
    'npm-cli.js',
    `const fs = require('node:fs');
     fs.appendFileSync('ran', 'install ');
     if (fs.existsSync('fail')) { console.error('npm says why'); process.exit(1); }
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

function lockfile(packages: Record<string, object>): void {
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));
}

async function bootstrap(development = true): Promise<{ code: number; said: string }> {
  const script = `import { bootstrap } from '${BOOTSTRAP}';
    try { await bootstrap(${JSON.stringify(root)}, ${development}); } catch (error) {
      console.error(error.message); process.exitCode = 1;
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, npm_execpath: join(root, 'npm-cli.js') },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, said };
}

function ran(): string {
  const path = join(root, 'ran');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

function forget(): void {
  rmSync(join(root, 'ran'), { force: true });
}

test('a fresh clone is installed and generated, once', async () => {
  expect((await bootstrap()).code).toBe(0);
  expect(ran()).toBe('install generate');
  forget();
  expect(await bootstrap()).toEqual({ code: 0, said: '' });
  expect(ran()).toBe('');
});

test('nothing is written when nothing is missing', async () => {
  await bootstrap();
  const look = () =>
    readdirSync(root, { recursive: true }).map((name) => [name, statSync(join(root, String(name))).mtimeMs]);
  const before = look();
  await bootstrap();
  expect(look()).toEqual(before);
});

test('an install that was interrupted is made again', async () => {
  write('interrupted', '');
  await bootstrap();
  rmSync(join(root, 'interrupted'));
  forget();
  await bootstrap();
  expect(ran()).toMatch(/^install/);
});

test('another version in the lock file is installed', async () => {
  await bootstrap();
  forget();
  lockfile({
    'node_modules/prisma': { version: '7.0.0', dev: true },
    'node_modules/pg': { version: '8.0.0' },
  });
  const { said } = await bootstrap();
  expect(said).toContain('since pg is missing or another version');
  expect(ran()).toBe('install');
});

test('a checkout that comes from another machine gets the packages of this one', async () => {
  const other = { version: '1.0.0', optional: true, os: ['aix'], cpu: ['ppc64'] };
  lockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true }, 'node_modules/other': other });
  await bootstrap();
  rmSync(join(root, 'node_modules/other'), { recursive: true });
  forget();
  await bootstrap();
  expect(ran()).toBe('');
  const own = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
  lockfile({ 'node_modules/prisma': { version: '7.0.0', dev: true }, 'node_modules/own': own });
  await bootstrap();
  expect(ran()).toBe('install');
});

test('a command in production does not ask for the tools of development', async () => {
  await bootstrap();
  rmSync(join(root, 'node_modules/prisma'), { recursive: true });
  forget();
  await bootstrap(false);
  expect(ran()).toBe('');
  await bootstrap(true);
  expect(ran()).toBe('install');
});

test('another schema is generated, and nothing installed', async () => {
  await bootstrap();
  forget();
  write('prisma/schema.prisma', 'model B {}');
  await bootstrap();
  expect(ran()).toBe('generate');
});

test('of several at once one installs and the rest wait', async () => {
  write('slow', '');
  const results = await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(ran()).toBe('install generate');
  expect(results.filter(({ said }) => said.includes('Waiting for process'))).toHaveLength(2);
  expect(readdirSync(root).filter((name) => name.startsWith('.bootstrap'))).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  write('.bootstrap.lock', `${gone} 0123456789abcdef`);
  expect((await bootstrap()).code).toBe(0);
  expect(ran()).toBe('install generate');
  expect(existsSync(join(root, '.bootstrap.lock'))).toBe(false);
});

test("a failing install shows npm's words and what to do, and gives up the lock", async () => {
  write('fail', '');
  const { code, said } = await bootstrap();
  expect(code).toBe(1);
  expect(said).toContain('npm says why');
  expect(said).toContain('run the same command again');
  expect(ran()).toBe('install');
  expect(existsSync(join(root, '.bootstrap.lock'))).toBe(false);
});
