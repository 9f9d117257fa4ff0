import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '../test/harness/free-port.ts';

const ROOT = path.join(import.meta.dirname, '..');
const POLL_MS = 5;

/** The service, compiled as in production. It lies in the checkout, so that packages are found. */
export interface CompiledService {
  /** Runs `serve`, and resolves when `/readyz` has answered with 200 for the first time. */
  start(variables: Record<string, string>): Promise<RunningService>;
  remove(): Promise<void>;
}

export interface RunningService {
  url: string;
  pid: number;
  /** From the start of the process until it was ready. */
  readyMs: number;
  stop(): Promise<void>;
}

export async function compileService(): Promise<CompiledService> {
  await mkdir(path.join(ROOT, 'test-artifacts'), { recursive: true });
  const folder = await mkdtemp(path.join(ROOT, 'test-artifacts', 'bench-'));
  const { compile } = await import(path.join(ROOT, 'scripts', 'build.mjs'));
  await compile(folder, { check: false });
  return {
    start: (variables) => startUntilReady([path.join(folder, 'src', 'main.js'), 'serve'], variables),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs a server on a free port, which it gets as PORT. Its logs are written as in production and discarded. */
export async function startUntilReady(
  args: string[],
  variables: Record<string, string>,
): Promise<RunningService> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...variables, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  while (!(await isReady(url))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${args[0]} ended with ${child.exitCode ?? child.signalCode}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
