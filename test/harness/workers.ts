import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findAwsClis, findPythons, newestOf, type RunOptions, type Tool } from './tools.ts';

/** The result of GetCallerIdentity in a worker: the account, or the error. */
export interface Identity {
  account?: string;
  error?: string;
}

/** A program whose AWS SDK gets its credentials from the environment by itself. */
export interface WorkerKind {
  /** As it reports itself, such as `botocore/1.29.27`. */
  name: string;
  /** Whether no newer version of it is here. */
  isNewest: boolean;
  /** Debian's botocore ignores token files. */
  readsTokenFile: boolean;
  start(env: Record<string, string>): Worker;
}

/** A running worker. */
export interface Worker {
  whoAmI(): Promise<Identity>;
  end(): void;
}

const script = (name: string): string => fileURLToPath(new URL(`./workers/${name}`, import.meta.url));

/** Returns the kinds of worker that this machine can run, and for each that it cannot run a reason to skip it. */
export function workerKinds(): { usable: WorkerKind[]; unusable: string[] } {
  const pythons = findPythons(workerOptions());
  const clis = findAwsClis(workerOptions());
  const usable: WorkerKind[] = [
    {
      name: '@aws-sdk/client-sts',
      isNewest: true,
      readsTokenFile: true,
      start: (env) => startWorker(process.execPath, [script('identity.mjs')], env),
    },
    ...pythons.usable.map(({ version, file }) => ({
      name: version,
      isNewest: newestOf(pythons).usable[0]?.version === version,
      readsTokenFile: !/^botocore\/1\.([12]\d|30)\./.test(version),
      start: (env: Record<string, string>) => startWorker(file, [script('identity.py')], env),
    })),
    ...clis.usable.map((cli) => ({
      name: cli.version,
      isNewest: newestOf(clis).usable[0]?.version === cli.version,
      readsTokenFile: !cli.version.startsWith('aws-cli/2.9.'),
      start: (env: Record<string, string>) => ({ whoAmI: () => callCli(cli, env), end: () => {} }),
    })),
  ];
  return { usable, unusable: [...pythons.unusable, ...clis.unusable] };
}

/** Hides the AWS settings of this machine, and the metadata service of a cloud that it may run in. */
function workerOptions(env: Record<string, string> = {}): RunOptions {
  return {
    cwd: process.cwd(),
    env: {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      NODE_NO_WARNINGS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'us-east-1',
      // botocore's name for it.
      AWS_DEFAULT_REGION: 'us-east-1',
      ...env,
    },
  };
}

async function callCli(cli: Tool, env: Record<string, string>): Promise<Identity> {
  const { AWS_ENDPOINT_URL_STS = '' } = env;
  // A CLI from before July 2023 knows no variable for it.
  const args = ['--endpoint-url', AWS_ENDPOINT_URL_STS, '--output', 'json', 'sts', 'get-caller-identity'];
  try {
    const { stdout } = await promisify(execFile)(cli.file, args, workerOptions(env));
    return { account: JSON.parse(stdout).Account };
  } catch (error) {
    return { error: String((error as { stderr?: string }).stderr ?? error) };
  }
}

function startWorker(file: string, args: string[], env: Record<string, string>): Worker {
  const child: ChildProcess = spawn(file, args, { ...workerOptions(env), stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (data) => {
    errors += data;
  });
  if (!child.stdout) throw new Error('The worker has no standard output.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async whoAmI() {
      child.stdin?.write('\n');
      const { value, done } = await lines.next();
      return done ? { error: errors } : (JSON.parse(value) as Identity);
    },
    end: () => void child.stdin?.end(),
  };
}
