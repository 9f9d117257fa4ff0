import pg from 'pg';
import type { RunningService } from './compiled-service.ts';
import { type BenchEnvironment, startEnvironment } from './environment.ts';
import { load, type Request } from './load.ts';
import { readCpuMs, readCpuTimes } from './process-usage.ts';
import { median, type Row } from './report.ts';

const TENANTS = 100;
const WORKERS = 20;
const CONNECTIONS = 64;
const SECONDS = 8;
const ROUNDS = 3;
const COUNTS = [1, 2, 4];

interface Measurement {
  perSecond: number;
  /** CPU time of one response. */
  serviceMs: number;
  databaseMs: number;
}

/**
 * Cached credentials with several processes of the service on one database, each with its own clients. The baseline is one
 * process. Where all of them share two cores, the rate says little: the CPU time of a response says what more
 * cores would give.
 */
export async function processes(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const requests = environment.connections.flatMap(({ path }) =>
      environment.workerKeys.map((key) => ({ path, key })),
    );
    const services = [environment.service];
    while (services.length < Math.max(...COUNTS)) services.push(await environment.startReplica());
    for (const { url } of services) await load(url, { connections: 16, requests, amount: requests.length });
    const results = new Map<number, Measurement[]>(COUNTS.map((count) => [count, []]));
    for (let round = 1; round <= ROUNDS; round++)
      for (const [count, measurements] of results) {
        const measured = await measure(environment, services.slice(0, count), requests);
        measurements.push(measured);
        print(`  round ${round}, ${count}: ${format(measured)}`);
      }
    const [one = Number.NaN, two = Number.NaN, four = Number.NaN] = COUNTS.map((count) =>
      median(results.get(count)?.map(({ perSecond }) => perSecond) ?? []),
    );
    return {
      name: 'credentials from the cache with 2 processes (and 4) on one database',
      countersign: `${Math.round(two)}/s (${Math.round(four)}/s)`,
      baseline: `1 process: ${Math.round(one)}/s`,
      ratio: two / one,
      target: null,
    };
  } finally {
    await environment.stop();
  }
}

const format = ({ perSecond, serviceMs, databaseMs }: Measurement): string =>
  `${Math.round(perSecond)}/s, CPU of one response: service ${serviceMs.toFixed(3)} ms, PostgreSQL ${databaseMs.toFixed(3)} ms with sealing`;

async function measure(
  environment: BenchEnvironment,
  services: RunningService[],
  requests: Request[],
): Promise<Measurement> {
  await environment.countSealedEvents();
  const before = await readCpu(environment, services);
  const options = { connections: CONNECTIONS, requests, seconds: SECONDS };
  const results = await Promise.all(services.map(({ url }) => load(url, options)));
  await environment.countSealedEvents();
  const after = await readCpu(environment, services);
  const responses = sum(results.map((result) => result.responses));
  return {
    perSecond: sum(results.map(({ requestsPerSecond }) => requestsPerSecond)),
    serviceMs: (after.serviceMs - before.serviceMs) / responses,
    databaseMs: (after.databaseMs - before.databaseMs) / responses,
  };
}

/** The CPU time so far. That of connections that have ended is counted by the process that started them. */
async function readCpu(
  { databaseUrl }: BenchEnvironment,
  services: RunningService[],
): Promise<{ serviceMs: number; databaseMs: number }> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
    const running = await Promise.all(rows.map(({ pid }) => readCpuTimes(pid)));
    const postmaster = await readCpuTimes(running.find((times) => times !== null)?.parentPid ?? 0);
    const ofServices = await Promise.all(services.map(({ pid }) => readCpuMs(pid)));
    const ofDatabase = [...running, postmaster].map((times) => times?.ownMs ?? 0);
    return {
      serviceMs: sum(ofServices),
      databaseMs: sum(ofDatabase) + (postmaster?.endedChildrenMs ?? Number.NaN),
    };
  } finally {
    await client.end();
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
