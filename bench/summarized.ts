import { type BenchEnvironment, startEnvironment } from './environment.ts';
import { load, type Request } from './load.ts';
import { median, type Row } from './report.ts';

const TENANTS = 100;
const WORKERS = 20;
const CONNECTIONS = 64;
const SECONDS = 8;
const ROUNDS = 3;

/**
 * Credentials from the cache where repeated hand-outs are counted, and recorded once a minute. The baseline is the same with an
 * audit event for each. The two alternate.
 */
export async function summarized(print: (line: string) => void): Promise<Row> {
  const environments: BenchEnvironment[] = [];
  try {
    for (const repeats of ['summarized', 'each']) {
      const variables = { COUNTERSIGN_AUDIT_REPEATS: repeats };
      environments.push(await startEnvironment({ tenants: TENANTS, workers: WORKERS, variables }));
    }
    const [counted, each] = environments as [BenchEnvironment, BenchEnvironment];
    for (const environment of environments) await fillCache(environment);
    const rates: number[] = [];
    const baselineRates: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      rates.push(await measure(counted));
      baselineRates.push(await measure(each));
      print(
        `  round ${round}: summarized ${Math.round(rates.at(-1) ?? 0)}/s, each ${Math.round(baselineRates.at(-1) ?? 0)}/s`,
      );
    }
    await assertSummarized(counted);
    return {
      name: 'credentials from the cache, repeated hand-outs summarized',
      countersign: `${Math.round(median(rates))}/s`,
      baseline: `an audit event for each: ${Math.round(median(baselineRates))}/s`,
      ratio: median(rates.map((rate, i) => rate / (baselineRates[i] ?? Number.NaN))),
      target: null,
    };
  } finally {
    for (const environment of environments) await environment.stop();
  }
}

const requestsOf = ({ connections, workerKeys }: BenchEnvironment): Request[] =>
  connections.flatMap(({ path }) => workerKeys.map((key) => ({ path, key })));

async function fillCache(environment: BenchEnvironment): Promise<void> {
  const requests = requestsOf(environment);
  await load(environment.service.url, { connections: 16, requests, amount: requests.length });
}

async function measure(environment: BenchEnvironment): Promise<number> {
  const options = { connections: CONNECTIONS, requests: requestsOf(environment), seconds: SECONDS };
  return (await load(environment.service.url, options)).requestsPerSecond;
}

/** Each session has the event of its first hand-out, and one more for each minute. */
async function assertSummarized(environment: BenchEnvironment): Promise<void> {
  const events = await environment.countSealedEvents();
  const sessions = TENANTS * WORKERS;
  if (events < sessions || events > sessions * 10)
    throw new Error(`${events} audit events of ${sessions} sessions`);
}
