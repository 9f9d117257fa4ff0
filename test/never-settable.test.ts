import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareServiceRole } from '../src/database/service-role.ts';
import { connected, createTenant, startTestService, type TestService } from './harness/service.ts';

const FORGED = '11111111-2222-4333-8444-555555555555';
const ISSUED = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let service: TestService;
let asService: pg.Client;

beforeAll(async () => {
  service = await startTestService();
  asService = new pg.Client({ connectionString: await prepareServiceRole(service.database.ownerUrl) });
  await asService.connect();
});
afterAll(async () => {
  await asService.end();
  await service.close();
});

const SPELLINGS = [
  'externalId',
  'external_id',
  'ExternalId',
  'EXTERNAL-ID',
  'externalID',
  'sts:ExternalId',
  'external id',
  'new_external_id_value',
  'ｅxternalId',
  'external\u200bId',
  'externalIds',
];

describe('an external ID is refused, and nothing is made', () => {
  test.each(SPELLINGS)('as %j in the body, nested, in metadata, in a list, in the query', async (key) => {
    const count = async () =>
      (await service.asOwner('SELECT count(*)::int AS n FROM external_ids')).rows[0].n;
    const tenant = await createTenant(service);
    const before = await count();
    const bodies = [
      { name: 'x', [key]: FORGED },
      { name: 'x', metadata: { [key]: FORGED } },
      { name: 'x', metadata: { deep: [{ deeper: { [key]: FORGED } }] } },
    ];
    for (const body of bodies) {
      for (const answer of [
        await service.admin.post('/v1/tenants', body),
        await service.admin.patch(tenant.path, body),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([400, 'external_id_not_settable']);
      }
    }
    const query = `?${encodeURIComponent(key)}=${FORGED}`;
    for (const path of ['/v1/tenants', tenant.path, `${tenant.path}/setup`, `${tenant.path}/external-id`]) {
      expect((await service.admin.get(path + query)).body.code).toBe('external_id_not_settable');
    }
    for (const path of ['/external-id/rotation', '/tokens', '/connections']) {
      expect((await service.admin.post(tenant.path + path, { [key]: FORGED })).body.code).toBe(
        'external_id_not_settable',
      );
    }
    expect(await count()).toBe(before);
    expect((await service.admin.get(tenant.path)).body.externalId).toBe(tenant.externalId);
  });

  test('also as a duplicate key and written with escapes', async () => {
    for (const body of [
      `{"name":"x","external\\u0049d":"${FORGED}"}`,
      `{"name":"x","externalId":null,"externalId":"${FORGED}"}`,
    ]) {
      const response = await fetch(`${service.url}/v1/tenants`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'application/json' },
        body,
      });
      expect(((await response.json()) as { code: string }).code).toBe('external_id_not_settable');
    }
  });

  test('a header that carries one influences nothing', async () => {
    const headers = { 'x-external-id': FORGED, 'external-id': FORGED, 'idempotency-key': FORGED };
    const { status, body } = await service.admin.post('/v1/tenants', { name: 'x' }, headers);
    expect(status).toBe(201);
    expect(body.externalId).not.toBe(FORGED);
  });
});

test('50 parallel first reads, and another replica, see one value', async () => {
  const tenant = await createTenant(service);
  const replica = await startTestService({ beside: service });
  const callers = [service.admin, replica.as(service.adminKey)];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => callers[i % 2]?.get(`${tenant.path}/external-id`)),
  );
  await replica.close();
  expect(new Set(answers.map((answer) => answer?.body.externalId))).toEqual(new Set([tenant.externalId]));
});

describe("the service's database role cannot", () => {
  test.each([
    [
      'write a value',
      `INSERT INTO external_ids (tenant_id, state, value) VALUES ($1, 'successor', '${FORGED}')`,
    ],
    ['change a value', `UPDATE external_ids SET value = '${FORGED}' WHERE tenant_id = $1`],
    ['give an ID to another tenant', 'UPDATE external_ids SET tenant_id = $1'],
    ['delete an ID', 'DELETE FROM external_ids WHERE tenant_id = $1'],
    ['delete a tenant', 'DELETE FROM tenants WHERE id = $1'],
    ['change an audit event', `UPDATE audit_events SET body = '{}' WHERE tenant_id = $1`],
    [
      'number an audit event',
      `UPDATE audit_events SET sequence = 1, hash = 'x', previous_hash = 'y' WHERE tenant_id = $1`,
    ],
    ['delete an audit event', 'DELETE FROM audit_events WHERE tenant_id = $1'],
    ['move a chain’s head', 'UPDATE audit_heads SET sequence = 0 WHERE chain = $1'],
    [
      'change a role ARN',
      `UPDATE connections SET role_arn = 'arn:aws:iam::111111111111:role/x' WHERE tenant_id = $1`,
    ],
  ])('%s', async (_, sql) => {
    const { tenant } = await connected(service);
    await expect(asService.query(sql, [tenant.id])).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    'TRUNCATE external_ids CASCADE',
    'TRUNCATE audit_events',
    'ALTER TABLE external_ids DISABLE TRIGGER ALL',
    'CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT NULL::uuid $$',
    "SET session_replication_role = 'replica'",
  ])('%s', async (sql) => {
    await expect(asService.query(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^42501|^42/) });
  });
});

test("the service's database role cannot become the owner", async () => {
  const owner = new URL(service.database.ownerUrl).username;
  await expect(asService.query(`SET ROLE ${asService.escapeIdentifier(owner)}`)).rejects.toMatchObject({
    code: '42501',
  });
});

describe('even for the owner of the database', () => {
  test('a value that a statement names is not the one that is issued', async () => {
    const tenant = await createTenant(service);
    const { rows } = await service.asOwner(
      `INSERT INTO external_ids (tenant_id, state, value) VALUES ($1, 'successor', '${FORGED}') RETURNING value`,
      [tenant.id],
    );
    expect(rows[0].value).not.toBe(FORGED);
    expect(rows[0].value).toMatch(ISSUED);
  });

  test.each([
    ['change', `UPDATE external_ids SET value = '${FORGED}' WHERE tenant_id = $1`],
    ['delete', 'DELETE FROM external_ids WHERE tenant_id = $1'],
    ['retire the last one of', `UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1`],
  ])('no statement can %s an external ID', async (_, sql) => {
    const tenant = await createTenant(service);
    await expect(service.asOwner(sql, [tenant.id])).rejects.toMatchObject({ code: '23001' });
  });

  test("a connection cannot point at another tenant's external ID", async () => {
    const [one, other] = [await connected(service), await connected(service)];
    await expect(
      service.asOwner(
        'UPDATE connections SET proven_external_id_id = (SELECT id FROM external_ids WHERE tenant_id = $2) WHERE id = $1',
        [one.connection.id, other.tenant.id],
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });
});

test('every issued value is a lower-case UUID version 4 with a letter, never issued twice, tombstones included', async () => {
  const tenant = await createTenant(service);
  for (let i = 0; i < 5; i++) {
    await service.admin.post(`${tenant.path}/external-id/rotation`);
    await service.admin.delete(`${tenant.path}/external-id/rotation`);
  }
  await service.admin.delete(tenant.path);
  const { rows } = await service.asOwner('SELECT value FROM external_ids');
  for (const { value } of rows) {
    expect(value).toMatch(ISSUED);
    expect(value.toUpperCase()).not.toBe(value);
  }
  const { body } = await service.admin.get(`${tenant.path}/external-id`);
  expect(body.retired).toHaveLength(6);
  await expect(
    service.asOwner(
      "ALTER TABLE external_ids DISABLE TRIGGER USER; INSERT INTO external_ids (tenant_id, state, value) SELECT tenant_id, 'successor', value FROM external_ids LIMIT 1",
    ),
  ).rejects.toMatchObject({ code: '23505' });
});
