import http from 'node:http';
import { type BenchEnvironment, startEnvironment } from './environment.ts';
import { fillDatabase, filledAccount, filledId, filledRole } from './growth-fill.ts';
import { median, type Row } from './report.ts';

const BASELINE_TENANTS = 1_000;
const TARGET = 1.3;
const ROUNDS = 5;
const REQUESTS = 60;
const CONCURRENCY = 2;
const WARM_UP = 20;

interface Call {
  method: 'GET' | 'POST';
  path: string;
  key: string;
  body?: object;
}

interface Subject {
  environment: BenchEnvironment;
  tenants: number;
}

/** One kind of request. `random` is below the number of filled tenants, and starts with 1. */
type Operation = (subject: Subject, random: number) => Omit<Call, 'key'> & { key?: string };

const get = (path: string): ReturnType<Operation> => ({ method: 'GET', path });

let created = 0;
const OPERATIONS: Record<string, Operation> = {
  'issue, from the cache': ({ environment }, n) => ({
    method: 'POST',
    path: environment.connections[n % environment.connections.length]?.path ?? '',
    key: environment.workerKeys[0] ?? '',
  }),
  'create a tenant': () => {
    const name = `Created ${++created}`;
    return { method: 'POST', path: '/v1/tenants', body: { name, reference: name } };
  },
  'read a tenant': (_, n) => get(`/v1/tenants/${filledId('tenant', n)}`),
  'list tenants': () => get('/v1/tenants?limit=100'),
  'list tenants, from the middle': (_, n) =>
    get(`/v1/tenants?limit=100&cursor=${Buffer.from(filledId('tenant', n)).toString('base64url')}`),
  'tenant by reference': (_, n) => get(`/v1/tenants?reference=crm-${n}`),
  'list connections, unreachable': () => get('/v1/connections?status=unreachable&limit=10'),
  'connections by account': (_, n) => get(`/v1/connections?accountId=${filledAccount(n)}`),
  'search an account': (_, n) => get(`/v1/search?q=${filledAccount(n)}`),
  'search a role': (_, n) => get(`/v1/search?q=${encodeURIComponent(filledRole(n))}`),
  'search a name': (_, n) => get(`/v1/search?q=${encodeURIComponent(`customer ${n}`)}`),
  fleet: () => get('/v1/fleet'),
  'setup kit': (_, n) => get(`/v1/tenants/${filledId('tenant', n)}/setup`),
  'events, the oldest 100': () => get('/v1/events?limit=100'),
  'events of a tenant': (_, n) => get(`/v1/events?limit=100&tenantId=${filledId('tenant', n)}`),
  'audit events, 100': () => get('/v1/audit-events?limit=100'),
  'audit events of a tenant': (_, n) => get(`/v1/audit-events?limit=100&tenantId=${filledId('tenant', n)}`),
  'audit events of an action': () => get('/v1/audit-events?limit=100&action=tenant.created'),
};

/**
 * Requests on a database with many tenants beside those on one with a thousand. Both services run at the same time and take
 * turns, so that other load on this machine slows down both.
 */
export async function growth(print: (line: string) => void, tenants = 100_000): Promise<Row> {
  const subjects: Subject[] = [];
  try {
    for (const size of [BASELINE_TENANTS, tenants]) {
      print(`  filling a database with ${size} tenants`);
      const environment = await startEnvironment({ tenants: 20, workers: 1 });
      subjects.push({ environment, tenants: size });
      await fillDatabase(environment.dataDir, size, print);
    }
    return await compare(subjects, print);
  } finally {
    for (const { environment } of subjects) await environment.stop();
  }
}

async function compare(subjects: Subject[], print: (line: string) => void): Promise<Row> {
  const [small, large] = subjects as [Subject, Subject];
  print(
    `\n| request | p50, p99 at ${small.tenants} tenants | at ${large.tenants} | ratio of p50 | of p99 | of p10 |`,
  );
  print('|---|---|---|---|---|---|');
  let worst = { name: '', ratio: 0, p50: [0, 0] };
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const rounds = await measureInTurns(subjects, operation);
    const [before, after] = [0, 1].map((i) => rounds.flatMap((round) => round[i] ?? [])) as [
      number[],
      number[],
    ];
    const p50 = [quantile(before, 0.5), quantile(after, 0.5)] as const;
    const p99 = [quantile(before, 0.99), quantile(after, 0.99)] as const;
    const ratio = median(rounds.map(([a = [], b = []]) => quantile(b, 0.5) / quantile(a, 0.5)));
    // On a busy machine, the fastest tenth shows the cost of the request better than the median.
    const fastest = quantile(after, 0.1) / quantile(before, 0.1);
    if (ratio > worst.ratio) worst = { name, ratio, p50: [...p50] };
    print(
      `| ${name} | ${p50[0].toFixed(1)}, ${p99[0].toFixed(1)} ms | ${p50[1].toFixed(1)}, ${p99[1].toFixed(1)} ms | ${ratio.toFixed(2)} | ${(p99[1] / p99[0]).toFixed(2)} | ${fastest.toFixed(2)} |`,
    );
  }
  return {
    name: `growth to ${large.tenants} tenants, the slowest kind of request (${worst.name}); the target is the most`,
    countersign: `p50 ${worst.p50[1]?.toFixed(1)} ms`,
    baseline: `${small.tenants} tenants: ${worst.p50[0]?.toFixed(1)} ms`,
    ratio: worst.ratio,
    target: TARGET,
  };
}

/** The latencies of each round, by subject. */
async function measureInTurns(subjects: Subject[], operation: Operation): Promise<number[][][]> {
  for (const subject of subjects) await measure(subject, operation, WARM_UP);
  const rounds: number[][][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const latencies: number[][] = [];
    for (const subject of subjects) latencies.push(await measure(subject, operation, REQUESTS));
    rounds.push(latencies);
  }
  return rounds;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });

async function measure(subject: Subject, operation: Operation, count: number): Promise<number[]> {
  const { environment, tenants } = subject;
  const latencies: number[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started++ < count) {
      const call = operation(subject, 1 + Math.floor(Math.random() * tenants));
      const startedAt = performance.now();
      const status = await send(environment.service.url, { key: environment.adminKey, ...call });
      latencies.push(performance.now() - startedAt);
      if (status >= 300) throw new Error(`${call.method} ${call.path} was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return latencies;
}

/** Returns the status when the whole response has arrived. */
function send(url: string, { method, path, key, body }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body && { 'content-type': 'application/json' }),
    };
    const request = http.request(url + path, { method, agent, headers }, (response) => {
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
      response.resume();
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
