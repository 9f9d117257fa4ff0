import { randomBytes } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type BenchEnvironment, countAssumedRoles, startEnvironment } from './environment.ts';
import { type LoadResult, load, type Request } from './load.ts';
import { median, type Row } from './report.ts';

const TENANTS = 64;
const WORKERS = 16;
const CONCURRENCY = 32;
/** Session durations per round. Each is used only once, so the cache never has such a session. */
const DURATIONS = 4;
/** A multiple of the concurrency, so that each connection sends each of its requests once. */
const REQUESTS = TENANTS * WORKERS * DURATIONS;
const ROUNDS = 5;
/** Rounds that do not count, until both sides are at full speed. */
const WARM_UP_ROUNDS = 4;

/**
 * Credentials that are not in the cache, 32 requests at once. The baseline is client-sts calls to the same AWS emulator
 * with the same concurrency, from one client that does nothing else.
 */
export async function fresh(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const rates: number[] = [];
    const baselineRates: number[] = [];
    for (let round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
      const result = await measureService(environment, round);
      const baseline = await measureClientSts(environment);
      if (round < 1) continue;
      rates.push(result.requestsPerSecond);
      baselineRates.push(baseline);
      print(
        `  round ${round}: ${Math.round(result.requestsPerSecond)}/s (p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms), raw client-sts ${Math.round(baseline)}/s`,
      );
    }
    return {
      name: 'credentials not in the cache, 32 at once',
      countersign: `${Math.round(median(rates))}/s`,
      baseline: `raw client-sts: ${Math.round(median(baselineRates))}/s`,
      ratio: median(rates.map((rate, i) => rate / (baselineRates[i] ?? Number.NaN))),
      target: 0.8,
    };
  } finally {
    await environment.stop();
  }
}

/** Measures the service, and checks that each request caused one AssumeRole call. */
async function measureService(environment: BenchEnvironment, round: number): Promise<LoadResult> {
  const before = await countAssumedRoles(environment);
  const result = await load(environment.service.url, {
    connections: CONCURRENCY,
    requests: createRequests(environment, round),
    amount: REQUESTS,
  });
  const calls = (await countAssumedRoles(environment)) - before;
  if (calls !== REQUESTS) throw new Error(`${REQUESTS} requests caused ${calls} AssumeRole calls`);
  return result;
}

/** One request of each worker for each connection, with session durations that no earlier round used. */
function createRequests({ workerKeys, connections }: BenchEnvironment, round: number): Request[] {
  return Array.from({ length: DURATIONS }, (_, i) =>
    JSON.stringify({ durationSeconds: 1000 + (WARM_UP_ROUNDS + round) * DURATIONS + i }),
  ).flatMap((body) => workerKeys.flatMap((key) => connections.map(({ path }) => ({ path, key, body }))));
}

/** Returns the calls per second. */
async function measureClientSts({ emulator, broker, connections }: BenchEnvironment): Promise<number> {
  const client = new STSClient({
    region: 'us-east-1',
    endpoint: emulator.url,
    credentials: broker,
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 256 } },
  });
  const targets = Array.from({ length: REQUESTS / connections.length }, () => connections).flat();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let target = targets.pop(); target; target = targets.pop()) {
        await client.send(
          new AssumeRoleCommand({
            RoleArn: target.roleArn,
            ExternalId: target.externalId,
            RoleSessionName: randomBytes(16).toString('hex'),
            DurationSeconds: 900,
          }),
        );
      }
    }),
  );
  client.destroy();
  return (REQUESTS / (performance.now() - startedAt)) * 1000;
}
