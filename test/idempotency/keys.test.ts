import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConnectedTenant, createKey, createTenant, type TestService } from '../harness/service.ts';
import { newIdempotencyKey, post, type Replicas, startReplicas } from './route-cases.fixture.ts';

let replicas: Replicas;
let service: TestService;
let replica: TestService;

beforeAll(async () => {
  replicas = await startReplicas();
  ({ service, replica } = replicas);
});
afterAll(() => replicas?.close());

async function storedRows(idempotencyKey: string) {
  const { rows } = await service.queryAsOwner('SELECT * FROM idempotency_keys WHERE key = $1', [
    idempotencyKey,
  ]);
  return rows;
}

describe('an Idempotency-Key', () => {
  test('is independent of the same value used with another API key', async () => {
    const onboarding = await createKey(service, { role: 'onboarding' });
    const key = newIdempotencyKey();
    const request = { path: '/v1/tenants', body: { name: 'Same' } };
    const first = await post(service.admin, request, key);
    const second = await post(onboarding.caller, request, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
    const third = await post(
      onboarding.caller,
      { path: '/v1/tenants', body: { name: 'Different' } },
      `${key}x`,
    );
    expect(third.status).toBe(201);
  });

  test.each([
    ['plain', '"plain"'],
    ['say"\\hi', String.raw`"say\"\\hi"`],
  ])('%s is the same key as %s, its form in Structured Fields', async (plain, quoted) => {
    const request = { path: '/v1/tenants', body: { name: 'Quoted' } };
    const first = await post(service.admin, request, plain);
    const repeated = await post(service.admin, request, quoted);
    expect([first.status, repeated.text]).toEqual([201, first.text]);
    expect(repeated.headers['idempotency-replayed']).toBe('true');
  });

  test('may contain spaces in quotes', async () => {
    const request = { path: '/v1/tenants', body: { name: 'Spaces' } };
    const first = await post(service.admin, request, '"a key"');
    expect((await post(service.admin, request, '"a key"')).body.id).toBe(first.body.id);
  });

  test('repeats the response for the same JSON in another key order, and rejects different JSON', async () => {
    const key = newIdempotencyKey();
    const first = await post(
      service.admin,
      { path: '/v1/tenants', body: { name: 'A', metadata: { a: 1, b: 2 } } },
      key,
    );
    const again = await post(
      service.admin,
      { path: '/v1/tenants', body: { metadata: { b: 2, a: 1 }, name: 'A' } },
      key,
    );
    expect(again.text).toBe(first.text);
    const different = await post(
      service.admin,
      { path: '/v1/tenants', body: { name: 'A', metadata: { a: 1, b: '2' } } },
      key,
    );
    expect(different.body.code).toBe('idempotency_key_reused');
  });

  test('is free again after a failed request, for the same request and for another', async () => {
    const { body: first } = await service.admin.post('/v1/tenants', { name: 'Holder', reference: 'taken' });
    const key = newIdempotencyKey();
    const request = { path: '/v1/tenants', body: { name: 'Later', reference: 'taken' } };
    expect((await post(service.admin, request, key)).status).toBe(409);
    expect(await storedRows(key)).toEqual([]);
    expect((await service.admin.delete(`/v1/tenants/${first.id}`)).status).toBe(204);
    expect((await post(service.admin, request, key)).status).toBe(201);

    const another = newIdempotencyKey();
    expect((await post(service.admin, { path: '/v1/tenants', body: { name: '' } }, another)).status).toBe(
      400,
    );
    expect(
      (await post(service.admin, { path: '/v1/tenants', body: { name: 'Right' } }, another)).status,
    ).toBe(201);
  });

  test('is free again after a verification of a missing connection', async () => {
    const { connection } = await createConnectedTenant(service);
    const tenant = await createTenant(service);
    const key = newIdempotencyKey();
    const missing = { path: connection.path.replace(/tenant_\w+/, tenant.id).concat('/verification') };
    expect((await post(service.admin, missing, key)).status).toBe(404);
    expect((await post(service.admin, { path: `${connection.path}/verification` }, key)).status).toBe(200);
  });

  test('is free again two minutes after its process was killed', async () => {
    const { connection } = await createConnectedTenant(service);
    const key = newIdempotencyKey();
    const request = { path: `${connection.path}/verification` };
    const first = await post(service.admin, request, key);
    await service.queryAsOwner(
      `UPDATE idempotency_keys SET answer = NULL, created_at = created_at - interval '121 seconds' WHERE key = $1`,
      [key],
    );
    service.clock.advance(1);
    const again = await post(service.admin, request, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.checkedAt).not.toBe(first.body.checkedAt);
    expect((await post(replica.as(service.adminKey), request, key)).text).toBe(again.text);
  });

  test('leaves no plaintext of the response in the database or the log', async () => {
    const key = newIdempotencyKey();
    const { body } = await post(
      service.admin,
      { path: '/v1/api-keys', body: { name: 'hidden', role: 'auditor' } },
      key,
    );
    const rows = await storedRows(key);
    expect(rows).toHaveLength(1);
    const stored = Buffer.concat([rows[0].answer, rows[0].request_hash]);
    const secret = body.key.slice('csk_'.length);
    for (const plaintext of [body.key, secret, body.id, 'hidden', 'auditor']) {
      expect(stored.includes(plaintext), plaintext).toBe(false);
      expect(stored.toString('base64')).not.toContain(plaintext);
    }
    expect(stored.includes(Buffer.from(secret.slice(0, 64), 'hex'))).toBe(false);
    const { rows: tables } = await service.queryAsOwner(
      `SELECT (SELECT string_agg(k::text, '') FROM api_keys k) || (SELECT string_agg(body, '') FROM audit_log) AS all`,
    );
    expect(tables[0].all).not.toContain(secret);
    expect(service.logLines.join('\n')).not.toContain(secret);
  });

  test('leaves no stored response when credentials are issued', async () => {
    const { connection } = await createConnectedTenant(service);
    const key = newIdempotencyKey();
    const issued = await post(
      service.as(replicas.worker.key),
      { path: `${connection.path}/credentials`, body: {} },
      key,
    );
    expect(issued.status).toBe(200);
    expect(await storedRows(key)).toEqual([expect.objectContaining({ answer: null })]);
  });

  test('returns no cached credentials of a suspended tenant, nor to a revoked key', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const own = await createKey(service, { role: 'worker' });
    const key = newIdempotencyKey();
    const request = { path: `${connection.path}/credentials`, body: { durationSeconds: 900 } };
    expect((await post(own.caller, request, key)).status).toBe(200);
    await service.admin.patch(tenant.path, { status: 'suspended' });
    for (const each of [service, replica]) {
      const rejected = await post(each.as(own.key), request, key);
      expect([rejected.status, rejected.body.code]).toEqual([409, 'tenant_not_active']);
      expect(rejected.text).not.toContain('secretAccessKey');
    }
    await service.admin.patch(tenant.path, { status: 'active' });
    expect((await post(own.caller, request, key)).status).toBe(200);
    expect((await service.admin.delete(`/v1/api-keys/${own.id}`)).status).toBe(204);
    for (const each of [service, replica])
      expect((await post(each.as(own.key), request, key)).status).toBe(401);
  });

  test('returns no stored response to a key that was revoked meanwhile', async () => {
    const own = await createKey(service, { role: 'admin' });
    const key = newIdempotencyKey();
    const request = { path: '/v1/api-keys', body: { name: 'x', role: 'worker' } };
    expect((await post(own.caller, request, key)).status).toBe(201);
    await service.admin.delete(`/v1/api-keys/${own.id}`);
    expect((await post(own.caller, request, key)).status).toBe(401);
  });
});
