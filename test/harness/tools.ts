import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';

/**
 * The environment in which a test runs a tool. The tool is probed in the same one: a version manager's shim may start another
 * program, or none, when HOME, PATH or the working directory differ.
 */
export interface RunOptions {
  env: Record<string, string | undefined>;
  cwd: string;
}

/** An external program that works in the environment of the test. */
export interface Tool {
  /** As the program reports it, such as `aws-cli/2.9.19` or `botocore/1.29.27`. */
  version: string;
  /** The program itself, not a shim in front of it. */
  file: string;
}

export interface FoundTools {
  usable: Tool[];
  /** The reasons why other tools cannot be used. */
  unusable: string[];
}

/** Finds the AWS CLIs that work with these options: Debian's and those on the PATH, each version once and two at most. */
export function findAwsClis(options: RunOptions): FoundTools {
  const candidates = distinctFiles(['/usr/bin/aws', ...filesOnPath('aws')]).slice(0, 2);
  return probeAll('AWS CLI', candidates, (candidate) => {
    const file = programBehindShim(candidate);
    const [version = ''] = runProbe(file, ['--version'], options).split(' ');
    if (!version.startsWith('aws-cli/')) throw new Error(`${file} is not an AWS CLI`);
    return { version, file };
  });
}

/** Finds the Pythons that can import boto3 with these options: Debian's and the first on the PATH. */
export function findPythons(options: RunOptions): FoundTools {
  const candidates = distinctFiles(['/usr/bin/python3', ...filesOnPath('python3').slice(0, 1)]);
  return probeAll('Python', candidates, (candidate) => {
    const file = runProbe(candidate, ['-c', 'import sys; print(sys.executable)'], ownOptions());
    const script = 'import boto3, botocore; print("botocore/" + botocore.__version__)';
    return { version: runProbe(file, ['-c', script], options), file };
  });
}

/** Finds a program on the PATH that prints its version. */
export function findProgram(name: string, versionArguments: string[], options: RunOptions): FoundTools {
  return probeAll(name, distinctFiles(filesOnPath(name)).slice(0, 1), (candidate) => {
    const file = programBehindShim(candidate);
    const [version = ''] = runProbe(file, versionArguments, options).split('\n');
    return { version, file };
  });
}

/** The newest of the tools alone, for tests in which their versions behave alike. */
export function newestOf({ usable, unusable }: FoundTools): FoundTools {
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return { usable: usable.toSorted((a, b) => compare(b.version, a.version)).slice(0, 1), unusable };
}

/** Declares a test for each usable tool. For each unusable tool it declares a skipped test, whose name has the reason. */
export function testWithEach(
  { usable, unusable }: FoundTools,
  name: string,
  run: (tool: Tool, index: number, skip: (reason: string) => never) => Promise<void>,
  timeoutMs?: number,
): void {
  for (const [index, tool] of usable.entries()) {
    test(`${name} (${tool.version})`, ({ skip }) => run(tool, index, skip), timeoutMs);
  }
  for (const reason of unusable) test.skip(`${name} (skipped: ${reason})`);
}

function probeAll(kind: string, candidates: string[], probe: (candidate: string) => Tool): FoundTools {
  const found = new Map<string, Tool>();
  const unusable: string[] = [];
  for (const candidate of candidates) {
    try {
      const tool = probe(candidate);
      if (!found.has(tool.version)) found.set(tool.version, tool);
    } catch (error) {
      unusable.push(`${candidate}: ${reasonOf(error)}`);
    }
  }
  if (candidates.length === 0) unusable.push(`this machine has no ${kind}`);
  return { usable: [...found.values()], unusable };
}

/** Runs a program and returns what it printed. */
function runProbe(file: string, args: string[], { env, cwd }: RunOptions): string {
  return execFileSync(file, args, { env, cwd, encoding: 'utf8', stdio: 'pipe', timeout: 30_000 }).trim();
}

/** Why a program failed, in one line. */
export function reasonOf(error: unknown): string {
  const { stderr, killed } = error as { stderr?: string; killed?: boolean };
  if (killed) return 'not finished within the time limit';
  // A Python traceback ends with the error.
  const lastLine = stderr?.trim().split('\n').at(-1);
  return lastLine || String(error);
}

/** The options under which this test run itself works: there a shim starts the program that the user chose. */
function ownOptions(): RunOptions {
  return { env: process.env, cwd: process.cwd() };
}

/** The program that pyenv, asdf or mise would start for a file in their `shims` folders. */
function programBehindShim(file: string): string {
  if (path.basename(path.dirname(file)) !== 'shims') return file;
  for (const manager of ['pyenv', 'asdf', 'mise']) {
    try {
      const program = runProbe(manager, ['which', path.basename(file)], ownOptions());
      if (existsSync(program)) return program;
    } catch {
      // This manager is not installed, or does not know the program.
    }
  }
  return file;
}

function filesOnPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).filter(existsSync);
}

/** The files that exist, without a second name of the same file. */
function distinctFiles(files: string[]): string[] {
  const byRealPath = new Map<string, string>();
  for (const file of files.filter(existsSync)) {
    const realPath = realpathSync(file);
    if (!byRealPath.has(realPath)) byRealPath.set(realPath, file);
  }
  return [...byRealPath.values()];
}
