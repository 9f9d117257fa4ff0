import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  connect,
  connected,
  createKey,
  createTenant,
  startTestService,
  type TestService,
} from './harness/service.ts';

let service: TestService;
let replica: TestService;

beforeAll(async () => {
  service = await startTestService();
  replica = await startTestService({ beside: service });
});
afterAll(async () => {
  await replica.close();
  await service.close();
});

let number = 0;
const newKey = () => ({ 'idempotency-key': `key-${++number}` });

test('the same key with the same request replays the first answer, on every POST', async () => {
  const tenant = await createTenant(service);
  const connection = await connect(service, tenant);
  const posts: [string, object | undefined][] = [
    ['/v1/tenants', { name: 'once', reference: 'only-once' }],
    ['/v1/api-keys', { name: 'once', role: 'auditor' }],
    [`${tenant.path}/tokens`, { expiresInSeconds: 600 }],
    [`${tenant.path}/connections`, { roleArn: 'arn:aws:iam::111111111111:role/Once' }],
    [`${connection.path}/verification`, undefined],
    [`${tenant.path}/external-id/rotation`, undefined],
  ];
  for (const [path, body] of posts) {
    const key = newKey();
    const first = await service.admin.post(path, body, key);
    expect(first.status, path).toBeLessThan(300);
    const again = await replica.as(service.adminKey).post(path, body, key);
    expect([again.status, again.body], path).toEqual([first.status, first.body]);
    const other = await service.admin.post(path, { name: 'another' }, key);
    if (path === '/v1/tenants')
      expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  }
});

test('of ten that race, on two replicas, one makes the tenant and all get its answer', async () => {
  const key = newKey();
  const callers = [service.admin, replica.as(service.adminKey)];
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => callers[i % 2]?.post('/v1/tenants', { name: 'raced' }, key)),
  );
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([201]));
  expect(new Set(answers.map((answer) => answer?.body.id)).size).toBe(1);
  const { rows } = await service.asOwner("SELECT count(*)::int AS n FROM tenants WHERE name = 'raced'");
  expect(rows[0].n).toBe(1);
});

test('a stored answer cannot be read without the API key that asked', async () => {
  const { body } = await service.admin.post('/v1/api-keys', { name: 'hidden', role: 'auditor' }, newKey());
  const { rows } = await service.asOwner("SELECT encode(answer, 'escape') AS answer FROM idempotency_keys");
  for (const { answer } of rows) expect(answer ?? '').not.toContain(body.key.slice(4, 30));
});

test('keys of different callers have nothing to do with each other', async () => {
  const key = newKey();
  const onboarding = (await createKey(service, { role: 'onboarding' })).caller;
  const [mine, theirs] = [
    await service.admin.post('/v1/tenants', { name: 'mine' }, key),
    await onboarding.post('/v1/tenants', { name: 'theirs' }, key),
  ];
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(mine.body.id).not.toBe(theirs.body.id);
});

test('a request that failed is not kept, and may be tried again with the same key', async () => {
  const key = newKey();
  const taken = await service.admin.post('/v1/tenants', { name: 'a', reference: 'taken' });
  expect((await service.admin.post('/v1/tenants', { name: 'b', reference: 'taken' }, key)).status).toBe(409);
  await service.admin.delete(`/v1/tenants/${taken.body.id}`);
  expect((await service.admin.post('/v1/tenants', { name: 'b', reference: 'taken' }, key)).status).toBe(201);
});

test('credentials are answered again only while they may be drawn, and the key is held to its request', async () => {
  const { tenant, connection } = await connected(service);
  const worker = (await createKey(service, { role: 'worker' })).caller;
  const key = newKey();
  const path = `${connection.path}/credentials`;
  const [one, two] = await Promise.all([worker.post(path, {}, key), worker.post(path, {}, key)]);
  expect(one.body).toEqual(two.body);
  expect((await worker.post(path, { durationSeconds: 900 }, key)).body.code).toBe('idempotency_key_reused');
  await service.admin.patch(tenant.path, { status: 'suspended' });
  expect((await worker.post(path, {}, key)).body.code).toBe('tenant_not_active');
});

test('a malformed key is refused', async () => {
  for (const key of ['', ' ', 'a b', 'x'.repeat(256)]) {
    const { status, body } = await service.admin.post(
      '/v1/tenants',
      { name: 'x' },
      { 'idempotency-key': key },
    );
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  }
});
