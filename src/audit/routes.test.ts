import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { newId } from '../lib/ids.ts';
import { verifyDueConnections } from '../verification/verify-due-connections.ts';
import { verifyChains } from './chain/verify-chains.ts';
import { checkpointSchema, checkSignature, expectedHeadsOf } from './checkpoints/checkpoint.ts';
import { readExport } from './export.ts';
import { sealAuditEvents } from './seal.ts';

let service: TestService;
let tenantId: string;
let otherTenantId: string;
let tenant: Caller;
let auditor: Caller;

beforeAll(async () => {
  service = await startTestService();
  tenantId = (await createTenant(service)).id;
  otherTenantId = (await createTenant(service)).id;
  tenant = (await createKey(service, { role: 'tenant', tenantId })).caller;
  auditor = (await createKey(service, { role: 'auditor' })).caller;
});
afterAll(() => service.close());

interface Event {
  id: string;
  tenantId: string | null;
  action: string;
  sequence: number | null;
  hash: string | null;
  previousHash: string | null;
  requestId: string | null;
}

async function listAll(caller: Caller, query: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await caller.get(`/v1/audit-events?${query}${cursor}`);
    expect(status).toBe(200);
    events.push(...body.data);
    if (body.nextCursor === null) return events;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

describe('GET /v1/audit-events', () => {
  test('returns an event immediately, and its number and hash once it is sealed', async () => {
    const { id } = await createTenant(service);
    const [issued, created] = await listAll(auditor, `tenantId=${id}`);
    expect(created).toEqual({
      id: expect.stringMatching(/^event_/),
      tenantId: id,
      sequence: null,
      at: service.clock.now().toISOString(),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      actor: { type: 'api_key', id: expect.stringMatching(/^key_/), name: 'first admin key' },
      action: 'tenant.created',
      outcome: 'success',
      detail: { name: expect.any(String), reference: null },
      previousHash: null,
      hash: null,
    });
    expect(issued).toMatchObject({ action: 'external_id.issued', hash: null });
    await sealAuditEvents(service.deps);
    const [second, first] = await listAll(auditor, `tenantId=${id}`);
    expect(first).toMatchObject({ sequence: 1, previousHash: '0'.repeat(64) });
    expect(second).toMatchObject({ sequence: 2, previousHash: first?.hash });
  });

  test('returns every event exactly once, newest first, for any page size', async () => {
    const onePage = await listAll(auditor, 'limit=200');
    expect(await listAll(auditor, 'limit=2')).toEqual(onePage);
    expect(onePage.map(({ id }) => id)).toEqual(
      onePage
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });

  test('filters by action', async () => {
    const created = await listAll(auditor, 'action=tenant.created&limit=1');
    expect(created.map(({ tenantId }) => tenantId)).toEqual(
      expect.arrayContaining([tenantId, otherTenantId]),
    );
    expect(new Set(created.map(({ action }) => action))).toEqual(new Set(['tenant.created']));
  });

  test('filters by connection and by time, together with everything else, on every page and before and after sealing', async () => {
    const { tenant: connected, connection } = await createConnectedTenant(service);
    const verified = service.clock.now();
    const other = (await createConnectedTenant(service)).connection;
    service.clock.advance(10);
    await service.admin.patch(connection.path, { name: 'renamed' });
    await sealAuditEvents(service.deps);
    service.clock.advance(10);
    const deleted = service.clock.now();
    await service.admin.delete(connection.path);
    const actionsOf = async (query: Record<string, string>, caller = auditor): Promise<string[]> => {
      const search = new URLSearchParams({ connectionId: connection.id, ...query });
      const onePage = await listAll(caller, `limit=200&${search}`);
      expect(await listAll(caller, `limit=1&${search}`)).toEqual(onePage);
      return onePage.map(({ action }) => action.replace('connection.', ''));
    };
    const at = (time: Date, ms = 0): string => new Date(time.getTime() + ms).toISOString();
    expect(await actionsOf({})).toEqual(['deleted', 'updated', 'verified', 'registered']);
    expect(await actionsOf({ since: at(deleted) })).toEqual(['deleted']);
    expect(await actionsOf({ since: at(deleted, 1) })).toEqual([]);
    expect(await actionsOf({ until: at(deleted) })).toEqual(['updated', 'verified', 'registered']);
    expect(await actionsOf({ since: at(verified, 1), until: at(deleted) })).toEqual(['updated']);
    expect(await actionsOf({ until: at(verified, 1) })).toEqual(['verified', 'registered']);
    expect(await actionsOf({ action: 'connection.verified', tenantId: connected.id })).toEqual(['verified']);
    expect(await actionsOf({ action: 'connection.verified', since: at(deleted) })).toEqual([]);
    const offset = at(deleted).replace('Z', '+00:00');
    expect(await actionsOf({ since: offset })).toEqual(['deleted']);
    // Another tenant's connection is like a missing one.
    expect(await actionsOf({ connectionId: other.id }, tenant)).toEqual([]);
    expect(await actionsOf({ connectionId: newId('connection') }, tenant)).toEqual([]);
  });

  test('returns only its own events to a tenant, with and without the tenantId parameter', async () => {
    const own = await listAll(tenant, 'limit=1');
    expect(own.length).toBeGreaterThan(1);
    expect(new Set(own.map((event) => event.tenantId))).toEqual(new Set([tenantId]));
    expect(await listAll(tenant, `tenantId=${tenantId}`)).toEqual(own);
  });

  test("answers a tenant's request for another tenant's events as if that tenant did not exist", async () => {
    const foreign = await tenant.get(`/v1/audit-events?tenantId=${otherTenantId}`);
    const missing = await tenant.get(`/v1/audit-events?tenantId=${newId('tenant')}`);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' });
  });

  test("does not reveal through a cursor that another tenant's event exists", async () => {
    const [foreignEvent] = await listAll(auditor, `tenantId=${otherTenantId}`);
    const listBefore = (id = ''): Promise<{ status: number; body: object }> =>
      tenant.get(`/v1/audit-events?cursor=${Buffer.from(id).toString('base64url')}`);
    const [foreign, missing] = [await listBefore(foreignEvent?.id), await listBefore(newId('event'))];
    expect(foreign.status).toBe(400);
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' });
  });

  test.each([
    'since=yesterday',
    'until=2026-02-30T00:00:00Z',
    'connectionId=me',
    'limit=0',
    'action=anything',
    'tenantId=me',
    'cursor=xyz',
    'order=asc',
  ])('rejects the query %s', async (query) => {
    expect((await auditor.get(`/v1/audit-events?${query}`)).status).toBe(400);
  });
});

describe('the ID of a request', () => {
  /** The audit events and the log lines that have it. */
  async function traceOf(requestId: string): Promise<{ actions: string[]; paths: string[] }> {
    const events = await listAll(auditor, 'limit=200');
    const lines = service.logLines.map((line) => JSON.parse(line));
    return {
      actions: events.filter((event) => event.requestId === requestId).map(({ action }) => action),
      paths: lines.filter((line) => line.requestId === requestId).map(({ path }) => path),
    };
  }

  test('is in its response, its audit events and its log line', async () => {
    const { connection } = await createConnectedTenant(service);
    const worker = (await createKey(service, { role: 'worker' })).caller;
    const issued = await worker.post(`${connection.path}/credentials`, {});
    expect(await traceOf(issued.headers['x-request-id'] ?? '')).toEqual({
      actions: ['credentials.issued'],
      paths: [`${connection.path}/credentials`],
    });
    const disabled = await service.admin.patch(connection.path, { disabled: true });
    expect((await traceOf(disabled.headers['x-request-id'] ?? '')).actions).toEqual(['connection.updated']);
    const refused = await worker.post(`${connection.path}/credentials`, {});
    expect(refused.body.requestId).toBe(refused.headers['x-request-id']);
    expect((await traceOf(refused.body.requestId)).actions).toEqual(['credentials.refused']);
  });

  test('is the one that the client chose, and also in what the hosted page does', async () => {
    const chosen = await fetch(`${service.url}/v1/tenants`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.adminKey}`,
        'content-type': 'application/json',
        'x-request-id': 'ticket-4711.1',
      },
      body: JSON.stringify({ name: 'Chosen' }),
    });
    expect(chosen.headers.get('x-request-id')).toBe('ticket-4711.1');
    expect(await traceOf('ticket-4711.1')).toEqual({
      actions: ['external_id.issued', 'tenant.created'],
      paths: ['/v1/tenants'],
    });
    const { id } = await createTenant(service);
    const link = await service.admin.post(`/v1/tenants/${id}/connect-links`);
    const opened = await fetch(link.body.url, { redirect: 'manual' });
    expect((await traceOf(opened.headers.get('x-request-id') ?? '')).actions).toEqual([
      'connect_link.opened',
    ]);
  });

  test('is null for what the service does by itself', async () => {
    const { connection } = await createConnectedTenant(service);
    service.clock.advance(service.deps.config.recheckSeconds * 2);
    await verifyDueConnections(service.deps);
    const [newest] = await listAll(auditor, `limit=200&connectionId=${connection.id}`);
    expect(newest).toMatchObject({
      action: 'connection.verified',
      requestId: null,
      actor: { type: 'system' },
    });
  });
});

async function* chunksOf(text: string): AsyncGenerator<string> {
  yield text;
}

test('an export and a checkpoint from the API suffice to verify the log and to detect a missing end', async () => {
  const { status, headers, text } = await exportAs(auditor);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  const { body: checkpoint } = await auditor.get('/v1/audit-checkpoint');
  expect(checkSignature(checkpointSchema.parse(checkpoint), service.deps.auditSigner.publicKey)).toBeNull();
  const expectedHeads = expectedHeadsOf(checkpoint);
  const { findings, chains } = await verifyChains(readExport(chunksOf(text)), expectedHeads);
  expect(findings).toEqual([]);
  expect(chains).toBe(expectedHeads.length);
  const truncated = text.trimEnd().split('\n').slice(0, -1).join('\n');
  expect((await verifyChains(readExport(chunksOf(truncated)), expectedHeads)).findings).toMatchObject([
    { kind: 'cut' },
  ]);
});

test("an export of one tenant contains no other tenant's events", async () => {
  const { text } = await exportAs(auditor, `?tenantId=${otherTenantId}`);
  const chains = text
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line).chain);
  expect(new Set(chains)).toEqual(new Set([otherTenantId]));
});

test('a tenant can take neither an export nor a checkpoint', async () => {
  expect((await exportAs(tenant)).status).toBe(403);
  expect((await tenant.get('/v1/audit-checkpoint')).status).toBe(403);
});

function exportAs(caller: Caller, query = '') {
  return caller.get(`/v1/audit-export${query}`);
}
