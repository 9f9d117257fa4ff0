import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { AwsCredentials } from '../src/aws-emulator/protocol/signature.ts';
import { openEmbedded, removeEmbedded } from '../src/database/embedded/embedded-database.ts';
import { startChild } from './child-process.ts';
import { compileService, type RunningService, startUntilReady } from './compiled-service.ts';
import { serviceVariables, VENDOR_ACCOUNT_ID } from './environment.ts';
import { readCpuMs, readRssMb } from './process-usage.ts';
import { median, type Row } from './report.ts';

const ROOT = path.join(import.meta.dirname, '..');
const ROUNDS = 5;

interface Start {
  readyMs: number;
  /** CPU time until then, which other load disturbs less. */
  cpuMs: number;
  /** Memory of the idle process. */
  rssMb: number;
}

/**
 * The time from the start of the process, compiled as in production, to the first 200 of `/readyz`, on a migrated database. The
 * baseline is a bare Fastify with Prisma's client, which is ready after its first statement. The two alternate.
 */
export async function start(print: (line: string) => void): Promise<Row> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-bench-'));
  const database = await openEmbedded({ dataDir, exclusive: true, log: () => undefined });
  const emulator = await startChild('emulator-server.ts');
  const compiled = await compileService();
  const bare = await bundleBaseline();
  try {
    const broker = JSON.parse(await emulator.request(VENDOR_ACCOUNT_ID)) as AwsCredentials;
    const variables = {
      ...serviceVariables({ stsUrl: emulator.url, broker, dataDir, adminKey: 'a'.repeat(64) }),
      DATABASE_URL: database.url,
    };
    const startService = () => measureStart(compiled.start(variables));
    const startBare = () => measureStart(startUntilReady([bare], variables));
    // The first start migrates.
    await startService();
    const starts: Start[] = [];
    const bareStarts: Start[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const [service, baseline] = [await startService(), await startBare()];
      starts.push(service);
      bareStarts.push(baseline);
      print(`  round ${round}: ${format(service)}; bare ${format(baseline)}`);
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
    await compiled.remove();
    await rm(bare);
  }
}

/** Bundles the generated client with it, which is TypeScript. It lies in the checkout, so that packages are found. */
async function bundleBaseline(): Promise<string> {
  const outfile = path.join(ROOT, 'test-artifacts', `bench-bare-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'bare-prisma.ts')],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outfile,
  });
  return outfile;
}

const format = ({ readyMs, cpuMs, rssMb }: Start): string =>
  `${Math.round(readyMs)} ms (CPU ${Math.round(cpuMs)} ms), ${Math.round(rssMb)} MB`;

async function measureStart(starting: Promise<RunningService>): Promise<Start> {
  const { readyMs, pid, stop } = await starting;
  const usage = { cpuMs: await readCpuMs(pid), rssMb: await readRssMb(pid) };
  await stop();
  return { readyMs, ...usage };
}
