import { load, type Request } from './load.ts';
import { median, type Row } from './report.ts';
import { startEnvironment } from './environment.ts';

const TENANTS = 100;
const WORKERS = 20;
const CONNECTIONS = 64;
const SECONDS = 8;
const ROUNDS = 3;

/**
 * Credentials from the cache: 64 connections, 100 tenants, 20 worker keys, every answer with its durable audit event;
 * beside a bare Fastify route that answers the same bytes with no key and no database. In turns, in the same run.
 */
export async function cached(say: (line: string) => void): Promise<Row> {
  const stage = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const requests: Request[] = stage.connections.flatMap(({ path }) =>
      stage.workerKeys.map((key) => ({ path, key })),
    );
    say(`  drawing ${requests.length} sessions, so that the cache has them`);
    await load(stage.service.url, { connections: 16, requests, amount: requests.length });
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const before = await stage.sealedEvents();
      const measured = await load(stage.service.url, {
        connections: CONNECTIONS,
        requests,
        seconds: SECONDS,
      });
      const recorded = (await stage.sealedEvents()) - before;
      // When time is up, requests under way are recorded too, and their answers are not counted.
      if (recorded < measured.answers || recorded > measured.answers + CONNECTIONS)
        throw new Error(`${measured.answers} answers, but ${recorded} audit events`);
      const baseline = await load(stage.bare.url, { connections: CONNECTIONS, requests, seconds: SECONDS });
      ours.push(measured.requestsPerSecond);
      bare.push(baseline.requestsPerSecond);
      say(
        `  round ${round}: ${Math.round(measured.requestsPerSecond)}/s (p50 ${measured.p50} ms, p99 ${measured.p99} ms, ${recorded} audit events), bare ${Math.round(baseline.requestsPerSecond)}/s`,
      );
    }
    return {
      name: 'credentials from the cache, each with its durable audit event',
      ours: `${Math.round(median(ours))}/s`,
      baseline: `bare route: ${Math.round(median(bare))}/s`,
      ratio: median(ours.map((value, i) => value / (bare[i] as number))),
      aim: 0.5,
    };
  } finally {
    await stage.end();
  }
}
