import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../../test/harness/service.ts';

const MAX = 2;
/** While more than MAX requests wait, the oldest are rejected after half a second instead of two. */
const CROWD = 3 * MAX;
const POLL = { interval: 20, timeout: 15_000 };

let service: TestService;
let credentials: string;
let worker: { key: string };

beforeAll(async () => {
  service = await startTestService({ config: { maxRequestsInFlight: MAX, stsTimeoutSeconds: 60 } });
  const { connection } = await createConnectedTenant(service);
  credentials = `${connection.path}/credentials`;
  worker = await createKey(service, { role: 'worker' });
});
afterAll(() => service.close());

/** Runs `work` while requests with a key wait for the database, because another session has locked the keys. */
async function whileKeysAreLocked(work: () => Promise<void>): Promise<void> {
  const owner = new pg.Client(service.database.ownerUrl);
  await owner.connect();
  try {
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
    await work();
  } finally {
    await owner.end();
  }
}

const get = (path: string, key?: string): Promise<Response> =>
  fetch(service.url + path, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });

const issue = (path = credentials): Promise<Response> =>
  fetch(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${worker.key}` },
  });

async function untilInFlight(line: string): Promise<void> {
  await expect
    .poll(() => service.deps.metrics.registry.metrics(), POLL)
    .toContain(`countersign_http_requests_in_flight${line}`);
}

test('beyond the limit a request is rejected before its key is read, in the format of its route', async () => {
  const answers: Promise<Response>[] = [];
  await whileKeysAreLocked(async () => {
    answers.push(...Array.from({ length: MAX }, () => issue()));
    await untilInFlight(`{kind="credentials",state="active"} ${MAX}`);
    const crowd = Array.from({ length: CROWD }, () => get(`${credentials}/container`));
    answers.push(...crowd);
    const rejected = await Promise.race(crowd);
    expect([rejected.status, Number(rejected.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(await rejected.json()).toMatchObject({
      code: 'overloaded',
      Code: 'overloaded',
      type: `${service.url}/errors/overloaded`,
    });
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/v1/tenants')).status).toBe(401);
    expect(await service.deps.metrics.registry.metrics()).toMatch(
      /^countersign_http_requests_shed_total\{kind="credentials"\} [1-9]/m,
    );
  });
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.slice(0, MAX)).toEqual([200, 200]);
  expect((await issue()).status).toBe(200);
});

test('credentials from the cache are issued while requests for others wait for AWS', async () => {
  expect((await issue()).status).toBe(200);
  const waiting: Promise<Response>[] = [];
  for (let i = 0; i <= MAX; i++) {
    const { connection } = await createConnectedTenant(service);
    service.aws.faults.set('hang', { roleArn: connection.roleArn });
    const before = service.aws.calls.length;
    waiting.push(issue(`${connection.path}/credentials`));
    await expect.poll(() => service.aws.calls.length, POLL).toBeGreaterThan(before);
  }
  const { status } = await issue();
  service.aws.faults.clear();
  expect(status).toBe(200);
  for (const response of await Promise.all(waiting)) expect(response.status).toBe(200);
});
