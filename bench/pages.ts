import { openEmbedded } from '../src/database/embedded/embedded-database.ts';
import { apiClient } from '../src/demo/api-client.ts';
import { type ChildServer, startChild } from './child-process.ts';
import { type BenchEnvironment, startEnvironment } from './environment.ts';
import { readCpuMs } from './process-usage.ts';
import { median, type Row } from './report.ts';

const TENANTS = 120;
const ROUNDS = 5;
const REQUESTS = 200;
const CONCURRENCY = 4;
const WARM_UP = 300;

interface Page {
  name: string;
  /** Requested in turn. */
  paths: string[];
  body?: string;
}

/** A server, and how to read the CPU time that it has used. */
interface Subject {
  url: string;
  cpuMs(): Promise<number>;
}

/**
 * The CPU time of a request for each of four pages. The baseline is a bare route that reads the same rows and returns them, or a
 * text of the same length. Other load on the machine changes CPU times less than latencies.
 */
export async function pages(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: 1, workers: 1 });
  let bare: ChildServer | undefined;
  try {
    const { service, adminKey } = environment;
    const all = await preparePages(environment);
    bare = await startBaseline(environment, all);
    const subjects: Subject[] = [
      { url: service.url, cpuMs: () => readCpuMs(service.pid) },
      { url: bare.url, cpuMs: cpuTimeOf(bare) },
    ];
    print('| page | CPU time of a request | bare route | ratio |\n|---|---|---|---|');
    const ratios: number[] = [];
    for (const page of all) {
      const [own, baseline] = (await measureInTurns(subjects, page, adminKey)) as [number, number];
      ratios.push(own / baseline);
      print(
        `| ${page.name} | ${own.toFixed(2)} ms | ${baseline.toFixed(2)} ms | ${(own / baseline).toFixed(1)} |`,
      );
    }
    return {
      name: 'CPU time of a page, the median of four (the lower, the better)',
      countersign: 'above',
      baseline: 'a bare route',
      ratio: median(ratios),
      target: null,
    };
  } finally {
    await bare?.stop();
    await environment.stop();
  }
}

async function preparePages({ service, adminKey, countSealedEvents }: BenchEnvironment): Promise<Page[]> {
  const admin = apiClient(service.url, adminKey);
  for (let i = 1; i <= TENANTS; i++)
    await admin.post('/v1/tenants', {
      name: `Customer ${i}`,
      reference: `crm-${i}`,
      metadata: { plan: 'team' },
    });
  const { data } = await admin.get<{ data: { id: string }[] }>('/v1/tenants?limit=200');
  const { trustPolicy } = await admin.get<{ trustPolicy: object }>(`/v1/tenants/${data[0]?.id}/setup`);
  await countSealedEvents();
  return [
    { name: '100 audit events', paths: ['/v1/audit-events?limit=100'] },
    { name: '100 tenants', paths: ['/v1/tenants?limit=100'] },
    {
      name: 'policy check',
      // A tenant may make 30 a minute.
      paths: data.map(({ id }) => `/v1/tenants/${id}/trust-policy-checks`),
      body: JSON.stringify({ policy: trustPolicy }),
    },
    { name: 'metrics', paths: ['/metrics'] },
  ];
}

async function startBaseline(
  { service, adminKey, dataDir }: BenchEnvironment,
  all: Page[],
): Promise<ChildServer> {
  const [, , policyCheck, metrics] = await Promise.all(
    all.map((page) => request(service.url, page, adminKey)),
  );
  const database = await openEmbedded({ dataDir, exclusive: false, log: () => undefined });
  const child = await startChild('pages-server.ts', {
    DATABASE_URL: database.url,
    POLICY_CHECK_LENGTH: String(policyCheck?.length),
    METRICS_LENGTH: String(metrics?.length),
  });
  await database.close();
  return child;
}

const cpuTimeOf = (child: ChildServer) => async () => Number(await child.request('cpu'));

/** The median CPU time of a request, by subject. */
async function measureInTurns(subjects: Subject[], page: Page, key: string): Promise<number[]> {
  for (const { url } of subjects) await requestMany(url, page, key, WARM_UP);
  const rounds: number[][] = subjects.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { url, cpuMs }] of subjects.entries()) {
      const before = await cpuMs();
      await requestMany(url, page, key, REQUESTS);
      rounds[i]?.push(((await cpuMs()) - before) / REQUESTS);
    }
  }
  return rounds.map(median);
}

async function requestMany(url: string, page: Page, key: string, count: number): Promise<void> {
  let started = 0;
  const work = async (): Promise<void> => {
    while (started++ < count) await request(url, page, key);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

let sent = 0;
async function request(url: string, { paths, body }: Page, key: string): Promise<string> {
  const path = paths[sent++ % paths.length];
  const response = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return text;
}
