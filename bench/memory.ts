import { countAssumedRoles, startEnvironment } from './environment.ts';
import { load } from './load.ts';
import { readRssMb } from './process-usage.ts';
import type { Row } from './report.ts';

const TENANTS = 50;
const WORKERS = 2;
/** Each duration is a session of its own, for each worker and connection. */
const DURATIONS = 1_000;
const MIN_DURATION_SECONDS = 900;
/** A divisor of the requests of a batch, so that each is sent once. */
const CONCURRENCY = 25;
/** The emulator counts 10,000 calls at most until it is asked. */
const DURATIONS_IN_BATCH = 50;

/** The memory of the service after 100,000 different sessions were issued, of which its cache keeps 50,000, beside the idle process. */
export async function memory(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const { service, workerKeys, connections } = environment;
    const idleMb = await readRssMb(service.pid);
    print(`  idle: ${Math.round(idleMb)} MB`);
    const callsBefore = await countAssumedRoles(environment);
    let issued = 0;
    for (let first = 0; first < DURATIONS; first += DURATIONS_IN_BATCH) {
      const requests = Array.from({ length: DURATIONS_IN_BATCH }, (_, i) =>
        JSON.stringify({ durationSeconds: MIN_DURATION_SECONDS + first + i }),
      ).flatMap((body) => workerKeys.flatMap((key) => connections.map(({ path }) => ({ path, key, body }))));
      await load(service.url, { connections: CONCURRENCY, requests, amount: requests.length });
      issued += requests.length;
      const calls = (await countAssumedRoles(environment)) - callsBefore;
      if (calls !== issued) throw new Error(`${issued} requests caused ${calls} AssumeRole calls`);
      print(`  ${issued} sessions: ${Math.round(await readRssMb(service.pid))} MB`);
    }
    const filledMb = await readRssMb(service.pid);
    return {
      name: `memory after ${issued} sessions (the lower, the better)`,
      countersign: `${Math.round(filledMb)} MB`,
      baseline: `idle: ${Math.round(idleMb)} MB`,
      ratio: filledMb / idleMb,
      target: null,
    };
  } finally {
    await environment.stop();
  }
}
