import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestService } from '../harness/service.ts';
import {
  newIdempotencyKey,
  type PostRequest,
  post,
  type Replicas,
  ROUTE_CASES,
  type RouteCase,
  startReplicas,
} from './route-cases.fixture.ts';

let replicas: Replicas;
let service: TestService;
let replica: TestService;

beforeAll(async () => {
  replicas = await startReplicas();
  ({ service, replica } = replicas);
});
afterAll(() => replicas?.close());

type RowCounts = Record<string, number>;

async function countRows(): Promise<RowCounts> {
  const tables = [
    'tenants',
    'external_ids',
    'connections',
    'verification_runs',
    'access_profiles',
    'api_keys',
    'token_revocations',
    'webhooks',
    'audit_log',
  ];
  const { rows } = await service.queryAsOwner(
    `SELECT ${tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`,
  );
  return rows[0];
}

function withInserted(before: RowCounts, inserted: RouteCase['insertedRows']): RowCounts {
  const changes: RowCounts = inserted;
  return Object.fromEntries(
    Object.entries(before).map(([table, rows]) => [table, rows + (changes[table] ?? 0)]),
  );
}

/** Sends the header unchanged, even if `fetch` would reject it. Returns the status. */
function postWithHeader(
  { path, body }: PostRequest,
  apiKey: string,
  idempotencyKey: string | string[],
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        port: Number(new URL(service.url).port),
        host: '127.0.0.1',
        method: 'POST',
        path,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'idempotency-key': idempotencyKey,
          ...(body && { 'content-type': 'application/json' }),
        },
      },
      (response) => response.resume().on('end', () => resolve(response.statusCode)),
    );
    request.on('error', reject).end(body && JSON.stringify(body));
  });
}

test('every POST route of the API has a case', () => {
  const posts = service.service.routes
    .filter((route) => [route.method].flat().includes('POST') && route.url.startsWith('/v1/'))
    .map((route) => route.url);
  expect(ROUTE_CASES.map(({ route }) => route).sort()).toEqual(posts.sort());
});

describe.each(ROUTE_CASES)(
  'POST $route with an Idempotency-Key',
  ({ prepare, status, insertedRows, role, isNeverStored, otherQuery = 'x=1' }) => {
    const apiKey = () => (role === 'worker' ? replicas.worker.key : service.adminKey);
    const caller = (target = service) => target.as(apiKey());

    test('returns the identical response when repeated, and changes nothing again', async () => {
      const { request } = await prepare(service);
      const key = newIdempotencyKey();
      const before = await countRows();
      const first = await post(caller(), request, key);
      expect(first.status, first.text).toBe(status);
      expect(first.headers).not.toHaveProperty('idempotency-replayed');
      const afterFirst = await countRows();
      if (!isNeverStored) expect(afterFirst).toEqual(withInserted(before, insertedRows));
      // Each replica has its own cache of credentials, so another replica issues others.
      for (const target of isNeverStored ? [service] : [service, replica]) {
        const repeated = await post(caller(target), request, key);
        expect([repeated.status, repeated.text]).toEqual([first.status, first.text]);
        expect(repeated.headers['idempotency-replayed']).toBe(isNeverStored ? undefined : 'true');
        expect(repeated.headers['cache-control']).toBe(first.headers['cache-control']);
      }
      const after = await countRows();
      // Each time credentials are handed out, that is recorded.
      if (isNeverStored) afterFirst.audit_log = after.audit_log as number;
      expect(after).toEqual(afterFirst);
    });

    test('gives ten concurrent requests to two replicas one response, and does the work once', async () => {
      const { request } = await prepare(service);
      const key = newIdempotencyKey();
      const before = await countRows();
      const responses = await Promise.all(
        Array.from({ length: 10 }, (_, i) => post(caller(i % 2 ? service : replica), request, key)),
      );
      const texts = new Set(responses.map((response) => `${response.status} ${response.text}`));
      expect([...texts][0]).toMatch(new RegExp(`^${status} `));
      // Each replica has its own cache of credentials.
      expect(texts.size, [...texts].join('\n')).toBeLessThanOrEqual(isNeverStored ? 2 : 1);
      const after = await countRows();
      if (isNeverStored) before.audit_log = after.audit_log as number;
      expect(after).toEqual(withInserted(before, insertedRows));
    });

    test('rejects a different request, and still answers the first one', async () => {
      const { request, otherRequest } = await prepare(service);
      const key = newIdempotencyKey();
      const first = await post(caller(), request, key);
      const before = await countRows();
      for (const different of [otherRequest, { ...request, path: `${request.path}?${otherQuery}` }]) {
        const response = await post(caller(), different, key);
        expect([response.status, response.body.code]).toEqual([422, 'idempotency_key_reused']);
        expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
      }
      expect(await countRows()).toEqual(before);
      expect((await post(caller(), request, key)).text).toBe(first.text);
      expect((await post(caller(), otherRequest, newIdempotencyKey())).status).toBe(status);
    });

    test('rejects a malformed key, and changes nothing', async () => {
      const { request } = await prepare(service);
      const before = await countRows();
      const twoHeaders = ['one', 'two'];
      const quoted = ['"', '""', '"a', '"a"b"', '"a\\b"', '"a";p=1', `"${'a'.repeat(256)}"`];
      const malformed = [
        '',
        ' ',
        'a b',
        'a'.repeat(256),
        'schl\u00fcssel',
        'tab\tbed',
        twoHeaders,
        ...quoted,
      ];
      for (const key of malformed)
        expect(await postWithHeader(request, apiKey(), key), JSON.stringify(key)).toBe(400);
      expect(await countRows()).toEqual(before);
      expect((await post(caller(), request, newIdempotencyKey().padEnd(255, '~'))).status).toBe(status);
    });
  },
);
