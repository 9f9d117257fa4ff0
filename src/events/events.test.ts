import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  deleteRole,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

interface Event {
  id: string;
  type: string;
  at: string;
  tenantId: string | null;
  connectionId: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field
  data: any;
}

async function eventsOf(tenantId: string): Promise<Event[]> {
  const { status, body } = await service.admin.get(`/v1/events?tenantId=${tenantId}`);
  expect(status).toBe(200);
  return body.data;
}

test('each change of a tenant is an event with its name and reference', async () => {
  const { body: tenant } = await service.admin.post('/v1/tenants', { name: 'Told', reference: 'told-1' });
  const path = `/v1/tenants/${tenant.id}`;
  await service.admin.patch(path, { status: 'suspended' });
  await service.admin.patch(path, { name: 'Renamed' });
  await service.admin.patch(path, { status: 'active' });
  await service.admin.delete(path);
  await service.admin.delete(path);
  const events = await eventsOf(tenant.id);
  expect(events.map(({ type }) => type)).toEqual([
    'tenant.created',
    'tenant.suspended',
    'tenant.resumed',
    'tenant.offboarded',
  ]);
  expect(events[0]).toEqual({
    id: expect.stringMatching(/^event_/),
    type: 'tenant.created',
    at: service.clock.now().toISOString(),
    tenantId: tenant.id,
    connectionId: null,
    data: {
      status: 'active',
      externalId: tenant.externalId,
      tenant: { id: tenant.id, name: 'Told', reference: 'told-1' },
    },
  });
  expect(events[2]?.data).toMatchObject({ previousStatus: 'suspended', tenant: { name: 'Renamed' } });
});

test('each change of a connection is one event; a verification that changes nothing is none', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant, trustPolicy());
  const verify = () => service.admin.post(`${connection.path}/verification`);
  const setPolicy = (policy: object) =>
    putRole(service.aws, policy, { name: connection.roleName, exists: true });
  await verify();
  await verify();
  await setPolicy(trustPolicyRequiring(tenant.externalId));
  await verify();
  await verify();
  await setPolicy(trustPolicy());
  await verify();
  await setPolicy(trustPolicyRequiring(tenant.externalId));
  await verify();
  await service.admin.patch(connection.path, { disabled: true });
  await service.admin.patch(connection.path, { name: 'still disabled' });
  await service.admin.patch(connection.path, { disabled: false });
  await service.admin.delete(connection.path);
  const [created, ...events] = await eventsOf(tenant.id);
  expect(created?.type).toBe('tenant.created');
  expect(events.map(({ type, data }) => [type, data.previousStatus, data.status])).toEqual([
    ['connection.refused', 'pending', 'insecure'],
    ['connection.verified', 'insecure', 'verified'],
    ['connection.degraded', 'verified', 'insecure'],
    ['connection.recovered', 'insecure', 'verified'],
    ['connection.disabled', 'verified', 'disabled'],
    ['connection.enabled', 'disabled', 'pending'],
    ['connection.deleted', 'pending', 'deleted'],
  ]);
  expect(new Set(events.map(({ connectionId }) => connectionId))).toEqual(new Set([connection.id]));
  expect(events[2]?.data).toMatchObject({
    reason: 'external_id_not_enforced',
    roleArn: connection.roleArn,
    accountId: '111111111111',
    explanation: expect.stringMatching(/./),
    tenant: { id: tenant.id },
  });
});

test('a rotation, and each connection that moves to the successor, is told', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const { body: started } = await service.admin.post(`${tenant.path}/external-id/rotation`);
  const successor = started.rotation.externalId;
  await putRole(service.aws, trustPolicyRequiring(tenant.externalId, successor), {
    name: connection.roleName,
    exists: true,
  });
  await service.admin.post(`${connection.path}/verification`);
  await service.admin.post(`${tenant.path}/external-id/rotation/complete`);
  await service.admin.post(`${tenant.path}/external-id/rotation`);
  await service.admin.delete(`${tenant.path}/external-id/rotation`);
  const events = (await eventsOf(tenant.id)).slice(2);
  expect(events.map(({ type }) => type)).toEqual([
    'rotation.started',
    'connection.verified',
    'rotation.completed',
    'rotation.started',
    'rotation.cancelled',
  ]);
  expect(events[0]?.data).toMatchObject({ externalId: tenant.externalId, successor });
  expect(events[1]?.data).toMatchObject({ externalId: successor, previousStatus: 'verified' });
  expect(events[2]?.data).toMatchObject({ externalId: successor, retired: tenant.externalId });
});

test('a role that disappears while workers use it is told as a degraded connection', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  await createConnectedTenant(service);
  const { caller } = await createKey(service, { role: 'worker' });
  await deleteRole(service.aws, connection.roleArn);
  expect((await caller.post(`${connection.path}/credentials`, {})).status).toBe(409);
  const events = await eventsOf(tenant.id);
  expect(events.at(-1)).toMatchObject({
    type: 'connection.degraded',
    data: { status: 'unreachable', reason: 'not_assumable' },
  });
});

test('a connect link is told once, when a role is connected through it', async () => {
  const tenant = await createTenant(service);
  const link = await createConnectLink(service, tenant);
  const browser = await openLink(service, link.url);
  const roleArn = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
  const { headers } = await browser.post('/connect/connections', { role: roleArn });
  const page = headers.get('location') as string;
  await browser.post(`${page}/verification`);
  await browser.post(`${page}/verification`);
  const events = await eventsOf(tenant.id);
  expect(events.map(({ type }) => type)).toEqual([
    'tenant.created',
    'connection.verified',
    'connect_link.used',
  ]);
  expect(events[2]).toMatchObject({ connectionId: events[1]?.connectionId, data: { linkId: link.id } });
});

test('a change that fails is no event', async () => {
  const tenant = await createTenant(service);
  const other = await service.admin.post('/v1/tenants', { name: 'Other', reference: 'taken' });
  expect(other.status).toBe(201);
  const { status } = await service.admin.patch(tenant.path, { status: 'suspended', reference: 'taken' });
  expect(status).toBe(409);
  expect((await eventsOf(tenant.id)).map(({ type }) => type)).toEqual(['tenant.created']);
});
