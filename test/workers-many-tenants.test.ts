import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Customer, createCustomer } from './harness/isolated-customers.ts';
import { createKey, startTestService, type TestService } from './harness/service.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';
import { findProgram, findPythons, type RunOptions, testWithEach } from './harness/tools.ts';

/** The last recipe of a language in the page, which is the one for many tenants. */
function recipe(language: string): string {
  const page = readFileSync('docs/workers.md', 'utf8');
  const [, section = ''] = page.split('## Many tenants in one process');
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] ?? '';
}

const folder = temporaryFolder('many-tenants');
/** Hides the AWS settings of this machine. Go and Maven find their downloads in the usual places, and download nothing. */
const options: RunOptions = {
  cwd: folder,
  env: {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_CONFIG_FILE: path.join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    GOPROXY: 'off',
    GOSUMDB: 'off',
    GOFLAGS: '-mod=mod',
  },
};

let service: TestService;
let customers: Customer[];
let key: string;

beforeAll(async () => {
  service = await startTestService();
  customers = [await createCustomer(service, 1), await createCustomer(service, 2)];
  ({ key } = await createKey(service, { role: 'worker' }));
});
afterAll(() => service?.close());

/** Runs a recipe for both customers, each twice, and expects that each call acts in the right account. */
async function expectAccounts(file: string, args: string[]): Promise<void> {
  const rounds = [...customers, ...customers];
  const ids = rounds.flatMap(({ tenant, connectionId }) => [tenant.id, connectionId]);
  const env = {
    ...options.env,
    AWS_ENDPOINT_URL_STS: service.aws.url,
    COUNTERSIGN_URL: service.url,
    COUNTERSIGN_KEY: key,
  };
  const { stdout } = await promisify(execFile)(file, [...args, ...ids], { ...options, env });
  expect(stdout.trim().split('\n')).toEqual(rounds.map(({ account }) => account));
}

testWithEach(
  findPythons(options),
  'the Python recipe serves two tenants in one process',
  async ({ file }) => {
    // botocore before 1.31 reads no AWS_ENDPOINT_URL_STS.
    const script = recipe('python').replace(
      'client("sts")',
      `client("sts", endpoint_url="${service.aws.url}")`,
    );
    writeFileSync(path.join(folder, 'recipe.py'), script);
    await expectAccounts(file, ['recipe.py']);
  },
  120_000,
);

testWithEach(
  findProgram('go', ['version'], options),
  'the Go recipe serves two tenants in one process',
  async ({ file }, _, skip) => {
    const sources = path.join(folder, 'go');
    mkdirSync(sources);
    writeFileSync(path.join(sources, 'main.go'), recipe('go'));
    const requirements = ['', '/config', '/credentials', '/service/sts'].map(
      (name, i) => `github.com/aws/aws-sdk-go-v2${name} v${['1.48.0', '1.33.18', '1.21.0', '1.52.0'][i]}`,
    );
    const module = `module worker\n\ngo 1.24\n\nrequire (\n${requirements.join('\n')}\n)\n`;
    writeFileSync(path.join(sources, 'go.mod'), module);
    const binary = path.join(folder, 'worker');
    const build = { ...options, cwd: sources, stdio: 'pipe' } as const;
    try {
      execFileSync(file, ['list', '-deps', '.'], build);
    } catch {
      return skip('this machine has no copy of aws-sdk-go-v2');
    }
    execFileSync(file, ['build', '-o', binary, '.'], build);
    await expectAccounts(binary, []);
  },
  300_000,
);

testWithEach(
  findProgram('mvn', ['--version'], options),
  'the Java recipe serves two tenants in one process',
  async ({ file }, _, skip) => {
    writeFileSync(path.join(folder, 'Workers.java'), recipe('java'));
    writeFileSync(
      path.join(folder, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
      <groupId>worker</groupId><artifactId>worker</artifactId><version>1</version><dependencies><dependency>
      <groupId>software.amazon.awssdk</groupId><artifactId>sts</artifactId><version>2.31.0</version>
      </dependency></dependencies></project>`,
    );
    const classPath = path.join(folder, 'class-path');
    const goal = ['-o', '-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${classPath}`];
    try {
      execFileSync(file, goal, { ...options, stdio: 'pipe' });
    } catch {
      return skip('this machine has no copy of the AWS SDK for Java');
    }
    await expectAccounts('java', ['-cp', readFileSync(classPath, 'utf8').trim(), 'Workers.java']);
  },
  300_000,
);
