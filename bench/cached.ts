import { type BenchEnvironment, startEnvironment } from './environment.ts';
import { type LoadResult, load, type Request } from './load.ts';
import { median, type Row } from './report.ts';

const TENANTS = 100;
const WORKERS = 20;
const CONNECTIONS = 64;
const SECONDS = 8;
const ROUNDS = 3;

/**
 * Credentials from the cache: 64 connections, 100 tenants, 20 worker keys. Each response has its durable audit event.
 * The baseline is the smallest server that keeps the same promise, on the same database. The two alternate, with a bare Fastify
 * route that returns as many bytes, which shows how much the load generator costs.
 */
export async function cached(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const requests: Request[] = environment.connections.flatMap(({ path }) =>
      environment.workerKeys.map((key) => ({ path, key })),
    );
    print(`  filling the cache with ${requests.length} sessions`);
    await load(environment.service.url, { connections: 16, requests, amount: requests.length });
    const rates: number[] = [];
    const baselineRates: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const { result, auditEvents } = await measureService(environment, requests);
      const options = { connections: CONNECTIONS, requests, seconds: SECONDS };
      const minimal = await load(environment.minimal.url, options);
      await environment.countSealedEvents();
      const bare = await load(environment.bare.url, options);
      rates.push(result.requestsPerSecond);
      baselineRates.push(minimal.requestsPerSecond);
      print(
        `  round ${round}: ${format(result)}, ${auditEvents} audit events; smallest server ${format(minimal)}; bare route ${format(bare)}`,
      );
    }
    return {
      name: 'credentials from the cache, each with its durable audit event',
      countersign: `${Math.round(median(rates))}/s`,
      baseline: `the smallest server that keeps the promise: ${Math.round(median(baselineRates))}/s`,
      ratio: median(rates.map((rate, i) => rate / (baselineRates[i] ?? Number.NaN))),
      target: 0.75,
    };
  } finally {
    await environment.stop();
  }
}

const format = ({ requestsPerSecond, p50Ms, p99Ms }: LoadResult): string =>
  `${Math.round(requestsPerSecond)}/s (p50 ${p50Ms} ms, p99 ${p99Ms} ms)`;

/** Measures the service, and checks that it recorded an audit event for each response. */
async function measureService(
  environment: BenchEnvironment,
  requests: Request[],
): Promise<{ result: LoadResult; auditEvents: number }> {
  const before = await environment.countSealedEvents();
  const result = await load(environment.service.url, {
    connections: CONNECTIONS,
    requests,
    seconds: SECONDS,
  });
  const auditEvents = (await environment.countSealedEvents()) - before;
  // Requests in progress at the end are recorded too, but their responses are not counted.
  if (auditEvents < result.responses || auditEvents > result.responses + CONNECTIONS)
    throw new Error(`${result.responses} responses, but ${auditEvents} audit events`);
  return { result, auditEvents };
}
