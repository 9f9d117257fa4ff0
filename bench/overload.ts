import autocannon from 'autocannon';
import { startChild } from './child-process.ts';
import { startEnvironment } from './environment.ts';
import { load, type Request, toHttp } from './load.ts';
import type { Row } from './report.ts';

const TENANTS = 20;
const WORKERS = 5;
const FULL_LOAD_CONNECTIONS = 100;
const OVERLOAD_CONNECTIONS = [200, 1_000, 10_000];
/** The ratio of the report is that of ten times the load. */
const REPORTED_CONNECTIONS = 1_000;
/** Long enough that what happens in the first second, while all clients connect, is less than a hundredth. */
const SECONDS = 60;

interface OverloadResult {
  acceptedPerSecond: number;
  shedPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Connections that were reset, and responses that are neither 200 nor 503. */
  failures: number;
  maxProbeMs: number;
  p99ProbeMs: number;
}

/**
 * Clients that ignore `Retry-After` and repeat at once, on more and more connections. The baseline is the service itself at
 * full load, in the same run.
 */
export async function overload(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  const prober = await startChild('prober.ts');
  try {
    const { url } = environment.service;
    const requests: Request[] = environment.connections.flatMap(({ path }) =>
      environment.workerKeys.map((key) => ({ path, key })),
    );
    await load(url, { connections: 16, requests, amount: 5_000 });
    const measure = async (connections: number): Promise<OverloadResult> => {
      await prober.request(url);
      const measured = await hammer(url, requests, connections);
      const probes: number[] = JSON.parse(await prober.request('stop'));
      const result = { ...measured, maxProbeMs: Math.max(...probes), p99ProbeMs: percentile(probes, 0.99) };
      print(`  ${formatResult(connections, result)}, ${await readMemory(url)} MB`);
      return result;
    };
    const full = await measure(FULL_LOAD_CONNECTIONS);
    const results = new Map<number, OverloadResult>();
    for (const connections of OVERLOAD_CONNECTIONS) results.set(connections, await measure(connections));
    const again = await measure(FULL_LOAD_CONNECTIONS);
    const baseline = Math.max(full.acceptedPerSecond, again.acceptedPerSecond);
    const reported = results.get(REPORTED_CONNECTIONS)?.acceptedPerSecond ?? Number.NaN;
    return {
      name: `cached credentials at ten times the full load (${REPORTED_CONNECTIONS} connections)`,
      countersign: `${Math.round(reported)}/s`,
      baseline: `full load (${FULL_LOAD_CONNECTIONS} connections): ${Math.round(baseline)}/s`,
      ratio: reported / baseline,
      target: 0.8,
    };
  } finally {
    await prober.stop();
    await environment.stop();
  }
}

async function hammer(
  url: string,
  requests: Request[],
  connections: number,
): Promise<Omit<OverloadResult, 'maxProbeMs' | 'p99ProbeMs'>> {
  const httpRequests = requests.map(toHttp);
  const acceptedMs: number[] = [];
  let shed = 0;
  let others = 0;
  let nextConnection = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      connections,
      duration: SECONDS,
      timeout: 60,
      setupClient(client) {
        // One request each: autocannon builds those of all connections at the start.
        client.setRequests(httpRequests.slice(nextConnection++ % httpRequests.length).slice(0, 1));
      },
      requests: httpRequests.slice(0, 1),
    };
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    run.on('response', (_client, status, _bytes, milliseconds) => {
      if (status === 200) acceptedMs.push(milliseconds);
      else if (status === 503) shed++;
      else others++;
    });
  });
  return {
    acceptedPerSecond: acceptedMs.length / SECONDS,
    shedPerSecond: shed / SECONDS,
    p50Ms: percentile(acceptedMs, 0.5),
    p99Ms: percentile(acceptedMs, 0.99),
    failures: others + result.errors + result.timeouts,
  };
}

function percentile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function formatResult(connections: number, result: OverloadResult): string {
  const { acceptedPerSecond, shedPerSecond, p50Ms, p99Ms, failures, p99ProbeMs, maxProbeMs } = result;
  return [
    `${connections} connections: ${Math.round(acceptedPerSecond)}/s accepted (p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms)`,
    `${Math.round(shedPerSecond)}/s rejected`,
    `${failures} failures`,
    `probes p99 ${Math.round(p99ProbeMs)} ms, max ${Math.round(maxProbeMs)} ms`,
  ].join(', ');
}

async function readMemory(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 1e6);
}
