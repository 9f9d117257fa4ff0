import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  putRole,
  startTestService,
  type TestService,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { createClient } from './client.ts';
import type { CountersignClient } from './generated/operations.ts';

let service: TestService;
let client: CountersignClient;

beforeAll(async () => {
  service = await startTestService();
  client = createClient({ url: service.url, key: service.adminKey });
});
afterAll(() => service.close());

test('covers the way from a new tenant to its credentials and its offboarding', async () => {
  const created = await client.createTenant({ name: 'A', metadata: { colour: 'blue' } });
  const { id: tenantId, externalId } = created;
  expect((await client.getExternalId({ tenantId })).externalId).toBe(externalId);
  expect((await client.getSetupKit({ tenantId })).externalId).toBe(externalId);
  expect(await client.getCloudFormationTemplate({ tenantId })).toContain(externalId);
  expect(await client.getTrustPolicyFile({ tenantId })).toHaveProperty('Statement');

  const { token } = await client.createTenantToken({ tenantId });
  const customer = createClient({ url: service.url, key: token });
  const roleArn = await putRole(service.aws, trustPolicyRequiring(externalId));
  const connection = await customer.registerConnection({ tenantId, roleArn });
  const ids = { tenantId, connectionId: connection.id };
  expect((await customer.verifyConnection(ids)).outcome).toBe('verified');
  expect((await customer.getConnection(ids)).status).toBe('verified');

  const { key, id: keyId } = await client.createApiKey({ name: 'w', role: 'worker', tenantIds: [tenantId] });
  const worker = createClient({ url: service.url, key });
  const issued = await worker.issueCredentials({ ...ids, durationSeconds: 900, purpose: 'test' });
  expect(issued).toMatchObject({ accountId: connection.accountId, roleArn });
  const container = await worker.getContainerCredentials({ ...ids, durationSeconds: 900 });
  expect(container.AccountId).toBe(connection.accountId);

  const { rotation } = await client.startRotation({ tenantId });
  expect(rotation?.connections).toEqual({ moved: 0, total: 1 });
  await expect(client.completeRotation({ tenantId })).rejects.toHaveProperty('code', 'rotation_incomplete');
  expect(await client.cancelRotation({ tenantId })).toBeUndefined();

  expect((await client.updateConnection({ ...ids, disabled: true })).status).toBe('disabled');
  await client.deleteConnection(ids);
  const { data } = await client.registerAccounts({ tenantId, accountIds: ['222222222222'] });
  expect(data).toMatchObject([{ outcome: 'registered', connection: { accountId: '222222222222' } }]);
  const { id: runId } = await client.startVerificationRun({ tenantId });
  const run = await client.getVerificationRun({ tenantId, runId });
  expect(run).toMatchObject({ status: 'running', total: 1 });
  await client.revokeApiKey({ keyId });
  await expect(worker.issueCredentials(ids)).rejects.toHaveProperty('code', 'unauthorized');
  expect((await client.updateTenant({ tenantId, name: 'B' })).name).toBe('B');
  await client.offboardTenant({ tenantId });
  expect((await client.getTenant({ tenantId })).status).toBe('offboarded');
});

test('iterates over all pages and returns each item once', async () => {
  const names = Array.from({ length: 7 }, (_, n) => `Page ${n}`);
  for (const name of names) await client.createTenant({ name });
  const first = await client.listTenants({ limit: 3 });
  expect([first.data.length, typeof first.nextCursor]).toEqual([3, 'string']);
  const all = [];
  for await (const { name } of client.iterateTenants({ limit: 3 })) all.push(name);
  expect(all.filter((name) => name.startsWith('Page')).sort()).toEqual(names);
  expect(new Set(all).size).toBe(all.length);
  const keys = [];
  for await (const key of client.iterateApiKeys()) keys.push(key);
  expect(keys.length).toBeGreaterThan(0);
  for await (const event of client.iterateAuditEvents({ action: 'tenant.created', limit: 2 })) {
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
  }).createTenant({
    name: 'Once',
    reference: 'once',
  });
  expect((await client.listTenants({ reference: 'once' })).data.map((tenant) => tenant.id)).toEqual([id]);
});

test('reads and exports the audit log, and creates a checkpoint of it', async () => {
  expect((await client.listAuditEvents({ limit: 1 })).data.length).toBe(1);
  expect(await client.getAuditCheckpoint()).toBeTypeOf('object');
  expect(await client.exportAuditEvents()).toBeTypeOf('string');
});

test('creates, lists and revokes a connect link', async () => {
  const { id: tenantId } = await client.createTenant({ name: 'Linked' });
  const link = await client.createConnectLink({ tenantId });
  const { data } = await client.listConnectLinks({ tenantId });
  expect(data.map(({ id }) => id)).toEqual([link.id]);
  await client.revokeConnectLink({ tenantId, linkId: link.id });
});

test("returns an access profile's template as text", async () => {
  const profile = await client.createProfile({ name: 'read' });
  expect(await client.getProfileTemplate({ profileId: profile.id })).toContain('AWSTemplateFormatVersion');
});

test('checks a trust policy that only allows the external ID, and one that does not allow it', async () => {
  const { id: tenantId, externalId } = await client.createTenant({ name: 'Checked' });
  const verdictOn = async (policy: object) =>
    (await client.checkTrustPolicy({ tenantId, policy: { ...policy } })).verdict;
  expect(await verdictOn(trustPolicyRequiring(externalId))).toBe('safe');
  expect(await verdictOn(trustPolicyRequiring('*'))).toBe('not_assumable');
});

test('checks liveness and readiness, and returns metrics', async () => {
  expect(await client.getLiveness()).toEqual({ status: 'alive' });
  expect(await client.getReadiness()).toEqual({ status: 'ready' });
  expect(await client.getMetrics()).toContain('# TYPE');
});

test('has a function for every operation of the OpenAPI document, under its ID', () => {
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map((one) => one.operationId));
  const functions = Object.keys(client).filter((name) => !name.startsWith('iterate'));
  expect(functions.sort()).toEqual(ids.sort());
});
