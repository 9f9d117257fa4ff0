import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  putRole,
  startTestService,
  type TestService,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { type CountersignClient, createClient } from './client.ts';

let service: TestService;
let client: CountersignClient;

beforeAll(async () => {
  service = await startTestService();
  client = createClient({ url: service.url, key: service.adminKey });
});
afterAll(() => service.close());

test('covers the way from a new tenant to its credentials and its offboarding', async () => {
  const { id, externalId } = await client.tenants.create({ name: 'A', metadata: { colour: 'blue' } });
  expect((await client.externalIds.get(id)).externalId).toBe(externalId);
  expect((await client.setup.get(id)).externalId).toBe(externalId);
  expect(await client.setup.getArtifact(id, 'cloudformation.yaml')).toContain(externalId);

  const { token } = await client.tenants.createToken(id);
  const customer = createClient({ url: service.url, key: token });
  const roleArn = await putRole(service.aws, trustPolicyRequiring(externalId));
  const connection = await customer.connections.register(id, { roleArn });
  expect((await customer.connections.verify(id, connection.id)).outcome).toBe('verified');
  expect((await customer.connections.get(id, connection.id)).status).toBe('verified');

  const { key, id: keyId } = await client.apiKeys.create({ name: 'w', role: 'worker', tenantIds: [id] });
  const worker = createClient({ url: service.url, key });
  const issued = await worker.credentials.issue(id, connection.id, { durationSeconds: 900, purpose: 'test' });
  expect(issued).toMatchObject({ accountId: connection.accountId, roleArn });
  const container = await worker.credentials.getContainerCredentials(id, connection.id);
  expect(container.AccountId).toBe(connection.accountId);

  expect((await client.externalIds.startRotation(id)).rotation?.connections).toEqual({ moved: 0, total: 1 });
  await expect(client.externalIds.completeRotation(id)).rejects.toHaveProperty('code', 'rotation_incomplete');
  await client.externalIds.cancelRotation(id);

  expect((await client.connections.update(id, connection.id, { disabled: true })).status).toBe('disabled');
  await client.connections.delete(id, connection.id);
  const [account] = await client.connections.registerAccounts(id, { accountIds: ['222222222222'] });
  expect(account).toMatchObject({ outcome: 'registered', connection: { accountId: '222222222222' } });
  const run = await client.connections.startVerificationRun(id);
  expect(await client.connections.getVerificationRun(id, run.id)).toMatchObject({
    status: 'running',
    total: 1,
  });
  await client.apiKeys.revoke(keyId);
  await expect(worker.credentials.issue(id, connection.id)).rejects.toHaveProperty('code', 'unauthorized');
  expect((await client.tenants.update(id, { name: 'B' })).name).toBe('B');
  await client.tenants.offboard(id);
  expect((await client.tenants.get(id)).status).toBe('offboarded');
});

test('iterates over all pages and returns each item once', async () => {
  const names = Array.from({ length: 7 }, (_, n) => `Page ${n}`);
  for (const name of names) await client.tenants.create({ name });
  const first = await client.tenants.list({ limit: 3 });
  expect([first.data.length, typeof first.nextCursor]).toEqual([3, 'string']);
  const all = [];
  for await (const { name } of client.tenants.listAll({ limit: 3 })) all.push(name);
  expect(all.filter((name) => name.startsWith('Page')).sort()).toEqual(names);
  expect(new Set(all).size).toBe(all.length);
  const keys = [];
  for await (const key of client.apiKeys.listAll()) keys.push(key);
  expect(keys.length).toBeGreaterThan(0);
  for await (const event of client.audit.listAll({ action: 'tenant.created', limit: 2 })) {
    expect(event.action).toBe('tenant.created');
  }
});

test('creates a tenant only once if the response to the first attempt is lost', async () => {
  let isResponseLost = false;
  const fetchLosingFirstResponse: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    if (isResponseLost) return response;
    isResponseLost = true;
    await response.body?.cancel();
    throw new TypeError('fetch failed');
  };
  const { id } = await createClient({
    url: service.url,
    key: service.adminKey,
    fetch: fetchLosingFirstResponse,
  }).tenants.create({
    name: 'Once',
    reference: 'once',
  });
  expect((await client.tenants.list({ reference: 'once' })).data.map((tenant) => tenant.id)).toEqual([id]);
});

test('reads and exports the audit log, and creates a checkpoint of it', async () => {
  expect((await client.audit.list({ limit: 1 })).data.length).toBe(1);
  expect(await client.audit.createCheckpoint()).toBeTypeOf('object');
  expect(await client.audit.export()).toBeTypeOf('string');
});

test('creates, lists and revokes a connect link', async () => {
  const { id } = await client.tenants.create({ name: 'Linked' });
  const link = await client.connectLinks.create(id);
  expect((await client.connectLinks.list(id)).data.map((listed) => listed.id)).toEqual([link.id]);
  await client.connectLinks.revoke(id, link.id);
});

test("returns an access profile's template as text", async () => {
  const profile = await client.profiles.create({ name: 'read' });
  expect(await client.profiles.getTemplate(profile.id)).toContain('AWSTemplateFormatVersion');
});

test('checks a trust policy that only allows the external ID, and one that does not allow it', async () => {
  const { id, externalId } = await client.tenants.create({ name: 'Checked' });
  const verdictOn = async (policy: object) =>
    (await client.trustPolicies.check(id, { policy: { ...policy } })).verdict;
  expect(await verdictOn(trustPolicyRequiring(externalId))).toBe('safe');
  expect(await verdictOn(trustPolicyRequiring('*'))).toBe('not_assumable');
});

test('checks liveness and readiness, and returns metrics', async () => {
  await client.service.checkLiveness();
  await client.service.checkReadiness();
  expect(await client.service.getMetrics()).toContain('# TYPE');
});

test('has a method for every operation of the OpenAPI document', () => {
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
    paths: Record<string, object>;
  };
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect([...calledOperations()].sort()).toEqual(documented.sort());
});

/** Finds each `call('get', PATH, …)` in client/src/api, where PATH is a literal or a constant of the same file. */
function calledOperations(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync('client/src/api')) {
    const source = readFileSync(`client/src/api/${file}`, 'utf8');
    const constants = Object.fromEntries(
      [...source.matchAll(/const (\w+) =\s+'([^']+)'/g)].map(([, name, value]) => [name, value]),
    );
    for (const [, method, path = '', name = ''] of source.matchAll(
      /call(?:\.text)?\(\s*'(\w+)',\s*(?:'([^']+)'|(\w+))/g,
    ))
      found.add(`${method} ${path || constants[name]}`);
  }
  return found;
}
