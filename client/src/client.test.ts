import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demanding, putRole, startTestService, type TestService } from '../../test/harness/service.ts';
import { type CountersignClient, createClient } from './client.ts';

let service: TestService;
let client: CountersignClient;

beforeAll(async () => {
  service = await startTestService();
  client = createClient({ url: service.url, key: service.adminKey });
});
afterAll(() => service.close());

test('the way from a tenant to its credentials, every answer typed', async () => {
  const { id, externalId } = await client.tenants.create({ name: 'A', metadata: { colour: 'blue' } });
  expect((await client.externalIds.get(id)).externalId).toBe(externalId);
  expect((await client.setup.get(id)).externalId).toBe(externalId);
  expect(await client.setup.artifact(id, 'cloudformation.yaml')).toContain(externalId);

  const { token } = await client.tenants.createToken(id);
  const customer = createClient({ url: service.url, key: token });
  const roleArn = await putRole(service.aws, demanding(externalId));
  const connection = await customer.connections.register(id, { roleArn });
  expect((await customer.connections.verify(id, connection.id)).outcome).toBe('verified');
  expect((await customer.connections.get(id, connection.id)).status).toBe('verified');

  const { key, id: keyId } = await client.apiKeys.create({ name: 'w', role: 'worker', tenantIds: [id] });
  const worker = createClient({ url: service.url, key });
  const drawn = await worker.credentials.draw(id, connection.id, { durationSeconds: 900, purpose: 'test' });
  expect(drawn).toMatchObject({ accountId: connection.accountId, roleArn });
  expect((await worker.credentials.container(id, connection.id)).AccountId).toBe(connection.accountId);

  expect((await client.externalIds.startRotation(id)).rotation?.connections).toEqual({ moved: 0, total: 1 });
  await expect(client.externalIds.completeRotation(id)).rejects.toHaveProperty('code', 'rotation_incomplete');
  await client.externalIds.cancelRotation(id);

  expect((await client.connections.update(id, connection.id, { disabled: true })).status).toBe('disabled');
  await client.connections.delete(id, connection.id);
  const [account] = await client.connections.registerAccounts(id, { accountIds: ['222222222222'] });
  expect(account).toMatchObject({ outcome: 'registered', connection: { accountId: '222222222222' } });
  const run = await client.connections.verifyMany(id);
  expect(await client.connections.verificationRun(id, run.id)).toMatchObject({ status: 'running', total: 1 });
  await client.apiKeys.revoke(keyId);
  await expect(worker.credentials.draw(id, connection.id)).rejects.toHaveProperty('code', 'unauthorized');
  expect((await client.tenants.update(id, { name: 'B' })).name).toBe('B');
  await client.tenants.offboard(id);
  expect((await client.tenants.get(id)).status).toBe('offboarded');
});

test('lists go on over pages, each item once', async () => {
  const names = Array.from({ length: 7 }, (_, n) => `Page ${n}`);
  for (const name of names) await client.tenants.create({ name });
  const first = await client.tenants.list({ limit: 3 });
  expect([first.data.length, typeof first.nextCursor]).toEqual([3, 'string']);
  const all = [];
  for await (const { name } of client.tenants.all({ limit: 3 })) all.push(name);
  expect(all.filter((name) => name.startsWith('Page')).sort()).toEqual(names);
  expect(new Set(all).size).toBe(all.length);
  const keys = [];
  for await (const key of client.apiKeys.all()) keys.push(key);
  expect(keys.length).toBeGreaterThan(0);
  for await (const event of client.audit.all({ action: 'tenant.created', limit: 2 })) {
    expect(event.action).toBe('tenant.created');
  }
});

test('a tenant is created once, though the answer to the first attempt was lost', async () => {
  let lost = false;
  const losing: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    if (lost) return response;
    lost = true;
    await response.body?.cancel();
    throw new TypeError('fetch failed');
  };
  const { id } = await createClient({
    url: service.url,
    key: service.adminKey,
    fetch: losing,
  }).tenants.create({
    name: 'Once',
    reference: 'once',
  });
  expect((await client.tenants.list({ reference: 'once' })).data.map((tenant) => tenant.id)).toEqual([id]);
});

test('the audit log is read, taken a checkpoint of and exported', async () => {
  expect((await client.audit.list({ limit: 1 })).data.length).toBe(1);
  expect(await client.audit.checkpoint()).toBeTypeOf('object');
  expect(await client.audit.export()).toBeTypeOf('string');
});

test('a connect link is made, listed and revoked; a profile gives its template as text', async () => {
  const { id } = await client.tenants.create({ name: 'Linked' });
  const link = await client.connectLinks.create(id);
  expect((await client.connectLinks.list(id)).data.map((one) => one.id)).toEqual([link.id]);
  await client.connectLinks.revoke(id, link.id);
  const profile = await client.profiles.create({ name: 'read' });
  expect(await client.profiles.template(profile.id)).toContain('AWSTemplateFormatVersion');
});

test('a pasted trust policy is judged', async () => {
  const { id, externalId } = await client.tenants.create({ name: 'Pasting' });
  const judged = async (policy: object) =>
    (await client.trustPolicies.check(id, { policy: { ...policy } })).verdict;
  expect(await judged(demanding(externalId))).toBe('safe');
  expect(await judged(demanding('*'))).toBe('not_assumable');
});

test('the service tells whether it lives, is ready, and how it does', async () => {
  await client.service.alive();
  await client.service.ready();
  expect(await client.service.metrics()).toContain('# TYPE');
});

test('every operation of the OpenAPI document has a method', () => {
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
    paths: Record<string, object>;
  };
  const wanted = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect([...implemented()].sort()).toEqual(wanted.sort());
});

/** `call('get', PATH, …)` in client/src/api, with the constants of each file put in. */
function implemented(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync('client/src/api')) {
    const source = readFileSync(`client/src/api/${file}`, 'utf8');
    const constants = Object.fromEntries(
      [...source.matchAll(/const ([A-Z]+) = '([^']+)'/g)].map(([, name, value]) => [name, value]),
    );
    for (const [, method, path = '', name = ''] of source.matchAll(
      /call(?:\.read)?\(\s*'(\w+)',\s*(?:'([^']+)'|([A-Z]+))/g,
    ))
      found.add(`${method} ${path || constants[name]}`);
  }
  return found;
}
