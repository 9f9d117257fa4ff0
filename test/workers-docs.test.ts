import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsClis, awsInFront } from './harness/aws-cli.ts';
import { buildClient } from './harness/client-package.ts';
import {
  CUSTOMER,
  connected,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from './harness/service.ts';

const run = promisify(execFile);
const text = readFileSync('docs/workers.md', 'utf8');
/** The blocks of a language, in the order of the page. */
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

let folder: string;
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-workers-'));
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(path.resolve('node_modules/@aws-sdk'), path.join(modules, '@aws-sdk'));
  const client = path.join(modules, '@countersign/client');
  await buildClient(client);
  const command = path.join(folder, 'countersign-credentials');
  const main = path.join(client, 'dist/command/main.js');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
  service = await startTestService();
  ({ tenant, connection } = await connected(service));
  ({ key } = await createKey(service, { role: 'worker' }));
});
afterAll(async () => {
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script after the lines that every recipe begins with; what it printed. */
async function afterTheFirstLines(script: string, inFront?: string): Promise<string> {
  const env = {
    PATH: [inFront, folder, path.dirname(process.execPath), process.env.PATH].filter(Boolean).join(':'),
    HOME: folder,
    NODE_NO_WARNINGS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_STS: service.aws.url,
    COUNTERSIGN_URL: service.url,
    COUNTERSIGN_KEY: key,
    TENANT_ID: tenant.id,
    CONNECTION_ID: connection.id,
  };
  const [first = ''] = blocks('bash');
  const { stdout } = await run('bash', ['-eu', '-c', `${first}\n${script}`], { cwd: folder, env });
  return stdout.trim();
}

const clis = awsClis();
const namedClis = clis.length > 0 ? clis : [{ version: 'skipped, for there is no AWS CLI here', file: '' }];

test.skipIf(clis.length === 0).each(namedClis)(
  "the page's lines for a shell work as they stand: container credentials, agent, credential_process ($version)",
  async (cli) => {
    const recipes = blocks('bash').slice(1);
    expect(recipes).toHaveLength(3);
    const said = await afterTheFirstLines(recipes.join('\n'), awsInFront(cli, service.aws.url));
    expect(said.split('\n')).toEqual([CUSTOMER, CUSTOMER, CUSTOMER]);
  },
  120_000,
);

const pythons = ['/usr/bin/python3', 'python3'].filter(hasBoto3);
const namedPythons = pythons.length > 0 ? pythons : ['skipped, for there is no boto3 here'];

test.skipIf(pythons.length === 0).each(namedPythons)(
  "the page's lines in Python work as they stand (%s)",
  async (python) => {
    const [recipe = ''] = blocks('python');
    // Before 1.31 botocore has to be told of the local AWS.
    const told = recipe.replace('client("sts")', `client("sts", endpoint_url="${service.aws.url}")`);
    expect(told).not.toBe(recipe);
    writeFileSync(path.join(folder, 'recipe.py'), told);
    expect(await afterTheFirstLines(`${python} recipe.py`)).toBe(CUSTOMER);
  },
  120_000,
);

test("the page's lines in JavaScript work as they stand: by the environment, and with the client", async () => {
  const recipes = blocks('js');
  expect(recipes).toHaveLength(2);
  for (const recipe of recipes) {
    writeFileSync(path.join(folder, 'recipe.mjs'), recipe);
    expect(await afterTheFirstLines('node recipe.mjs')).toBe(CUSTOMER);
  }
}, 120_000);

function hasBoto3(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import boto3'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
