import { execFile } from 'node:child_process';
import path from 'node:path';
import { buildClient } from '../../../../test/harness/client-package.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
  type TestTenant,
} from '../../../../test/harness/service.ts';
import { temporaryFolder } from '../../../../test/harness/temporary-folder.ts';
import { findAwsClis, findPythons, newestOf } from '../../../../test/harness/tools.ts';

export type Variables = Record<string, string>;

export const folder = temporaryFolder('command');
const main = path.join(folder, 'package', 'dist', 'command', 'credentials', 'main.js');

/** The environment of every program that these tests start; it hides the AWS settings of this machine. */
const BASE_ENVIRONMENT: Variables = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  AWS_CONFIG_FILE: path.join(folder, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'none'),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
};
export const runOptions = { cwd: process.cwd(), env: BASE_ENVIRONMENT };
export const awsClis = newestOf(findAwsClis(runOptions));
export const pythons = newestOf(findPythons(runOptions));

interface ProgramResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The compiled command, and a service with a verified connection and a worker key. */
export interface CommandScenario {
  service: TestService;
  tenant: TestTenant;
  workerKey: string;
  /** The executable and its first argument, to start the command in ways that `run` does not cover. */
  executable: [file: string, main: string];
  /** `--tenant` and `--connection` with the IDs of the verified connection. */
  connectionOptions: string[];
  /** The command's environment, with the URL and the worker key. */
  environment(more?: Variables): Variables;
  /** Runs the command to its end. */
  run(args: string[], env?: Variables, input?: string): Promise<ProgramResult>;
  /** Runs `aws sts get-caller-identity` against the AWS emulator. */
  getCallerIdentity(cliFile: string, env: Variables, profile?: string): Promise<ProgramResult>;
  close(): Promise<void>;
}

export async function startCommandScenario(): Promise<CommandScenario> {
  await buildClient(path.join(folder, 'package'));
  const service = await startTestService();
  const { tenant, connection } = await createConnectedTenant(service);
  const { key } = await createKey(service, { role: 'worker' });
  const environment = (more: Variables = {}): Variables => ({
    ...BASE_ENVIRONMENT,
    COUNTERSIGN_URL: service.url,
    COUNTERSIGN_KEY: key,
    ...more,
  });
  return {
    service,
    tenant,
    workerKey: key,
    executable: [process.execPath, main],
    connectionOptions: ['--tenant', tenant.id, '--connection', connection.id],
    environment,
    run: (args, env = {}, input = '') =>
      runProgramToEnd(process.execPath, [main, ...args], environment(env), input),
    getCallerIdentity: (cliFile, env, profile) => {
      const args = ['--endpoint-url', service.aws.url, 'sts', 'get-caller-identity', '--output', 'json'];
      return runProgramToEnd(
        cliFile,
        [...(profile ? ['--profile', profile] : []), ...args],
        environment(env),
      );
    },
    close: () => service.close(),
  };
}

export function runProgramToEnd(
  file: string,
  args: string[],
  env: Variables,
  input = '',
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}
