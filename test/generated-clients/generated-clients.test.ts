import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../harness/service.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { type RunOptions, testWithEach } from '../harness/tools.ts';
import {
  GO_SOURCES,
  goGeneratorVersion,
  installGoGenerator,
  installPythonGenerator,
  PYTHON_SOURCES,
  pythonGeneratorVersion,
  toolEnv,
} from './generators.fixture.ts';
import { expectWholeJob } from './job.fixture.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 180_000;

/** The commands and examples of this page are those that the tests run. */
const page = readFileSync('docs/api-clients.md', 'utf8');
const example = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

/** The arguments of a command of the page, with this service's document. */
function documentedArguments(command: string): string[] {
  const line = page.split('\n').find((line) => line.startsWith(`${command} `)) ?? '';
  expect(line).toContain('https://countersign.example.com/openapi.json');
  return line
    .slice(command.length + 1)
    .replace('https://countersign.example.com', service.url)
    .split(' ');
}

/** Runs an example of the page, which creates a tenant and prints its external ID. */
async function expectExampleWorks(file: string, args: string[], { cwd, env }: RunOptions): Promise<void> {
  const settings = { COUNTERSIGN_URL: service.url, COUNTERSIGN_KEY: service.adminKey };
  const { stdout } = await run(file, args, { cwd, env: { ...env, ...settings } });
  const { body } = await service.admin.get('/v1/tenants?limit=100');
  expect(body.data).toContainEqual(
    expect.objectContaining({ name: 'Example Ltd', externalId: stdout.trim() }),
  );
}

const [python, go] = await Promise.all([installPythonGenerator(), installGoGenerator()]);

describe.concurrent('a client generated from the OpenAPI document compiles and does the whole job:', () => {
  testWithEach(
    python,
    'Python',
    async ({ file }) => {
      const folder = temporaryFolder('python-client');
      const PATH = [path.dirname(file), process.env.PATH].join(':');
      const options: RunOptions = {
        cwd: folder,
        env: { ...toolEnv, PATH, PYTHONPATH: 'countersign-client' },
      };
      const generate = documentedArguments('openapi-python-client');
      await run(file, ['-m', 'openapi_python_client', ...generate, '--fail-on-warning'], options);
      await run(file, ['-m', 'compileall', '-q', 'countersign-client'], options);
      await expectWholeJob(service, [file, path.join(PYTHON_SOURCES, 'job.py')], options);
      await expectExampleWorks(file, ['-c', example('python')], options);
    },
    TIMEOUT_MS,
  );

  testWithEach(
    go,
    'Go',
    async ({ file }) => {
      const folder = temporaryFolder('go-client');
      const options: RunOptions = { cwd: folder, env: toolEnv };
      cpSync(GO_SOURCES, folder, { recursive: true });
      for (const name of ['countersign', 'example']) mkdirSync(path.join(folder, name));
      const source = example('go').replace('example.com/vendor/', 'countersign.example/job/');
      writeFileSync(path.join(folder, 'example/main.go'), source);
      await run(file, ['tool', ...documentedArguments('go tool')], options);
      await run(file, ['build', './...'], options);
      await run(file, ['vet', './...'], options);
      await expectWholeJob(service, [file, 'run', '.'], options);
      await expectExampleWorks(file, ['run', './example'], options);
    },
    TIMEOUT_MS,
  );
});

test('the page names the versions that the tests use', () => {
  const [, pythonVersion] = /openapi-python-client==(\S+)/.exec(page) ?? [];
  const [, goVersion] = /oapi-codegen\/v2\/cmd\/oapi-codegen@(\S+)/.exec(page) ?? [];
  expect(pythonVersion).toBe(pythonGeneratorVersion());
  expect(goVersion).toBe(goGeneratorVersion());
});
