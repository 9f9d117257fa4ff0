import type { RouteOptions } from 'fastify';
import pg from 'pg';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareServiceRole } from '../src/database/service-role.ts';
import { PERMISSIONS, type Permission } from '../src/identity/permissions.ts';
import type { Role } from '../src/identity/principal.ts';
import { newId } from '../src/lib/ids.ts';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from './harness/service.ts';

/** What somebody would like to have as external ID. */
const WANTED = '0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e';
const SPELLINGS = [
  'externalId',
  'external_id',
  'ExternalID',
  'EXTERNAL-ID',
  'external id',
  'sts:ExternalId',
  'externalId[]',
  'tenant.externalId',
  'newExternalId',
  'ｅｘｔｅｒｎａｌＩｄ',
  'external\u200bId',
  'e\u200dxternal\ufeffI\u00add',
];

let service: TestService;
let replica: TestService;
let tenant: TestTenant;
let other: TestTenant;
let connection: TestConnection;
let workerKey: string;
let asService: pg.Client;

beforeAll(async () => {
  service = await startTestService();
  replica = await startTestService({ replicaOf: service });
  ({ tenant, connection } = await createConnectedTenant(service));
  ({ tenant: other } = await createConnectedTenant(service));
  workerKey = (await createKey(service, { role: 'worker' })).key;
  asService = await connectAsService();
});
afterAll(async () => {
  await asService?.end();
  await replica?.close();
  await service?.close();
});

async function connectAsService(): Promise<pg.Client> {
  const client = new pg.Client(await prepareServiceRole(service.database.ownerUrl));
  await client.connect();
  return client;
}

/** Everything that a request could have changed. */
async function everything(): Promise<unknown> {
  const { rows } = await service.queryAsOwner(`SELECT
    (SELECT jsonb_agg(t ORDER BY id) FROM tenants t) AS tenants,
    (SELECT jsonb_agg(e ORDER BY id) FROM external_ids e) AS external_ids,
    (SELECT jsonb_agg(c ORDER BY id) FROM connections c) AS connections,
    (SELECT jsonb_agg(k ORDER BY id) FROM api_keys k) AS api_keys,
    (SELECT jsonb_agg(p ORDER BY id) FROM access_profiles p) AS access_profiles,
    (SELECT count(*) FROM audit_log) AS events,
    (SELECT count(*) FROM idempotency_keys) AS idempotency_keys`);
  return rows[0];
}

interface Refusal {
  named: string;
  method: string;
  path: string;
  body?: string;
  key?: string;
  headers?: Record<string, string>;
}

async function send({ method, path, body, key, headers }: Refusal) {
  const answer = await fetch(service.url + path, {
    method,
    body,
    headers: {
      authorization: `Bearer ${key ?? service.adminKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

async function expectRefused(requests: Refusal[]): Promise<void> {
  const before = await everything();
  for (const request of requests) {
    const { status, body } = await send(request);
    expect({ status, code: body?.code }, request.named).toEqual({
      status: 400,
      code: 'external_id_not_settable',
    });
    expect(JSON.stringify(body), request.named).not.toContain(WANTED);
  }
  expect(await everything()).toEqual(before);
}

function apiRoutes(): { method: string; url: string; path: string; key: string; route: RouteOptions }[] {
  const ids: Record<string, string> = {
    tenantId: tenant.id,
    connectionId: connection.id,
    artifact: 'trust-policy.json',
  };
  return service.service.routes
    .filter((route) => route.url.startsWith('/v1/'))
    .flatMap((route) =>
      [route.method].flat().map((method) => {
        const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
        return {
          method: String(method),
          url: route.url,
          path: route.url.replace(
            /:(\w+)/g,
            (_, name: string) => ids[name] ?? newId(name.replace(/Id$/, '')),
          ),
          key: allowed.includes('admin') ? service.adminKey : workerKey,
          route,
        };
      }),
    );
}

describe('an external ID in a request', () => {
  test('is refused in the query of every route, under every spelling', async () => {
    const queries = [...SPELLINGS, 'metadata[externalId]', 'a[0][external_id]'].map(encodeURIComponent);
    const routes = apiRoutes();
    expect(routes.length).toBeGreaterThan(20);
    await expectRefused(
      routes.flatMap(({ method, path, key }) =>
        [...queries, 'limit=1&externalId', '%65xternal%49d', 'externalId=a&externalId'].map((query) => ({
          named: `${method} ${path}?${query}`,
          method,
          path: `${path}?${query}=${WANTED}`,
          key,
        })),
      ),
    );
  });

  // Thousands of requests, on a machine that may be busy: hence its own time limit.
  test('is refused in the body of every route that reads one, at the top, nested, in arrays and in metadata', async () => {
    const bodies = (name: string): object[] => [
      { [name]: WANTED },
      { name: 'New', [name]: WANTED },
      { name: 'New', [name]: null },
      { name: 'New', metadata: { [name]: WANTED } },
      { metadata: { deep: [{ deeper: [[{ [name]: WANTED }]] }] } },
      { roleArn: 'arn:aws:iam::111111111111:role/New', [name]: WANTED },
      { name: 'new', inlinePolicy: {}, sessionPolicy: {}, [name]: WANTED },
      { name: 'new', sessionPolicyArns: [{ [name]: WANTED }], policy: { [name]: WANTED } },
    ];
    const written = apiRoutes().filter(({ method }) => method !== 'GET');
    for (const name of SPELLINGS) {
      await expectRefused(
        written.flatMap(({ method, path, key, url }) =>
          bodies(name).map((body) => ({
            named: `${method} ${url} ${JSON.stringify(body)}`,
            method,
            path,
            key,
            body: JSON.stringify(body),
          })),
        ),
      );
    }
  }, 180_000);

  test('is refused below a policy too, wherever a route has no policy there', async () => {
    const members = ['inlinePolicy', 'sessionPolicy', 'policy', 'trustPolicy'];
    const written = apiRoutes().filter(({ method }) => method !== 'GET');
    expect(written.some(({ route }) => route.config?.policyAt !== undefined)).toBe(true);
    await expectRefused(
      written.flatMap(({ method, path, key, url, route }) =>
        members
          .filter((member) => !route.config?.policyAt?.includes(member))
          .flatMap((member) => [
            { [member]: { externalId: WANTED } },
            { a: { [member]: { externalId: WANTED } } },
          ])
          .map((body) => ({
            named: `${method} ${url} ${JSON.stringify(body)}`,
            method,
            path,
            key,
            body: JSON.stringify(body),
          })),
      ),
    );
  });

  test('below a policy of a profile sets nothing: as an element it is refused, as a condition it stays in the policy', async () => {
    const before = await externalIds();
    const refused = await send({
      named: 'element',
      method: 'POST',
      path: '/v1/profiles',
      body: JSON.stringify({ name: 'new', inlinePolicy: { Statement: [], externalId: WANTED } }),
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
    const saved = await send({
      named: 'condition',
      method: 'POST',
      path: '/v1/profiles',
      body: JSON.stringify({
        name: 'new',
        inlinePolicy: {
          Statement: { ...statement, Condition: { StringEquals: { 'sts:ExternalId': WANTED } } },
        },
      }),
    });
    expect(saved.status).toBe(201);
    expect(await externalIds()).toEqual(before);
  });

  test('is refused as JSON that only a parser reads: escapes, duplicate keys, a list at the top', async () => {
    const bodies = [
      '{"name":"New","\\u0065xternalId":"V"}',
      '{"name":"New","\\u0065\\u0078\\u0074\\u0065\\u0072\\u006e\\u0061\\u006c\\u0049\\u0064":"V"}',
      '{"name":"New","external\\u200bId":"V"}',
      '{"externalId":"V","name":"New","externalId":"V"}',
      '{"name":"New","metadata":{},"metadata":{"externalId":"V"}}',
      '{"name":"New","metadata":{"a":1,"externalId":"V","externalId":null}}',
      '[{"externalId":"V"}]',
      '  {"name":"New",\n\t"externalId" : {"value":"V"}}',
    ];
    const targets = [
      { method: 'POST', path: '/v1/tenants' },
      { method: 'PATCH', path: tenant.path },
      { method: 'PATCH', path: connection.path },
    ];
    await expectRefused(
      targets.flatMap((target) =>
        bodies.map((body) => ({ ...target, named: body, body: body.replaceAll('"V"', `"${WANTED}"`) })),
      ),
    );
  });

  test('that a later duplicate of its parent hides reaches nothing', async () => {
    const { status, body } = await send({
      named: 'hidden',
      method: 'POST',
      path: '/v1/tenants',
      body: `{"name":"Hidden","metadata":{"externalId":"${WANTED}"},"metadata":{}}`,
    });
    if (status === 201) expect(body.metadata).toEqual({});
    else expect(body.code).toBe('external_id_not_settable');
    expect(JSON.stringify(body)).not.toContain(WANTED);
  });

  test('as a header, an Idempotency-Key, a name or a reference influences nothing', async () => {
    const { status, body } = await send({
      named: 'headers',
      method: 'POST',
      path: '/v1/tenants',
      body: JSON.stringify({ name: WANTED, reference: WANTED, metadata: { id: WANTED, note: 'externalId' } }),
      headers: {
        'idempotency-key': WANTED,
        'x-request-id': WANTED,
        'x-external-id': WANTED,
        'external-id': WANTED,
        externalid: WANTED,
        'sts-externalid': WANTED,
        'x-amz-external-id': WANTED,
        cookie: `externalId=${WANTED}`,
      },
    });
    expect(status).toBe(201);
    expect(body.externalId).not.toBe(WANTED);
    const { rows } = await service.queryAsOwner(
      'SELECT count(*)::int AS n FROM external_ids WHERE value = $1',
      [WANTED],
    );
    expect(rows[0].n).toBe(0);
  });

  test('as a body of a GET is not even read', async () => {
    const before = await everything();
    const { status, body } = await request(service.url)
      .get(tenant.path)
      .set('authorization', `Bearer ${service.adminKey}`)
      .send({ externalId: WANTED });
    if (status === 200) expect(body.externalId).toBe(tenant.externalId);
    else expect(body.code).toBe('external_id_not_settable');
    expect(await everything()).toEqual(before);
  });
});

describe('reading', () => {
  test('50 first reads at once, of two replicas, give the one value that creation gave', async () => {
    const fresh = await createTenant(service);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 ? service : replica).as(service.adminKey).get(`${fresh.path}/external-id`),
      ),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.externalId}`))).toEqual(
      new Set([`200 ${fresh.externalId}`]),
    );
  });

  test('a service that starts later gives the same value', async () => {
    const later = await startTestService({ replicaOf: service });
    const { body } = await later.as(service.adminKey).get(tenant.path);
    await later.close();
    expect(body.externalId).toBe(tenant.externalId);
  });

  test('no reading route changes anything of any tenant', async () => {
    const before = await service.queryAsOwner('SELECT * FROM external_ids ORDER BY id');
    for (const { method, path, key } of apiRoutes()) {
      if (method === 'GET')
        await send({ named: path, method, path, key, headers: {} }).catch(() => undefined);
    }
    const after = await service.queryAsOwner('SELECT * FROM external_ids ORDER BY id');
    expect(after.rows).toEqual(before.rows);
  });
});

/** Statements by which the service's own database role could try to choose a value, with T for the tenant. */
const SERVICE_ATTEMPTS: [string, string][] = [
  ['insert with a value', `INSERT INTO external_ids (tenant_id, state, value) VALUES (T, 'successor', V)`],
  ['insert as a whole row', `INSERT INTO external_ids VALUES (DEFAULT, T, V, 'successor', now(), NULL)`],
  [
    'insert with an id',
    `INSERT INTO external_ids (id, tenant_id, state) OVERRIDING SYSTEM VALUE VALUES (1, T, 'successor')`,
  ],
  [
    'insert with a time',
    `INSERT INTO external_ids (tenant_id, state, issued_at) VALUES (T, 'successor', now())`,
  ],
  ['update of the value', `UPDATE external_ids SET value = V WHERE tenant_id = T`],
  ['update of the tenant', `UPDATE external_ids SET tenant_id = T`],
  ['update of a time', `UPDATE external_ids SET issued_at = now()`],
  ['update of a tombstone', `UPDATE external_ids SET retired_at = NULL`],
  ['update from a join', `UPDATE external_ids e SET value = V FROM tenants t WHERE t.id = e.tenant_id`],
  ['delete', `DELETE FROM external_ids WHERE tenant_id = T`],
  ['truncate', 'TRUNCATE external_ids CASCADE'],
  ['copy', 'COPY external_ids (tenant_id, state, value) FROM STDIN'],
  ['copy of a file', `COPY external_ids FROM '/dev/null'`],
  ['copy of a program', `COPY external_ids FROM PROGRAM 'true'`],
  [
    'upsert',
    `INSERT INTO external_ids (tenant_id, state) VALUES (T, 'current')
     ON CONFLICT (tenant_id) WHERE state = 'current' DO UPDATE SET value = V`,
  ],
  [
    'merge',
    `MERGE INTO external_ids e USING (SELECT T AS t) s ON e.tenant_id = s.t WHEN MATCHED THEN UPDATE SET value = V`,
  ],
  ['deletion of a tenant', `DELETE FROM tenants WHERE id = T`],
  ['another ID of a tenant', `UPDATE tenants SET id = '${newId('tenant')}' WHERE id = T`],
  ['disabling the triggers', 'ALTER TABLE external_ids DISABLE TRIGGER ALL'],
  ['disabling user triggers', 'ALTER TABLE external_ids DISABLE TRIGGER USER'],
  ['dropping the trigger', 'DROP TRIGGER external_ids_issue ON external_ids'],
  [
    'a trigger of its own',
    'CREATE TRIGGER z BEFORE INSERT ON external_ids EXECUTE FUNCTION external_ids_issue()',
  ],
  ['a rule', 'CREATE RULE r AS ON INSERT TO external_ids DO INSTEAD NOTHING'],
  ['a replication session', 'SET session_replication_role = replica'],
  ['a default of its own', 'ALTER TABLE external_ids ALTER COLUMN value SET DEFAULT V'],
  ['dropping uniqueness', 'ALTER TABLE external_ids DROP CONSTRAINT external_ids_value_key'],
  ['dropping the table', 'DROP TABLE external_ids CASCADE'],
  [
    'a new issuing function',
    `CREATE OR REPLACE FUNCTION external_ids_issue() RETURNS trigger LANGUAGE sql AS ''`,
  ],
  ['another search path of it', 'ALTER FUNCTION external_ids_issue() SET search_path = public'],
  [
    'gen_random_uuid in public',
    `CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT V::uuid $$`,
  ],
  [
    'gen_random_uuid in pg_catalog',
    `CREATE OR REPLACE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT V::uuid $$`,
  ],
  ['a schema of its own', 'CREATE SCHEMA mine'],
  ['becoming a superuser', 'ALTER ROLE countersign_service SUPERUSER'],
];

function filledIn(sql: string): string {
  return sql.replace(/\bT\b/g, `'${tenant.id}'`).replace(/\bV\b/g, `'${WANTED}'`);
}

async function externalIds(): Promise<unknown[]> {
  return (await service.queryAsOwner('SELECT * FROM external_ids ORDER BY id')).rows;
}

describe("the service's own database role", () => {
  test.each(SERVICE_ATTEMPTS)('is refused: %s', async (_, sql) => {
    const before = await externalIds();
    await expect(asService.query(filledIn(sql))).rejects.toMatchObject({ code: '42501' });
    expect(await externalIds()).toEqual(before);
  });

  test('gains nothing by granting itself more', async () => {
    await asService.query('GRANT ALL ON external_ids TO countersign_service');
    const { rows } = await asService.query(`SELECT
      has_column_privilege('external_ids', 'value', 'INSERT') AS inserts,
      has_column_privilege('external_ids', 'value', 'UPDATE') AS updates,
      has_table_privilege('external_ids', 'DELETE, TRUNCATE, TRIGGER') AS more`);
    expect(rows).toEqual([{ inserts: false, updates: false, more: false }]);
  });

  test('cannot put functions of its session in front of the real one', async () => {
    const fresh = await createTenant(service);
    const client = await connectAsService();
    try {
      await client
        .query(
          `CREATE FUNCTION pg_temp.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT '${WANTED}'::uuid $$`,
        )
        .catch(() => undefined);
      await client.query('SET search_path = pg_temp, public, pg_catalog');
      const { rows } = await client.query(
        `INSERT INTO public.external_ids (tenant_id, state) VALUES ($1, 'successor') RETURNING value`,
        [fresh.id],
      );
      expect(rows[0].value).not.toBe(WANTED);
    } finally {
      await client.end();
    }
  });

  test('cannot bring a tombstone back, nor retire the ID that a tenant works with', async () => {
    const fresh = await createTenant(service);
    await asService.query(`INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'successor')`, [fresh.id]);
    await asService.query(
      `UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1 AND state = 'successor'`,
      [fresh.id],
    );
    const before = await externalIds();
    for (const state of ['current', 'successor']) {
      const back = asService.query(
        `UPDATE external_ids SET state = $2 WHERE tenant_id = $1 AND state = 'retired'`,
        [fresh.id, state],
      );
      await expect(back).rejects.toMatchObject({ code: '23001' });
    }
    for (const state of ['retired', 'successor']) {
      const lost = asService.query(
        `UPDATE external_ids SET state = $2 WHERE tenant_id = $1 AND state = 'current'`,
        [fresh.id, state],
      );
      await expect(lost).rejects.toMatchObject({ code: '23001' });
    }
    expect(await externalIds()).toEqual(before);
  });
});

describe('the owner of the database', () => {
  test('who inserts a value gets another one', async () => {
    const fresh = await createTenant(service);
    const { rows } = await service.queryAsOwner(
      `INSERT INTO external_ids (tenant_id, state, value, issued_at) VALUES ($1, 'successor', $2, 'epoch')
       RETURNING value, issued_at`,
      [fresh.id, WANTED],
    );
    expect(rows[0].value).toMatch(/^[0-9a-f-]{36}$/);
    expect(rows[0].value).not.toBe(WANTED);
    expect(rows[0].issued_at.getTime()).toBeGreaterThan(0);
  });

  test.each([
    ['update of the value', 'UPDATE external_ids SET value = V WHERE tenant_id = T'],
    ['update of the tenant', `UPDATE external_ids SET tenant_id = T WHERE tenant_id <> T`],
    ['update of its age', `UPDATE external_ids SET issued_at = 'epoch' WHERE tenant_id = T`],
    [
      'upsert',
      `INSERT INTO external_ids (tenant_id, state) VALUES (T, 'current')
       ON CONFLICT (tenant_id) WHERE state = 'current' DO UPDATE SET value = V`,
    ],
    ['delete', 'DELETE FROM external_ids WHERE tenant_id = T'],
    ['truncate', 'TRUNCATE external_ids CASCADE'],
    [
      'retiring the only ID',
      `UPDATE external_ids SET state = 'retired' WHERE tenant_id = T AND state = 'current'`,
    ],
    [
      'issuing a tombstone',
      `INSERT INTO external_ids (tenant_id, state, retired_at) VALUES (T, 'retired', now())`,
    ],
  ])('is refused by a trigger: %s', async (_, sql) => {
    const before = await externalIds();
    await expect(service.queryAsOwner(filledIn(sql))).rejects.toMatchObject({ code: '23001' });
    expect(await externalIds()).toEqual(before);
  });

  test('cannot give a tenant two working IDs', async () => {
    const second = service.queryAsOwner(
      `INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'current')`,
      [tenant.id],
    );
    await expect(second).rejects.toMatchObject({ code: '23505' });
  });

  test('cannot create a tenant without an ID', async () => {
    const bare = service.queryAsOwner(
      `INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, 'Bare', now(), now())`,
      [newId('tenant')],
    );
    await expect(bare).rejects.toMatchObject({ code: '23001' });
  });

  test("cannot point a connection at another tenant's external ID", async () => {
    const stolen = service.queryAsOwner(
      `UPDATE connections SET verified_external_id_id = (SELECT id FROM external_ids WHERE tenant_id = $1)
       WHERE id = $2`,
      [other.id, connection.id],
    );
    await expect(stolen).rejects.toMatchObject({ code: '23503' });
    const moved = service.queryAsOwner('UPDATE connections SET tenant_id = $1 WHERE id = $2', [
      other.id,
      connection.id,
    ]);
    await expect(moved).rejects.toMatchObject({ code: '23001' });
  });

  test('even without the triggers cannot have a value twice, tombstones of offboarded tenants included', async () => {
    const gone = await createTenant(service);
    expect((await service.admin.delete(gone.path)).status).toBe(204);
    const twice = service.queryAsOwner(`
      BEGIN;
      ALTER TABLE external_ids DISABLE TRIGGER ALL;
      INSERT INTO external_ids (tenant_id, state, value) VALUES ('${tenant.id}', 'successor', '${gone.externalId}');
      COMMIT`);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
    const { rows } = await service.queryAsOwner('SELECT state FROM external_ids WHERE value = $1', [
      gone.externalId,
    ]);
    expect(rows).toEqual([{ state: 'retired' }]);
  });
});

describe('every value', () => {
  test('is a lower-case UUID version 4 with a letter in it, and no two are the same', async () => {
    const ids = Array.from({ length: 3_000 }, () => newId('tenant'));
    const { rows } = await service.queryAsOwner(
      `WITH made AS (
         INSERT INTO tenants (id, name, created_at, updated_at)
         SELECT id, 'Many', now(), now() FROM unnest($1::text[]) id RETURNING id)
       INSERT INTO external_ids (tenant_id, state) SELECT id, 'current' FROM made RETURNING value`,
      [ids],
    );
    const values = rows.map((row) => String(row.value));
    expect(new Set(values).size).toBe(ids.length);
    for (const value of values) {
      expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(value.toUpperCase()).not.toBe(value);
    }
  });

  test('is drawn again when chance gives one without a letter', async () => {
    const client = new pg.Client(service.database.ownerUrl);
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`CREATE SEQUENCE draws;
        CREATE OR REPLACE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
          SELECT CASE WHEN nextval('public.draws') < 4 THEN '11111111-1111-4111-8111-111111111111'::uuid
                 ELSE '11111111-1111-4111-8111-11111111111a'::uuid END $$`);
      const { rows } = await client.query(
        `INSERT INTO external_ids (tenant_id, state) VALUES ($1, 'successor') RETURNING value`,
        [tenant.id],
      );
      expect(rows[0].value).toBe('11111111-1111-4111-8111-11111111111a');
    } finally {
      await client.query('ROLLBACK');
      await client.end();
    }
  });
});
