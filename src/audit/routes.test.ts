import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import { createKey, createTenant, startTestService, type TestService } from '../../test/harness/service.ts';
import { newId } from '../lib/ids.ts';
import { checkpointSchema, checkSignature, marksOf } from './checkpoint.ts';
import { readExport } from './export.ts';
import { sealAuditEvents } from './seal.ts';
import { verifyChains } from './verify-chains.ts';

let service: TestService;
let tenantId: string;
let other: string;
let tenant: Caller;
let auditor: Caller;

beforeAll(async () => {
  service = await startTestService();
  tenantId = (await createTenant(service)).id;
  other = (await createTenant(service)).id;
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
}

async function allPages(caller: Caller, query: string): Promise<Event[]> {
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
  test('shows an event at once, and its place in the chain once it is sealed', async () => {
    const { id } = await createTenant(service);
    const [issued, created] = await allPages(auditor, `tenantId=${id}`);
    expect(created).toEqual({
      id: expect.stringMatching(/^event_/),
      tenantId: id,
      sequence: null,
      at: service.clock.now().toISOString(),
      actor: { type: 'api_key', id: expect.stringMatching(/^key_/), name: 'first admin key' },
      action: 'tenant.created',
      outcome: 'success',
      detail: { name: expect.any(String), reference: null },
      previousHash: null,
      hash: null,
    });
    expect(issued).toMatchObject({ action: 'external_id.issued', hash: null });
    await sealAuditEvents(service.deps);
    const [second, first] = await allPages(auditor, `tenantId=${id}`);
    expect(first).toMatchObject({ sequence: 1, previousHash: '0'.repeat(64) });
    expect(second).toMatchObject({ sequence: 2, previousHash: first?.hash });
  });

  test('pages through everything once, the newest first, whatever the page size', async () => {
    const whole = await allPages(auditor, 'limit=200');
    expect(await allPages(auditor, 'limit=2')).toEqual(whole);
    expect(whole.map(({ id }) => id)).toEqual(
      whole
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });

  test('filters by action', async () => {
    const created = await allPages(auditor, 'action=tenant.created&limit=1');
    expect(created.map(({ tenantId }) => tenantId)).toEqual(expect.arrayContaining([tenantId, other]));
    expect(new Set(created.map(({ action }) => action))).toEqual(new Set(['tenant.created']));
  });

  test('shows a tenant its own events and no others, asked for or not', async () => {
    const own = await allPages(tenant, 'limit=1');
    expect(own.length).toBeGreaterThan(1);
    expect(new Set(own.map((event) => event.tenantId))).toEqual(new Set([tenantId]));
    expect(await allPages(tenant, `tenantId=${tenantId}`)).toEqual(own);
  });

  test("answers a tenant that asks for another's events as if there were no such tenant", async () => {
    const theirs = await tenant.get(`/v1/audit-events?tenantId=${other}`);
    const nobodys = await tenant.get(`/v1/audit-events?tenantId=${newId('tenant')}`);
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
  });

  test("a cursor made of another tenant's event says no more than one made of none", async () => {
    const [foreign] = await allPages(auditor, `tenantId=${other}`);
    const asked = (id = ''): Promise<{ status: number; body: object }> =>
      tenant.get(`/v1/audit-events?cursor=${Buffer.from(id).toString('base64url')}`);
    const [theirs, nobodys] = [await asked(foreign?.id), await asked(newId('event'))];
    expect(theirs.status).toBe(400);
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
  });

  test.each(['limit=0', 'action=anything', 'tenantId=me', 'cursor=xyz', 'order=asc'])(
    'refuses the query %s',
    async (query) => {
      expect((await auditor.get(`/v1/audit-events?${query}`)).status).toBe(400);
    },
  );
});

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

test('an export and a checkpoint over HTTP are all that a verifier needs', async () => {
  const { status, headers, text } = await exportFor(auditor);
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^application\/x-ndjson/);
  const { body: checkpoint } = await auditor.get('/v1/audit-checkpoint');
  expect(checkSignature(checkpointSchema.parse(checkpoint), service.deps.auditSigner.publicKey)).toBeNull();
  const marks = marksOf(checkpoint);
  const { findings, chains } = await verifyChains(readExport(once(text)), marks);
  expect(findings).toEqual([]);
  expect(chains).toBe(marks.length);
  const cut = text.trimEnd().split('\n').slice(0, -1).join('\n');
  expect((await verifyChains(readExport(once(cut)), marks)).findings).toMatchObject([{ kind: 'cut' }]);
});

test("an export of one tenant has no other tenant's events", async () => {
  const { text } = await exportFor(auditor, `?tenantId=${other}`);
  const chains = text
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line).chain);
  expect(new Set(chains)).toEqual(new Set([other]));
});

test('a tenant can take neither an export nor a checkpoint', async () => {
  expect((await exportFor(tenant)).status).toBe(403);
  expect((await tenant.get('/v1/audit-checkpoint')).status).toBe(403);
});

function exportFor(caller: Caller, query = '') {
  return caller.get(`/v1/audit-export${query}`);
}
