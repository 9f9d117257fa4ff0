import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

test('support reads every tenant, verifies its connections and sends links, but changes and issues nothing', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const { caller } = await createKey(service, { role: 'support' });
  const reads = ['', '/external-id', '/setup', '/connections'].map((path) => `${tenant.path}${path}`);
  for (const path of [...reads, '/v1/tenants', '/v1/broker', '/v1/events', '/v1/audit-events'])
    expect((await caller.get(path)).status, path).toBe(200);
  expect((await caller.post(`${connection.path}/verification`)).status).toBe(200);
  expect((await caller.post(`${tenant.path}/trust-policy-checks`, { policy: {} })).status).toBe(200);
  expect((await caller.post(`${tenant.path}/connect-links`)).status).toBe(201);

  const refused = await Promise.all([
    caller.post('/v1/tenants', { name: 'x' }),
    caller.patch(tenant.path, { status: 'suspended' }),
    caller.delete(tenant.path),
    caller.post(`${tenant.path}/tokens`),
    caller.post(`${tenant.path}/connections`, { roleArn: connection.roleArn }),
    caller.delete(connection.path),
    caller.post(`${tenant.path}/external-id/rotation`),
    caller.post(`${connection.path}/credentials`, {}),
    caller.get('/v1/api-keys'),
    caller.get('/v1/webhooks'),
    caller.get('/v1/profiles'),
    caller.get('/v1/audit-checkpoint'),
  ]);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([403]));
});
