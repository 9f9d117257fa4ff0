import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildClient, COMPILERS } from './harness/client-package.ts';
import { createConnectedTenant, createKey, startTestService, type TestService } from './harness/service.ts';

const run = promisify(execFile);
const EXAMPLES = readdirSync('client/examples');
const LICENSE = readFileSync('LICENSE', 'utf8');
const BINARIES: Record<string, string> = JSON.parse(readFileSync('client/package.json', 'utf8')).bin;

let folder: string;
let packed: string;
let service: TestService;

// These tests start compilers and other programs, which are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Installs the package as npm would publish it in the project of a user, outside the checkout. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-client-package-'));
  packed = path.join(folder, 'node_modules', '@countersign', 'client');
  await buildClient(packed, 'published');
  for (const name of ['@aws-sdk', '@smithy', '@types', 'tslib'])
    symlinkSync(path.resolve('node_modules', name), path.join(folder, 'node_modules', name));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const file of EXAMPLES) cpSync(path.join('client/examples', file), path.join(folder, file));
  service = await startTestService();
});
afterAll(async () => {
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('publint finds nothing wrong with the package', async () => {
  const { messages, pkg } = await publint({ pkgDir: packed, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('only the code, its types, package.json, README and licence are published', async () => {
  const { paths } = await pack();
  expect(paths).toEqual(
    expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', ...Object.values(BINARIES)]),
  );
  expect(
    paths.filter((file) => !/^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts))$/.test(file)),
  ).toEqual([]);
  expect(paths.filter((file) => /test|fixture/.test(file))).toEqual([]);
});

/** Makes the file that `npm publish` would upload. The code is compiled already. */
async function pack(): Promise<{ file: string; paths: string[] }> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: packed });
  const report = JSON.parse(stdout);
  const [{ filename, files }] = Array.isArray(report) ? report : Object.values(report);
  const paths = (files as { path: string }[]).map((file) => file.path);
  return { file: path.join(folder, filename.replace('@', '').replace('/', '-')), paths };
}

test('the packed file installs without a registry, as the README says, and its commands run', async () => {
  const { file } = await pack();
  expect(readFileSync('client/README.md', 'utf8')).toContain(path.basename(file));
  const project = mkdtempSync(path.join(tmpdir(), 'countersign-client-install-'));
  try {
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    const npmEnv = { ...process.env, npm_config_registry: 'http://127.0.0.1:9' };
    await run('npm', ['install', '--no-audit', '--no-fund', file], { cwd: project, env: npmEnv });
    for (const name of Object.keys(BINARIES)) {
      const command = path.join(project, 'node_modules/.bin', name);
      expect((await run(command, ['--help'])).stdout).toMatch(new RegExp(`^${name}: `));
    }
    const script = "console.log(typeof (await import('@countersign/client')).createClient)";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
    expect(stdout.trim()).toBe('function');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test('the package says where it comes from, and is published for everybody', () => {
  const manifest = JSON.parse(readFileSync('client/package.json', 'utf8'));
  expect(manifest.repository).toMatchObject({ type: 'git', directory: 'client' });
  const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');
  expect(manifest.homepage).toBe(`${repository}/tree/main/client#readme`);
  expect(manifest.bugs).toBe(`${repository}/issues`);
  expect(manifest.publishConfig).toEqual({ access: 'public' });
});

test('the package has no dependencies, and contains its licence', () => {
  const manifest = JSON.parse(readFileSync(path.join(packed, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    expect(manifest[kind]).toBeUndefined();
  expect(readFileSync(path.join(packed, 'LICENSE'), 'utf8')).toBe(LICENSE);
  expect(manifest.license).toBe('Apache-2.0');
});

describe('the examples compile against the published types', () => {
  test.each([
    // It takes half a minute to check the AWS SDK's own declarations. The package's were made by it.
    ['TypeScript 5', COMPILERS.published, 'true'],
    ['TypeScript 7, with library checks', COMPILERS.fast, 'false'],
  ])('%s', async (_, compiler, skipLibCheck) => {
    const options = [
      '--strict',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--skipLibCheck',
      skipLibCheck,
    ];
    const args = [path.resolve(compiler, 'bin/tsc'), ...options, ...EXAMPLES];
    await run(process.execPath, args, { cwd: folder }).catch(({ stdout }) => expect(stdout).toBe(''));
  });
});

test('each example runs', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const { key } = await createKey(service, { role: 'worker' });
  const keys: Record<string, string> = { 'credential-provider.ts': key };
  for (const file of EXAMPLES) {
    const { stdout } = await run(process.execPath, [file.replace(/\.ts$/, '.js')], {
      cwd: folder,
      env: {
        ...process.env,
        COUNTERSIGN_URL: service.url,
        COUNTERSIGN_KEY: keys[file] ?? service.adminKey,
        TENANT_ID: tenant.id,
        CONNECTION_ID: connection.id,
        AWS_ENDPOINT_URL_STS: service.aws.url,
      },
    });
    expect(stdout).toMatch(EXPECTED[file] ?? /never/);
  }
});

const EXPECTED: Record<string, RegExp> = {
  'credential-provider.ts': /^in account 111111111111$/m,
  'onboarding.ts': /has the external ID [0-9a-f-]{36}$/m,
  'errors.ts': /^the tenant does not exist, or the key cannot see it \(request .+, do not retry\)$/m,
};
