import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiResponse, Caller } from './harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicyRequiring,
} from './harness/service.ts';

let service: TestService;
let replica: TestService;
let worker: { id: string; key: string };

beforeAll(async () => {
  // Never asked for its keys: revoking its tokens takes no token.
  const nightly = {
    name: 'nightly',
    issuer: 'https://issuer.example.com',
    audience: 'countersign',
    claims: { sub: 'worker-1' },
    tenantIds: 'any' as const,
    profiles: 'any' as const,
  };
  const config = { workerIdentities: [nightly] };
  service = await startTestService({ config });
  replica = await startTestService({ replicaOf: service, config });
  worker = await createKey(service, { role: 'worker' });
});
afterAll(async () => {
  await replica?.close();
  await service?.close();
});

interface Post {
  path: string;
  body?: object;
}

interface Case {
  route: string;
  /** One request, and another that is valid too. */
  prepare(): Promise<{ one: Post; another: Post }>;
  status: number;
  /** The API key that may; the admin's when it is left out. */
  key?: () => string;
  /** Rows that one request makes. */
  makes: Partial<
    Record<
      | 'tenants'
      | 'external_ids'
      | 'connections'
      | 'verification_runs'
      | 'access_profiles'
      | 'api_keys'
      | 'token_revocations'
      | 'audit_log',
      number
    >
  >;
  /** Stored nowhere, so each request is answered anew: from the cache, and recorded. */
  answersAnew?: boolean;
}

const tenantId = '/v1/tenants/:tenantId';
const connectionId = `${tenantId}/connections/:connectionId`;

async function freshRole(tenant: TestTenant): Promise<{ roleArn: string }> {
  return { roleArn: await putRole(service.aws, trustPolicyRequiring(tenant.externalId)) };
}

async function rotating(): Promise<TestTenant> {
  const tenant = await createTenant(service);
  expect((await service.admin.post(`${tenant.path}/external-id/rotation`)).status).toBe(201);
  return tenant;
}

let number = 0;

const CASES: Case[] = [
  {
    route: '/v1/tenants',
    status: 201,
    makes: { tenants: 1, external_ids: 1, audit_log: 2 },
    prepare: async () => {
      const body = {
        name: `Once ${++number}`,
        reference: `once-${number}`,
        metadata: { b: [1, { a: 'é' }], a: 2 },
      };
      return {
        one: { path: '/v1/tenants', body },
        another: { path: '/v1/tenants', body: { ...body, reference: `other-${number}` } },
      };
    },
  },
  {
    route: '/v1/profiles',
    status: 201,
    makes: { access_profiles: 1, audit_log: 1 },
    prepare: async () => {
      const body = { name: `once-${++number}`, maxDurationSeconds: 900 };
      return {
        one: { path: '/v1/profiles', body },
        another: { path: '/v1/profiles', body: { ...body, name: `other-${number}` } },
      };
    },
  },
  {
    route: '/v1/api-keys',
    status: 201,
    makes: { api_keys: 1, audit_log: 1 },
    prepare: async () => ({
      one: { path: '/v1/api-keys', body: { name: 'once', role: 'auditor' } },
      another: { path: '/v1/api-keys', body: { name: 'once', role: 'admin' } },
    }),
  },
  {
    route: '/v1/token-revocations',
    status: 201,
    makes: { token_revocations: 1, audit_log: 1 },
    prepare: async () => ({
      one: { path: '/v1/token-revocations', body: { identity: 'nightly', subject: `once-${++number}` } },
      another: { path: '/v1/token-revocations', body: { identity: 'nightly' } },
    }),
  },
  {
    route: `${tenantId}/tokens`,
    status: 201,
    makes: { api_keys: 1, audit_log: 1 },
    prepare: async () => {
      const path = `${(await createTenant(service)).path}/tokens`;
      return {
        one: { path, body: { expiresInSeconds: 600 } },
        another: { path, body: { expiresInSeconds: 601 } },
      };
    },
  },
  {
    route: `${tenantId}/connect-links`,
    status: 201,
    makes: { audit_log: 1 },
    prepare: async () => {
      const path = `${(await createTenant(service)).path}/connect-links`;
      return {
        one: { path, body: { expiresInSeconds: 600 } },
        another: { path, body: { expiresInSeconds: 601 } },
      };
    },
  },
  {
    route: `${tenantId}/connections`,
    status: 201,
    makes: { connections: 1, audit_log: 1 },
    prepare: async () => {
      const tenant = await createTenant(service);
      const path = `${tenant.path}/connections`;
      return {
        one: { path, body: await freshRole(tenant) },
        another: { path, body: await freshRole(tenant) },
      };
    },
  },
  {
    route: `${tenantId}/connections/batch`,
    status: 200,
    makes: { connections: 2, audit_log: 2 },
    prepare: async () => {
      const path = `${(await createTenant(service)).path}/connections/batch`;
      return {
        one: { path, body: { accountIds: ['111111111111', '222222222222', '12'] } },
        another: { path, body: { accountIds: ['333333333333', '444444444444'] } },
      };
    },
  },
  {
    route: `${tenantId}/connections/verifications`,
    status: 202,
    makes: { verification_runs: 1 },
    prepare: async () => {
      const [one, another] = await Promise.all([createTenant(service), createTenant(service)]);
      for (const tenant of [one, another])
        await service.admin.post(`${tenant.path}/connections`, await freshRole(tenant));
      return {
        one: { path: `${one.path}/connections/verifications`, body: { limit: 1 } },
        another: { path: `${another.path}/connections/verifications`, body: { limit: 2 } },
      };
    },
  },
  {
    route: `${connectionId}/verification`,
    status: 200,
    makes: { audit_log: 1 },
    prepare: async () => {
      const [one, another] = await Promise.all([
        createConnectedTenant(service),
        createConnectedTenant(service),
      ]);
      return {
        one: { path: `${one.connection.path}/verification` },
        another: { path: `${another.connection.path}/verification` },
      };
    },
  },
  {
    route: `${tenantId}/trust-policy-checks`,
    status: 200,
    makes: {},
    prepare: async () => {
      const tenant = await createTenant(service);
      const path = `${tenant.path}/trust-policy-checks`;
      return {
        one: { path, body: { policy: trustPolicyRequiring(tenant.externalId) } },
        another: { path, body: { policy: {} } },
      };
    },
  },
  {
    route: `${tenantId}/external-id/rotation`,
    status: 201,
    makes: { external_ids: 1, audit_log: 2 },
    prepare: async () => {
      const [one, another] = await Promise.all([createTenant(service), createTenant(service)]);
      return {
        one: { path: `${one.path}/external-id/rotation` },
        another: { path: `${another.path}/external-id/rotation` },
      };
    },
  },
  {
    route: `${tenantId}/external-id/rotation/complete`,
    status: 200,
    makes: { audit_log: 2 },
    prepare: async () => {
      const [one, another] = await Promise.all([rotating(), rotating()]);
      return {
        one: { path: `${one.path}/external-id/rotation/complete` },
        another: { path: `${another.path}/external-id/rotation/complete` },
      };
    },
  },
  {
    route: `${connectionId}/credentials`,
    status: 200,
    makes: {},
    answersAnew: true,
    key: () => worker.key,
    prepare: async () => {
      const path = `${(await createConnectedTenant(service)).connection.path}/credentials`;
      return {
        one: { path, body: { durationSeconds: 900 } },
        another: { path, body: { durationSeconds: 901 } },
      };
    },
  },
];

let keyNumber = 0;
const newKey = () => `idempotency-${++keyNumber}`;

function post(caller: Caller, { path, body }: Post, key: string): Promise<ApiResponse> {
  return caller.post(path, body, { 'idempotency-key': key });
}

async function counts(): Promise<Record<string, number>> {
  const tables = ['tenants', 'external_ids', 'connections', 'api_keys', 'audit_log'];
  const { rows } = await service.queryAsOwner(
    `SELECT ${tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`,
  );
  return rows[0];
}

function grown(before: Record<string, number>, makes: Case['makes']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(before).map(([table, rows]) => [table, rows + (makes[table as keyof Case['makes']] ?? 0)]),
  );
}

test('every POST route of the API is tested here', () => {
  const posts = service.service.routes
    .filter((route) => [route.method].flat().includes('POST') && route.url.startsWith('/v1/'))
    .map((route) => route.url);
  expect(CASES.map(({ route }) => route).sort()).toEqual(posts.sort());
});

describe.each(CASES)(
  'POST $route with an Idempotency-Key',
  ({ prepare, status, makes, key, answersAnew }) => {
    const caller = (at = service) => at.as(key?.() ?? service.adminKey);

    test('answers the same request again to the letter, and does nothing twice', async () => {
      const { one } = await prepare();
      const named = newKey();
      const before = await counts();
      const first = await post(caller(), one, named);
      expect(first.status, first.text).toBe(status);
      if (!answersAnew) expect(await counts()).toEqual(grown(before, makes));
      const then = await counts();
      // Credentials are stored nowhere: another replica has none in memory, and draws its own.
      for (const at of answersAnew ? [service] : [service, replica]) {
        const again = await post(caller(at), one, named);
        expect([again.status, again.text]).toEqual([first.status, first.text]);
        expect(again.headers['cache-control']).toBe(first.headers['cache-control']);
      }
      const after = await counts();
      // Credentials handed out again are recorded again.
      if (answersAnew) then.audit_log = after.audit_log as number;
      expect(after).toEqual(then);
    });

    test('gives ten that race over two replicas one answer, and does the work once', async () => {
      const { one } = await prepare();
      const named = newKey();
      const before = await counts();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => post(caller(i % 2 ? service : replica), one, named)),
      );
      const texts = new Set(answers.map((answer) => `${answer.status} ${answer.text}`));
      expect([...texts][0]).toMatch(new RegExp(`^${status} `));
      // Each replica has its own cache, and so draws its own credentials.
      expect(texts.size, [...texts].join('\n')).toBeLessThanOrEqual(answersAnew ? 2 : 1);
      const after = await counts();
      if (answersAnew) before.audit_log = after.audit_log as number;
      expect(after).toEqual(grown(before, makes));
    });

    test('refuses another request, and still answers the first', async () => {
      const { one, another } = await prepare();
      const named = newKey();
      const first = await post(caller(), one, named);
      const before = await counts();
      for (const other of [another, { ...one, path: `${one.path}?x=1` }]) {
        const answer = await post(caller(), other, named);
        // An unknown key in the query is refused by itself where the route has a schema for it.
        expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      }
      expect(await counts()).toEqual(before);
      expect((await post(caller(), one, named)).text).toBe(first.text);
      expect((await post(caller(), another, newKey())).status).toBe(status);
    });

    test('refuses a key that is none, and does nothing', async () => {
      const { one } = await prepare();
      const before = await counts();
      const port = Number(new URL(service.url).port);
      for (const malformed of [
        '',
        ' ',
        'a b',
        'a'.repeat(256),
        'schl\u00fcssel',
        'tab\tbed',
        ['one', 'two'],
      ]) {
        const answered = await new Promise<number | undefined>((resolve, reject) => {
          const request = httpRequest(
            {
              port,
              host: '127.0.0.1',
              method: 'POST',
              path: one.path,
              headers: {
                authorization: `Bearer ${key?.() ?? service.adminKey}`,
                'idempotency-key': malformed,
                ...(one.body && { 'content-type': 'application/json' }),
              },
            },
            (response) => response.resume().on('end', () => resolve(response.statusCode)),
          );
          request.on('error', reject).end(one.body && JSON.stringify(one.body));
        });
        expect(answered, JSON.stringify(malformed)).toBe(400);
      }
      expect(await counts()).toEqual(before);
      expect((await post(caller(), one, newKey().padEnd(255, '~'))).status).toBe(status);
    });
  },
);

describe('an Idempotency-Key', () => {
  test('of one API key means nothing to another', async () => {
    const onboarding = await createKey(service, { role: 'onboarding' });
    const named = newKey();
    const request = { path: '/v1/tenants', body: { name: 'Same' } };
    const first = await post(service.admin, request, named);
    const second = await post(onboarding.caller, request, named);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
    const third = await post(
      onboarding.caller,
      { path: '/v1/tenants', body: { name: 'Different' } },
      `${named}x`,
    );
    expect(third.status).toBe(201);
  });

  test('tells the same JSON in another order and layout from other JSON', async () => {
    const named = newKey();
    const first = await post(
      service.admin,
      { path: '/v1/tenants', body: { name: 'A', metadata: { a: 1, b: 2 } } },
      named,
    );
    const again = await post(
      service.admin,
      { path: '/v1/tenants', body: { metadata: { b: 2, a: 1 }, name: 'A' } },
      named,
    );
    expect(again.text).toBe(first.text);
    const other = await post(
      service.admin,
      { path: '/v1/tenants', body: { name: 'A', metadata: { a: 1, b: '2' } } },
      named,
    );
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  test('of a request that failed is not kept: the request, or another one, may come with it again', async () => {
    const { body: first } = await service.admin.post('/v1/tenants', { name: 'Holder', reference: 'taken' });
    const named = newKey();
    const request = { path: '/v1/tenants', body: { name: 'Later', reference: 'taken' } };
    expect((await post(service.admin, request, named)).status).toBe(409);
    const { rows } = await service.queryAsOwner(
      'SELECT count(*)::int AS n FROM idempotency_keys WHERE key = $1',
      [named],
    );
    expect(rows[0].n).toBe(0);
    expect((await service.admin.delete(`/v1/tenants/${first.id}`)).status).toBe(204);
    expect((await post(service.admin, request, named)).status).toBe(201);

    const another = newKey();
    expect((await post(service.admin, { path: '/v1/tenants', body: { name: '' } }, another)).status).toBe(
      400,
    );
    expect(
      (await post(service.admin, { path: '/v1/tenants', body: { name: 'Right' } }, another)).status,
    ).toBe(201);
  });

  test('of a verification that found no connection is not kept', async () => {
    const { connection } = await createConnectedTenant(service);
    const tenant = await createTenant(service);
    const named = newKey();
    const missing = { path: connection.path.replace(/tenant_\w+/, tenant.id).concat('/verification') };
    expect((await post(service.admin, missing, named)).status).toBe(404);
    expect((await post(service.admin, { path: `${connection.path}/verification` }, named)).status).toBe(200);
  });

  test('that a process took with it when it died is free again after two minutes', async () => {
    const { connection } = await createConnectedTenant(service);
    const named = newKey();
    const request = { path: `${connection.path}/verification` };
    const first = await post(service.admin, request, named);
    await service.queryAsOwner(
      `UPDATE idempotency_keys SET answer = NULL, created_at = created_at - interval '121 seconds' WHERE key = $1`,
      [named],
    );
    service.clock.advance(1);
    const again = await post(service.admin, request, named);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.checkedAt).not.toBe(first.body.checkedAt);
    expect((await post(replica.as(service.adminKey), request, named)).text).toBe(again.text);
  });

  test('keeps no plaintext of an answer in the database', async () => {
    const named = newKey();
    const { body } = await post(
      service.admin,
      { path: '/v1/api-keys', body: { name: 'hidden', role: 'auditor' } },
      named,
    );
    const { rows } = await service.queryAsOwner('SELECT * FROM idempotency_keys WHERE key = $1', [named]);
    expect(rows).toHaveLength(1);
    const stored = Buffer.concat([rows[0].answer, rows[0].request_hash]);
    const secret = body.key.slice('csk_'.length);
    for (const plain of [body.key, secret, body.id, 'hidden', 'auditor']) {
      expect(stored.includes(plain), plain).toBe(false);
      expect(stored.toString('base64')).not.toContain(plain);
    }
    expect(stored.includes(Buffer.from(secret.slice(0, 64), 'hex'))).toBe(false);
    const { rows: tables } = await service.queryAsOwner(
      `SELECT (SELECT string_agg(k::text, '') FROM api_keys k) || (SELECT string_agg(body, '') FROM audit_log) AS all`,
    );
    expect(tables[0].all).not.toContain(secret);
    expect(service.logLines.join('\n')).not.toContain(secret);
  });

  test('of drawn credentials leaves no answer behind at all', async () => {
    const { connection } = await createConnectedTenant(service);
    const named = newKey();
    const drawn = await post(
      service.as(worker.key),
      { path: `${connection.path}/credentials`, body: {} },
      named,
    );
    expect(drawn.status).toBe(200);
    const { rows } = await service.queryAsOwner('SELECT answer FROM idempotency_keys WHERE key = $1', [
      named,
    ]);
    expect(rows).toEqual([{ answer: null }]);
  });

  test('replays no credentials of a suspended tenant, nor to a revoked key', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const own = await createKey(service, { role: 'worker' });
    const named = newKey();
    const request = { path: `${connection.path}/credentials`, body: { durationSeconds: 900 } };
    expect((await post(own.caller, request, named)).status).toBe(200);
    await service.admin.patch(tenant.path, { status: 'suspended' });
    for (const at of [service, replica]) {
      const refused = await post(at.as(own.key), request, named);
      expect([refused.status, refused.body.code]).toEqual([409, 'tenant_not_active']);
      expect(refused.text).not.toContain('secretAccessKey');
    }
    await service.admin.patch(tenant.path, { status: 'active' });
    expect((await post(own.caller, request, named)).status).toBe(200);
    expect((await service.admin.delete(`/v1/api-keys/${own.id}`)).status).toBe(204);
    for (const at of [service, replica])
      expect((await post(at.as(own.key), request, named)).status).toBe(401);
  });

  test('replays nothing to a key that was revoked since', async () => {
    const own = await createKey(service, { role: 'admin' });
    const named = newKey();
    const request = { path: '/v1/api-keys', body: { name: 'x', role: 'worker' } };
    expect((await post(own.caller, request, named)).status).toBe(201);
    await service.admin.delete(`/v1/api-keys/${own.id}`);
    expect((await post(own.caller, request, named)).status).toBe(401);
  });
});
