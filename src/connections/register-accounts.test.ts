import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createKey,
  createProfile,
  createTenant,
  startTestService,
  type TestService,
  VENDOR,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

interface Told {
  accountId: string;
  outcome: string;
  connection?: { id: string; roleArn: string; status: string };
  error?: { code: string; detail: string };
}

const account = (n: number) => String(300_000_000_000 + n);
const registered = async (path: string): Promise<string[]> =>
  (await service.admin.get(`${path}/connections?limit=200`)).body.data.map(
    (connection: { roleArn: string }) => connection.roleArn,
  );
const eventsOf = async (tenantId: string): Promise<{ detail: { roleArn: string }; actor: object }[]> =>
  (await service.admin.get(`/v1/audit-events?tenantId=${tenantId}&action=connection.registered&limit=200`))
    .body.data;

test('each account of a list has its own outcome, in the order of the list', async () => {
  const tenant = await createTenant(service);
  await service.admin.post(`${tenant.path}/connections`, {
    roleArn: `arn:aws:iam::${account(2)}:role/CountersignAccess`,
  });
  const { status, body } = await service.admin.post(`${tenant.path}/connections/batch`, {
    accountIds: [
      account(1),
      account(2),
      VENDOR,
      '12345',
      account(1),
      '3000-0000-0003',
      'arn:aws:iam::1:role/X',
    ],
    name: 'production',
  });
  expect(status).toBe(200);
  const told: Told[] = body.data;
  expect(told.map(({ accountId, outcome, error }) => [accountId, outcome, error?.code])).toEqual([
    [account(1), 'registered', undefined],
    [account(2), 'already_registered', undefined],
    [VENDOR, 'refused', 'role_not_allowed'],
    ['12345', 'refused', 'validation_failed'],
    [account(1), 'refused', 'conflict'],
    ['3000-0000-0003', 'registered', undefined],
    ['arn:aws:iam::1:role/X', 'refused', 'validation_failed'],
  ]);
  expect(told[0]?.connection).toMatchObject({
    tenantId: tenant.id,
    name: 'production',
    accountId: account(1),
    roleArn: `arn:aws:iam::${account(1)}:role/CountersignAccess`,
    status: 'pending',
  });
  expect(told[3]?.error?.detail).toBe('An AWS account ID has 12 digits; this has 5.');
  expect(await registered(tenant.path)).toHaveLength(3);
});

test('each registration has its audit event, and what was there already has no second one', async () => {
  const tenant = await createTenant(service);
  const { id, caller } = await createKey(service, { role: 'tenant', tenantId: tenant.id });
  const accountIds = [account(1), account(2)];
  for (const expected of ['registered', 'already_registered']) {
    const { body } = await caller.post(`${tenant.path}/connections/batch`, { accountIds });
    expect(body.data.map(({ outcome }: Told) => outcome)).toEqual([expected, expected]);
  }
  const events = await eventsOf(tenant.id);
  expect(events.map(({ detail }) => detail.roleArn).sort()).toEqual((await registered(tenant.path)).sort());
  for (const { actor } of events) expect(actor).toMatchObject({ type: 'api_key', id });
});

test('the role is the one of the kit: of the profile where one is named, or another by its name', async () => {
  const tenant = await createTenant(service);
  const { name: profile } = await createProfile(service, { roleName: 'OfTheProfile' });
  const arnOf = async (body: object) =>
    (await service.admin.post(`${tenant.path}/connections/batch`, { accountIds: [account(9)], ...body })).body
      .data[0].connection;
  expect(await arnOf({ profile })).toMatchObject({
    roleArn: `arn:aws:iam::${account(9)}:role/OfTheProfile`,
    profile,
  });
  expect((await arnOf({ profile, roleName: 'MyOwn' })).roleArn).toBe(`arn:aws:iam::${account(9)}:role/MyOwn`);
});

test('500 accounts are one request', async () => {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: 500 }, (_, i) => account(i));
  const { body } = await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
  expect(new Set(body.data.map(({ outcome }: Told) => outcome))).toEqual(new Set(['registered']));
  expect(body.data.map(({ accountId }: Told) => accountId)).toEqual(accountIds);
});

describe('nothing at all is registered', () => {
  test.each([
    ['of an empty list', { accountIds: [] }, 400],
    ['of 501 accounts', { accountIds: Array.from({ length: 501 }, (_, i) => account(i)) }, 400],
    ['of numbers', { accountIds: [111111111111] }, 400],
    ['with an unknown key', { accountIds: [account(1)], roleArn: 'x' }, 400],
    ['with an external ID', { accountIds: [account(1)], externalId: 'mine' }, 400],
    ['with a profile that is not there', { accountIds: [account(1)], profile: 'nobody' }, 400],
    ['with a role name that could be a path', { accountIds: [account(1)], roleName: 'a/b' }, 400],
  ])('%s', async (_, body, status) => {
    const tenant = await createTenant(service);
    expect((await service.admin.post(`${tenant.path}/connections/batch`, body)).status).toBe(status);
    expect(await registered(tenant.path)).toEqual([]);
  });

  test('when the audit events cannot be written', async () => {
    const tenant = await createTenant(service);
    await service.queryAsOwner('REVOKE INSERT ON unsealed_audit_events FROM countersign_service');
    await service.queryAsOwner('REVOKE INSERT (body) ON unsealed_audit_events FROM countersign_service');
    const { status } = await service.admin.post(`${tenant.path}/connections/batch`, {
      accountIds: [account(1)],
    });
    await service.queryAsOwner('GRANT INSERT (body) ON unsealed_audit_events TO countersign_service');
    expect(status).toBeGreaterThanOrEqual(500);
    expect(await registered(tenant.path)).toEqual([]);
  });

  test('for a suspended tenant, or by a key of another one', async () => {
    const [tenant, other] = [await createTenant(service), await createTenant(service)];
    const body = { accountIds: [account(1)] };
    const { caller } = await createKey(service, { role: 'tenant', tenantId: other.id });
    expect((await caller.post(`${tenant.path}/connections/batch`, body)).status).toBe(404);
    await service.admin.patch(tenant.path, { status: 'suspended' });
    expect((await service.admin.post(`${tenant.path}/connections/batch`, body)).body.code).toBe(
      'tenant_not_active',
    );
    expect(await registered(tenant.path)).toEqual([]);
  });
});

test('two requests at once register each account once', async () => {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: 20 }, (_, i) => account(i));
  const answers = await Promise.all([
    service.admin.post(`${tenant.path}/connections/batch`, { accountIds }),
    service.admin.post(`${tenant.path}/connections/batch`, { accountIds: [...accountIds].reverse() }),
  ]);
  const outcomes = answers.flatMap(({ body }) => body.data.map(({ outcome }: Told) => outcome));
  expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(20);
  expect(outcomes.filter((outcome) => outcome === 'already_registered')).toHaveLength(20);
});
