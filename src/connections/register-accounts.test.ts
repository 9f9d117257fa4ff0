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

interface Outcome {
  accountId: string;
  outcome: string;
  connection?: { id: string; roleArn: string; status: string };
  error?: { code: string; detail: string };
}

const accountId = (n: number) => String(300_000_000_000 + n);
const listRoleArns = async (path: string): Promise<string[]> =>
  (await service.admin.get(`${path}/connections?limit=200`)).body.data.map(
    (connection: { roleArn: string }) => connection.roleArn,
  );
const listRegisteredEvents = async (
  tenantId: string,
): Promise<{ detail: { roleArn: string }; actor: object }[]> =>
  (await service.admin.get(`/v1/audit-events?tenantId=${tenantId}&action=connection.registered&limit=200`))
    .body.data;

test('reports an outcome for each account, in the order of the list', async () => {
  const tenant = await createTenant(service);
  await service.admin.post(`${tenant.path}/connections`, {
    roleArn: `arn:aws:iam::${accountId(2)}:role/CountersignAccess`,
  });
  const { status, body } = await service.admin.post(`${tenant.path}/connections/batch`, {
    accountIds: [
      accountId(1),
      accountId(2),
      VENDOR,
      '12345',
      accountId(1),
      '3000-0000-0003',
      'arn:aws:iam::1:role/X',
    ],
    name: 'production',
  });
  expect(status).toBe(200);
  const outcomes: Outcome[] = body.data;
  expect(outcomes.map(({ accountId, outcome, error }) => [accountId, outcome, error?.code])).toEqual([
    [accountId(1), 'registered', undefined],
    [accountId(2), 'already_registered', undefined],
    [VENDOR, 'refused', 'role_not_allowed'],
    ['12345', 'refused', 'validation_failed'],
    [accountId(1), 'refused', 'conflict'],
    ['3000-0000-0003', 'registered', undefined],
    ['arn:aws:iam::1:role/X', 'refused', 'validation_failed'],
  ]);
  expect(outcomes[0]?.connection).toMatchObject({
    tenantId: tenant.id,
    name: 'production',
    accountId: accountId(1),
    roleArn: `arn:aws:iam::${accountId(1)}:role/CountersignAccess`,
    status: 'pending',
  });
  expect(outcomes[3]?.error?.detail).toBe('An AWS account ID has 12 digits; this one has 5.');
  expect(await listRoleArns(tenant.path)).toHaveLength(3);
});

test('records one audit event for each registration, and none for an account that is already registered', async () => {
  const tenant = await createTenant(service);
  const { id, caller } = await createKey(service, { role: 'tenant', tenantId: tenant.id });
  const accountIds = [accountId(1), accountId(2)];
  for (const expected of ['registered', 'already_registered']) {
    const { body } = await caller.post(`${tenant.path}/connections/batch`, { accountIds });
    expect(body.data.map(({ outcome }: Outcome) => outcome)).toEqual([expected, expected]);
  }
  const events = await listRegisteredEvents(tenant.id);
  expect(events.map(({ detail }) => detail.roleArn).sort()).toEqual((await listRoleArns(tenant.path)).sort());
  for (const { actor } of events) expect(actor).toMatchObject({ type: 'api_key', id });
});

test('uses the role name and path of the request, of the profile, or of the setup kit', async () => {
  const tenant = await createTenant(service);
  const { name: profile } = await createProfile(service, { roleName: 'OfTheProfile' });
  const arnOf = async (body: object) =>
    (await service.admin.post(`${tenant.path}/connections/batch`, { accountIds: [accountId(9)], ...body }))
      .body.data[0].connection;
  expect(await arnOf({ profile })).toMatchObject({
    roleArn: `arn:aws:iam::${accountId(9)}:role/OfTheProfile`,
    profile,
  });
  expect((await arnOf({ profile, roleName: 'MyOwn' })).roleArn).toBe(
    `arn:aws:iam::${accountId(9)}:role/MyOwn`,
  );
  expect((await arnOf({ roleName: 'MyOwn', rolePath: '/vendors/' })).roleArn).toBe(
    `arn:aws:iam::${accountId(9)}:role/vendors/MyOwn`,
  );
});

test('registers 500 accounts in one request', async () => {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: 500 }, (_, i) => accountId(i));
  const { body } = await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
  expect(new Set(body.data.map(({ outcome }: Outcome) => outcome))).toEqual(new Set(['registered']));
  expect(body.data.map(({ accountId }: Outcome) => accountId)).toEqual(accountIds);
});

describe('registers nothing', () => {
  test.each([
    ['for an empty list', { accountIds: [] }, 400],
    ['for 501 accounts', { accountIds: Array.from({ length: 501 }, (_, i) => accountId(i)) }, 400],
    ['for account IDs that are numbers', { accountIds: [111111111111] }, 400],
    ['with an unknown key', { accountIds: [accountId(1)], roleArn: 'x' }, 400],
    ['with an external ID', { accountIds: [accountId(1)], externalId: 'mine' }, 400],
    ['with a profile that does not exist', { accountIds: [accountId(1)], profile: 'nobody' }, 400],
    ['with a role name that contains a slash', { accountIds: [accountId(1)], roleName: 'a/b' }, 400],
  ])('%s', async (_, body, status) => {
    const tenant = await createTenant(service);
    expect((await service.admin.post(`${tenant.path}/connections/batch`, body)).status).toBe(status);
    expect(await listRoleArns(tenant.path)).toEqual([]);
  });

  test('if the audit events cannot be written', async () => {
    const tenant = await createTenant(service);
    await service.queryAsOwner('REVOKE INSERT ON unsealed_audit_events FROM countersign_service');
    await service.queryAsOwner('REVOKE INSERT (body) ON unsealed_audit_events FROM countersign_service');
    const { status } = await service.admin.post(`${tenant.path}/connections/batch`, {
      accountIds: [accountId(1)],
    });
    await service.queryAsOwner('GRANT INSERT (body) ON unsealed_audit_events TO countersign_service');
    expect(status).toBeGreaterThanOrEqual(500);
    expect(await listRoleArns(tenant.path)).toEqual([]);
  });

  test('for a suspended tenant, or with a key of another tenant', async () => {
    const [tenant, other] = [await createTenant(service), await createTenant(service)];
    const body = { accountIds: [accountId(1)] };
    const { caller } = await createKey(service, { role: 'tenant', tenantId: other.id });
    expect((await caller.post(`${tenant.path}/connections/batch`, body)).status).toBe(404);
    await service.admin.patch(tenant.path, { status: 'suspended' });
    expect((await service.admin.post(`${tenant.path}/connections/batch`, body)).body.code).toBe(
      'tenant_not_active',
    );
    expect(await listRoleArns(tenant.path)).toEqual([]);
  });
});

test('registers each account once if two requests run at the same time', async () => {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: 20 }, (_, i) => accountId(i));
  const responses = await Promise.all([
    service.admin.post(`${tenant.path}/connections/batch`, { accountIds }),
    service.admin.post(`${tenant.path}/connections/batch`, { accountIds: [...accountIds].reverse() }),
  ]);
  const outcomes = responses.flatMap(({ body }) => body.data.map(({ outcome }: Outcome) => outcome));
  expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(20);
  expect(outcomes.filter((outcome) => outcome === 'already_registered')).toHaveLength(20);
});
