import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AwsCredentials } from '../src/aws-emulator/protocol/signature.ts';
import { openEmbedded, removeEmbedded } from '../src/database/embedded/embedded-database.ts';
import { findFreePort } from '../test/harness/free-port.ts';
import { startChild } from './child-process.ts';
import { serviceVariables, VENDOR_ACCOUNT_ID } from './environment.ts';
import { median, type Row } from './report.ts';

const ROOT = path.join(import.meta.dirname, '..');
const ROUNDS = 5;
const POLL_MS = 5;

interface Start {
  readyMs: number;
  /** Memory of the idle process. */
  rssMb: number;
}

/**
 * The time from the start of the process, compiled as in production, to the first 200 of `/readyz`, on a migrated database. The
 * baseline is a bare Fastify with Prisma's client, which is ready after its first statement. The two alternate.
 */
export async function start(print: (line: string) => void): Promise<Row> {
  await mkdir(path.join(ROOT, 'test-artifacts'), { recursive: true });
  const compiled = await mkdtemp(path.join(ROOT, 'test-artifacts', 'bench-'));
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-bench-'));
  const database = await openEmbedded({ dataDir, exclusive: true, log: () => undefined });
  const emulator = await startChild('emulator-server.ts');
  try {
    const { compile } = await import(path.join(ROOT, 'scripts', 'build.mjs'));
    compile(compiled, { check: false });
    const broker = JSON.parse(await emulator.request(VENDOR_ACCOUNT_ID)) as AwsCredentials;
    const variables = {
      ...serviceVariables({ stsUrl: emulator.url, broker, dataDir, adminKey: 'a'.repeat(64) }),
      DATABASE_URL: database.url,
      COMPILED: compiled,
    };
    const startService = () => measureStart([path.join(compiled, 'src', 'main.js'), 'serve'], variables);
    const startBare = () => measureStart([path.join(import.meta.dirname, 'bare-prisma.mjs')], variables);
    // The first start migrates.
    await startService();
    const starts: Start[] = [];
    const bareStarts: Start[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const [service, bare] = [await startService(), await startBare()];
      starts.push(service);
      bareStarts.push(bare);
      print(`  round ${round}: ${format(service)}; bare ${format(bare)}`);
    }
    const [ready, bareReady] = [starts, bareStarts].map((all) => median(all.map(({ readyMs }) => readyMs)));
    return {
      name: 'time from the start of the process to `/readyz` (the lower, the better)',
      countersign: `${Math.round(ready ?? 0)} ms`,
      baseline: `bare Fastify with Prisma's client: ${Math.round(bareReady ?? 0)} ms`,
      ratio: (ready ?? Number.NaN) / (bareReady ?? Number.NaN),
      target: 2,
    };
  } finally {
    await emulator.stop();
    await database.close();
    await removeEmbedded(dataDir);
    await rm(compiled, { recursive: true, force: true });
  }
}

const format = ({ readyMs, rssMb }: Start): string => `${Math.round(readyMs)} ms, ${Math.round(rssMb)} MB`;

async function measureStart(args: string[], variables: Record<string, string>): Promise<Start> {
  const port = await findFreePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...variables, PORT: String(port) },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const readyMs = performance.now() - startedAt;
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    return { readyMs, rssMb: Number(kilobytes) / 1024 };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}
