import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AwsCli, awsClis } from './aws-cli.ts';

/** What a worker says of one call: the account that it acts in, or why it could not. */
export interface Said {
  account?: string;
  error?: string;
}

/** A program that draws its credentials as its AWS SDK does by itself. */
export interface WorkerKind {
  /** As it calls itself, such as `botocore/1.29.27`. */
  name: string;
  /** Debian's botocore ignores token files. */
  readsTokenFile: boolean;
  start(env: Record<string, string>): Worker;
}

/** A worker that runs: it asks AWS who it is when it is told to. */
export interface Worker {
  whoAmI(): Promise<Said>;
  end(): void;
}

const script = (name: string): string => fileURLToPath(new URL(`./workers/${name}`, import.meta.url));

/** The kinds that this machine can run, and those that are skipped, named for the output of the tests. */
export function workerKinds(): { here: WorkerKind[]; skipped: string[] } {
  const pythons = ['/usr/bin/python3', 'python3'].map((file) => ({ file, version: botocoreOf(file) }));
  const here: WorkerKind[] = [
    {
      name: '@aws-sdk/client-sts',
      readsTokenFile: true,
      start: (env) => talk(process.execPath, [script('identity.mjs')], env),
    },
  ];
  const skipped: string[] = [];
  for (const { file, version } of pythons) {
    if (version === null) skipped.push(`skipped, for ${file} has no boto3`);
    else if (!here.some(({ name }) => name === `botocore/${version}`)) {
      here.push({
        name: `botocore/${version}`,
        readsTokenFile: !/^1\.([12]\d|30)\./.test(version),
        start: (env) => talk(file, [script('identity.py')], env),
      });
    }
  }
  for (const cli of awsClis()) {
    here.push({
      name: cli.version,
      readsTokenFile: !cli.version.startsWith('aws-cli/2.9.'),
      start: (env) => ({ whoAmI: () => callCli(cli, env), end: () => {} }),
    });
  }
  if (awsClis().length === 0) skipped.push('skipped, for there is no AWS CLI here');
  return { here, skipped };
}

function botocoreOf(python: string): string | null {
  try {
    const code = 'import boto3, botocore; print(botocore.__version__)';
    return execFileSync(python, ['-c', code], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}

/** Nothing of this machine's own AWS settings, and never the metadata service of a cloud. */
function surroundings(env: Record<string, string>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: '/nowhere',
    NODE_NO_WARNINGS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    // botocore's name for it.
    AWS_DEFAULT_REGION: 'us-east-1',
    ...env,
  };
}

async function callCli(cli: AwsCli, env: Record<string, string>): Promise<Said> {
  const { AWS_ENDPOINT_URL_STS = '' } = env;
  // A CLI from before July 2023 knows no variable for it.
  const options = ['--endpoint-url', AWS_ENDPOINT_URL_STS, '--output', 'json'];
  try {
    const { stdout } = await promisify(execFile)(cli.file, [...options, 'sts', 'get-caller-identity'], {
      env: surroundings(env),
    });
    return { account: JSON.parse(stdout).Account };
  } catch (error) {
    return { error: String((error as { stderr?: string }).stderr ?? error) };
  }
}

function talk(file: string, args: string[], env: Record<string, string>): Worker {
  const child: ChildProcess = spawn(file, args, {
    env: surroundings(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (data) => {
    complaints += data;
  });
  if (!child.stdout) throw new Error('a worker without an output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async whoAmI() {
      child.stdin?.write('\n');
      const { value, done } = await lines.next();
      return done ? { error: complaints } : (JSON.parse(value) as Said);
    },
    end: () => void child.stdin?.end(),
  };
}
