import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createConnection,
  createKey,
  createProfile,
  createTenant,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { claimDueConnections } from '../connections/store.ts';
import type { Role } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';

let service: TestService;
/** A tenant with a name, a reference, a verified connection and a retired external ID, among other tenants. */
let tenant: TestTenant;
let connection: TestConnection;
let currentId: string;
let pending: TestConnection;
const ACCOUNT = '111111111111';

beforeAll(async () => {
  service = await startTestService();
  await createConnectedTenant(service);
  ({ tenant, connection } = await createConnectedTenant(service));
  await service.admin.patch(tenant.path, { name: 'Ångström GmbH', reference: 'crm/4711' });
  await service.admin.post(`${tenant.path}/external-id/rotation`);
  await service.queryAsOwner(
    `WITH gone AS (UPDATE external_ids SET state = 'retired' WHERE tenant_id = $1 AND state = 'current')
     UPDATE connections SET verified_external_id_id = (SELECT id FROM external_ids
       WHERE tenant_id = $1 AND state = 'successor') WHERE tenant_id = $1`.replaceAll(
      '$1',
      `'${tenant.id}'`,
    ) +
      `; UPDATE external_ids SET state = 'current' WHERE tenant_id = '${tenant.id}' AND state = 'successor'`,
  );
  currentId = (await service.admin.get(tenant.path)).body.externalId;
  const other = await createTenant(service);
  await service.admin.patch(other.path, { name: 'Another 100%' });
  pending = await createConnection(service, other);
});
afterAll(() => service?.close());

const list = async (query: string): Promise<string[]> => {
  const { status, body } = await service.admin.get(`/v1/connections?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.data.map(({ id }: { id: string }) => id);
};

describe('GET /v1/connections', () => {
  test("lists all tenants' connections with their tenants, each once for any page size", async () => {
    const { body } = await service.admin.get('/v1/connections?limit=200');
    expect(body.data).toHaveLength(3);
    expect(body.data[1]).toMatchObject({
      id: connection.id,
      status: 'verified',
      lastVerification: { outcome: 'verified' },
      tenant: { id: tenant.id, name: 'Ångström GmbH', reference: 'crm/4711' },
    });
    const later = encodeURIComponent(new Date(service.clock.now().getTime() + 1000).toISOString());
    for (const query of ['', `&verifiedBefore=${later}`]) {
      const paged: string[] = [];
      let cursor = '';
      do {
        const page = (await service.admin.get(`/v1/connections?limit=1${query}${cursor}`)).body;
        paged.push(page.data[0].id);
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(paged).toEqual(await list(`limit=200${query}`));
    }
  });

  test('filters by each property, and by all of them together', async () => {
    const { name } = await createProfile(service);
    await service.admin.patch(connection.path, { profile: name });
    const since = service.clock.now();
    service.clock.advance(60);
    const now = service.clock.now();
    const leaseUntil = new Date(now.getTime() + 60_000);
    const claim = { now, leaseUntil, limit: 9, partitions: ['aws'] };
    expect(await claimDueConnections(service.deps.database, claim)).toHaveLength(1);
    service.clock.advance(60);
    const later = encodeURIComponent(service.clock.now().toISOString());
    expect(await list(`verifiedBefore=${later}&status=pending`)).toEqual([]);
    await service.admin.post(
      `/v1/tenants/${pending.path.split('/')[3]}/connections/${pending.id}/verification`,
    );
    const roleArn = encodeURIComponent(
      connection.roleArn.toUpperCase().replace(/^.*:ROLE/, `arn:aws:iam::${ACCOUNT}:role`),
    );
    const verifiedBefore = encodeURIComponent(new Date(since.getTime() + 1).toISOString());
    for (const query of [
      `roleArn=${roleArn}`,
      `externalId=${tenant.externalId}`,
      `externalId=${currentId.toUpperCase()}`,
      `profile=${name}`,
      `externalId=${currentId}&status=verified&accountId=${ACCOUNT}&partition=aws&profile=${name}&roleArn=${roleArn}&verifiedBefore=${verifiedBefore}`,
    ])
      expect(await list(query), query).toEqual([connection.id]);
    expect(await list(`accountId=${ACCOUNT}&partition=aws`)).toHaveLength(3);
    expect(await list('status=verified')).toHaveLength(3);
    expect(await list('legacy=true')).toEqual([]);
    expect(await list('legacy=false')).toHaveLength(3);
    expect(await list(`verifiedBefore=${verifiedBefore}`)).not.toContain(pending.id);
    for (const query of [
      'status=disabled',
      'accountId=222222222222',
      'partition=aws-cn',
      'profile=unknown',
      `externalId=${newUuid()}`,
      `verifiedBefore=${encodeURIComponent(since.toISOString())}`,
      `externalId=${currentId}&status=insecure`,
    ])
      expect(await list(query), query).toEqual([]);
  });

  test.each([
    'status=broken',
    'accountId=1',
    'externalId=x',
    'cursor=xyz',
    'verifiedBefore=yesterday',
    'name=x',
  ])('rejects the query %s', async (query) => {
    expect((await service.admin.get(`/v1/connections?${query}`)).status).toBe(400);
  });

  test('rejects a cursor of a list in another order', async () => {
    const { nextCursor } = (await service.admin.get('/v1/connections?limit=1')).body;
    const { status, body } = await service.admin.get(
      `/v1/connections?cursor=${nextCursor}&verifiedBefore=2030-01-01T00:00:00Z`,
    );
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation_failed' });
  });
});

const newUuid = (): string => '0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e';

async function find(q: string): Promise<{ tenants: string[]; connections: string[] }> {
  const { status, body } = await service.admin.get(`/v1/search?q=${encodeURIComponent(q)}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);
  return { tenants: idsOf(body.tenants), connections: idsOf(body.connections) };
}

describe('GET /v1/search', () => {
  test('finds the tenant and its connection by everything that names one of them', async () => {
    const link = (await service.admin.post(`${tenant.path}/connect-links`)).body;
    const { id: key } = await createKey(service, { role: 'tenant', tenantId: tenant.id });
    const { id: worker } = await createKey(service, { role: 'worker', tenantIds: [tenant.id] });
    const run = (await service.admin.post(`${tenant.path}/connections/verifications`)).body;
    const { data: events } = (await service.admin.get(`/v1/events?connectionId=${connection.id}`)).body;
    const { data: audit } = (await service.admin.get(`/v1/audit-events?connectionId=${connection.id}`)).body;
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/${connection.roleName.toLowerCase()}/worker-1`;
    for (const q of [
      tenant.id,
      ` ${tenant.id.toUpperCase()} `,
      connection.id,
      tenant.externalId,
      currentId,
      currentId.toUpperCase(),
      connection.roleArn,
      session,
      'crm/4711',
      link.id,
      key,
      worker,
      run.id,
      events[0].id,
      audit[0].id,
    ])
      expect(await find(q), q).toEqual({ tenants: [tenant.id], connections: [connection.id] });
  });

  test('finds by an account ID, with spaces or hyphens too, and by the ARN of anything in the account', async () => {
    for (const q of [ACCOUNT, '1111 1111 1111', '1111-1111-1111', `arn:aws:iam::${ACCOUNT}:root`]) {
      const { tenants, connections } = await find(q);
      expect(connections, q).toEqual(expect.arrayContaining([connection.id, pending.id]));
      expect(tenants, q).toHaveLength(3);
    }
  });

  test('finds tenants by the beginning of their name, whatever its case, and takes no character for a pattern', async () => {
    expect((await find('ÅNGSTRÖM')).tenants).toEqual([tenant.id]);
    expect((await find('another 100%')).tenants).toHaveLength(1);
    expect((await find('tenant ')).tenants).toHaveLength(1);
    for (const q of ['%', '_', '\\', 'ngstr', 'GmbH', 'CRM/4711'])
      expect(await find(q), q).toEqual({ tenants: [], connections: [] });
  });

  test('finds nothing by an ID of the vendor, of nothing, or of an unknown kind', async () => {
    const { id } = await createKey(service, { role: 'auditor' });
    for (const q of [
      id,
      newId('connection'),
      newId('event'),
      newId('constructor'),
      newUuid(),
      '000000000000',
    ])
      expect(await find(q), q).toEqual({ tenants: [], connections: [] });
  });

  test('finds at most 20 of each', async () => {
    for (let i = 0; i < 21; i++) await service.admin.post('/v1/tenants', { name: `Many ${i}` });
    expect((await find('many')).tenants).toHaveLength(20);
  });

  test.each(['', '?q=', '?q=%20', `?q=${'x'.repeat(2049)}`, '?q=a&q=b', '?q=a&limit=5'])(
    'rejects the query %#',
    async (query) => {
      const { status, body } = await service.admin.get(`/v1/search${query}`);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation_failed' });
    },
  );
});

test('tenants are listed by their status, together with a reference and a page', async () => {
  const suspended = await createTenant(service);
  await service.admin.patch(suspended.path, { status: 'suspended' });
  const idsOf = async (query: string): Promise<string[]> =>
    (await service.admin.get(`/v1/tenants?${query}`)).body.data.map(({ id }: { id: string }) => id);
  expect(await idsOf('status=suspended')).toEqual([suspended.id]);
  expect(await idsOf('status=active&limit=200')).not.toContain(suspended.id);
  expect(await idsOf('status=active&reference=crm/4711')).toEqual([tenant.id]);
  expect(await idsOf('status=suspended&reference=crm/4711')).toEqual([]);
  expect((await service.admin.get('/v1/tenants?status=gone')).status).toBe(400);
});

test('only admin, onboarding, support and auditor keys read what concerns all tenants', async () => {
  const MAY: Record<Role, boolean> = {
    admin: true,
    onboarding: true,
    support: true,
    auditor: true,
    worker: false,
    tenant: false,
  };
  for (const [role, may] of Object.entries(MAY)) {
    const { caller } = await createKey(service, { role, ...(role === 'tenant' && { tenantId: tenant.id }) });
    for (const path of ['/v1/connections', '/v1/search?q=a', '/v1/fleet'])
      expect((await caller.get(path)).status, `${role} ${path}`).toBe(may ? 200 : 403);
  }
});

test('no external ID that is searched for gets into a log line or an error, also while the database fails', async () => {
  const sent = newUuid();
  const paths = [
    `/v1/search?q=${sent}`,
    `/v1/search?q=${sent}&x=1`,
    `/v1/connections?externalId=${sent}`,
    `/v1/connections?externalId=${sent}0`,
    `/v1/connections?externalId=${sent}&cursor=xyz`,
    `/v1/connections/?externalId=${sent}`,
    `/v1/fleet?externalId=${sent}`,
  ];
  const send = () => Promise.all(paths.map((path) => service.admin.get(path)));
  const answers = await send();
  await service.queryAsOwner('ALTER TABLE external_ids RENAME TO hidden');
  answers.push(...(await send()));
  await service.queryAsOwner('ALTER TABLE hidden RENAME TO external_ids');
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 404, 500]));
  for (const { text } of answers) expect(text).not.toContain(sent);
  expect(service.logLines.join('')).not.toContain(sent);
});
