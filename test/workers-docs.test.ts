import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAwsCli } from './harness/aws-cli.ts';
import { buildClient } from './harness/client-package.ts';
import {
  CUSTOMER,
  createConnectedTenant,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from './harness/service.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';
import { findAwsClis, findPythons, newestOf, type RunOptions, testWithEach } from './harness/tools.ts';

const run = promisify(execFile);
const text = readFileSync('docs/workers.md', 'utf8');
/** The code blocks of a language, in the order of the page. */
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

const folder = temporaryFolder('workers');
/** Every recipe runs with these options; they hide the AWS settings of this machine. */
const recipeOptions: RunOptions = {
  cwd: folder,
  env: {
    PATH: [folder, path.dirname(process.execPath), process.env.PATH].join(':'),
    HOME: folder,
    NODE_NO_WARNINGS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  },
};

let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let key: string;

beforeAll(async () => {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(path.resolve('node_modules/@aws-sdk'), path.join(modules, '@aws-sdk'));
  const client = path.join(modules, '@countersign/client');
  await buildClient(client);
  const command = path.join(folder, 'countersign-credentials');
  const main = path.join(client, 'dist/command/credentials/main.js');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
  service = await startTestService();
  ({ tenant, connection } = await createConnectedTenant(service));
  ({ key } = await createKey(service, { role: 'worker' }));
});
afterAll(() => service?.close());

/** Runs a script after the `export` lines that every recipe needs, and returns what it printed. */
async function runRecipe(script: string, options: RunOptions = recipeOptions): Promise<string> {
  const env = {
    ...options.env,
    AWS_ENDPOINT_URL_STS: service.aws.url,
    COUNTERSIGN_URL: service.url,
    COUNTERSIGN_KEY: key,
    TENANT_ID: tenant.id,
    CONNECTION_ID: connection.id,
  };
  const [exports = ''] = blocks('bash');
  // Without --norc, bash would read ~/.bashrc, which may change the PATH: it takes a socket as its input for a remote shell.
  const { stdout } = await run('bash', ['--norc', '-eu', '-c', `${exports}\n${script}`], { ...options, env });
  return stdout.trim();
}

testWithEach(
  newestOf(findAwsClis(recipeOptions)),
  'the shell recipes work as printed: container credentials, agent, credential_process',
  async (cli) => {
    const recipes = blocks('bash').slice(1);
    expect(recipes).toHaveLength(3);
    const options = withAwsCli(recipeOptions, cli, service.aws.url);
    const accounts = await runRecipe(recipes.join('\n'), options);
    expect(accounts.split('\n')).toEqual([CUSTOMER, CUSTOMER, CUSTOMER]);
  },
  120_000,
);

testWithEach(
  findPythons(recipeOptions),
  'the Python recipe works as printed',
  async ({ file }) => {
    const [recipe = ''] = blocks('python');
    // botocore before 1.31 reads no AWS_ENDPOINT_URL_STS.
    const script = recipe.replace('client("sts")', `client("sts", endpoint_url="${service.aws.url}")`);
    expect(script).not.toBe(recipe);
    writeFileSync(path.join(folder, 'recipe.py'), script);
    expect(await runRecipe(`'${file}' recipe.py`)).toBe(CUSTOMER);
  },
  120_000,
);

test('the JavaScript recipes work as printed: by the environment, and with the client', async () => {
  const recipes = blocks('js');
  expect(recipes).toHaveLength(2);
  for (const recipe of recipes) {
    writeFileSync(path.join(folder, 'recipe.mjs'), recipe);
    expect(await runRecipe('node recipe.mjs')).toBe(CUSTOMER);
  }
}, 120_000);
