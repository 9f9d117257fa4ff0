import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  countIssuedSessions,
  createConnectedTenant,
  createConnection,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;
let replica: TestService;
let worker: Caller;
let workerOnReplica: Caller;
let workerKey: { id: string; key: string };

beforeAll(async () => {
  service = await startTestService({ config: { maxRequestsInFlight: 500 } });
  replica = await startTestService({ replicaOf: service });
  const key = await createKey(service, { role: 'worker' });
  workerKey = key;
  worker = key.caller;
  workerOnReplica = replica.as(key.key);
});
afterAll(async () => {
  await replica.close();
  await service.close();
});

const issue = (caller: Caller, connection: { path: string }, body: object = {}) =>
  caller.post(`${connection.path}/credentials`, body);

describe('no replica issues credentials from the next request on, although they are cached, if', () => {
  const cases: [
    string,
    (at: Awaited<ReturnType<typeof createConnectedTenant>>, key: { id: string }) => Promise<unknown>,
    string,
  ][] = [
    [
      'the tenant was suspended',
      ({ tenant }) => service.admin.patch(tenant.path, { status: 'suspended' }),
      'tenant_not_active',
    ],
    ['the tenant was offboarded', ({ tenant }) => service.admin.delete(tenant.path), 'tenant_not_active'],
    [
      'the connection was disabled',
      ({ connection }) => service.admin.patch(connection.path, { disabled: true }),
      'connection_not_verified',
    ],
    ['the connection was deleted', ({ connection }) => service.admin.delete(connection.path), 'not_found'],
    ['the key was revoked', (_, key) => service.admin.delete(`/v1/api-keys/${key.id}`), 'unauthorized'],
    [
      'a verification finds that the role does not enforce the external ID',
      async ({ connection }) => {
        await putRole(service.aws, trustPolicy(), { name: connection.roleName, exists: true });
        await service.admin.post(`${connection.path}/verification`);
      },
      'connection_not_verified',
    ],
  ];
  test.each(cases)('%s', async (_, end, code) => {
    const at = await createConnectedTenant(service);
    const key = await createKey(service, { role: 'worker' });
    const callers = [service.as(key.key), replica.as(key.key)];
    for (const caller of callers) expect((await issue(caller, at.connection)).status).toBe(200);
    await end(at, key);
    for (const caller of callers) expect((await issue(caller, at.connection)).body.code).toBe(code);
  });

  test('the key has expired', async () => {
    const { connection } = await createConnectedTenant(service);
    const expiresAt = new Date(service.clock.now().getTime() + 60_000).toISOString();
    const { caller } = await createKey(service, { role: 'worker', expiresAt });
    expect((await issue(caller, connection)).status).toBe(200);
    service.clock.advance(61);
    expect((await issue(caller, connection)).status).toBe(401);
  });
});

test('no credentials are issued for a connection that was never verified', async () => {
  const connection = await createConnection(service, await createTenant(service));
  expect((await issue(worker, connection)).body.code).toBe('connection_not_verified');
  expect(countIssuedSessions(service, connection.roleArn)).toBe(0);
});

test('500 simultaneous requests cause one AssumeRole call and get the same credentials', async () => {
  const { connection } = await createConnectedTenant(service);
  const before = countIssuedSessions(service, connection.roleArn);
  const responses = await Promise.all(Array.from({ length: 500 }, () => issue(worker, connection)));
  expect(new Set(responses.map((response) => response.status))).toEqual(new Set([200]));
  expect(new Set(responses.map((response) => response.body.accessKeyId)).size).toBe(1);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(before + 1);
});

test('different workers and different durations do not share a session', async () => {
  const { connection } = await createConnectedTenant(service);
  const other = await createKey(service, { role: 'worker' });
  const [one, two, three] = [
    await issue(worker, connection),
    await issue(other.caller, connection),
    await issue(worker, connection, { durationSeconds: 900 }),
  ];
  expect(new Set([one, two, three].map(({ body }) => body.accessKeyId)).size).toBe(3);
  expect(new Set([one, two, three].map(({ body }) => body.sessionName)).size).toBe(3);
});

test('a duration must be a whole number from 900 to 3600; nothing else is converted to one', async () => {
  const { connection } = await createConnectedTenant(service);
  for (const durationSeconds of [899, 3601, 900.5, '900', [900], true, null]) {
    const { status, body } = await issue(worker, connection, { durationSeconds });
    expect([status, body.code], JSON.stringify(durationSeconds)).toEqual([400, 'validation_failed']);
  }
  for (const durationSeconds of [900, 3600]) {
    expect((await issue(worker, connection, { durationSeconds })).status).toBe(200);
  }
});

test('a session name shows worker and tenant, by the reference of the tenant if it has one', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const backup = await createKey(service, { role: 'worker', name: 'Nächtliches Backup' });
  const id = tenant.id.replace('tenant_', '');
  const byId = (await issue(backup.caller, connection)).body.sessionName;
  expect(byId).toMatch(new RegExp(`^Nachtliches-Backup-${id}-[0-9a-f]{10}$`));
  await service.admin.patch(tenant.path, { reference: `crm/42-${id.slice(-4)}` });
  const byReference = (await issue(worker, connection)).body.sessionName;
  expect(byReference).toMatch(new RegExp(`-crm-42-${id.slice(-4)}-[0-9a-f]{10}$`));
  const recorded = service.aws.calls.filter(({ roleArn }) => roleArn === connection.roleArn);
  expect(recorded.map(({ sessionName }) => sessionName)).toEqual(expect.arrayContaining([byId, byReference]));
});

test('a session near its expiry is renewed in the background', async () => {
  const { connection } = await createConnectedTenant(service);
  const first = (await issue(worker, connection)).body.accessKeyId;
  service.clock.advance(3600 * 0.7);
  expect((await issue(worker, connection)).body.accessKeyId).toBe(first);
  await expect.poll(async () => (await issue(worker, connection)).body.accessKeyId).not.toBe(first);
});

test('keeps issuing a cached session while STS is down, and fails once it has expired', async () => {
  const { connection } = await createConnectedTenant(service);
  const first = (await issue(worker, connection)).body.accessKeyId;
  service.aws.faults.set('error', { operation: 'AssumeRole', roleArn: connection.roleArn });
  service.clock.advance(3590);
  expect((await issue(worker, connection)).body.accessKeyId).toBe(first);
  service.clock.advance(20);
  const expired = await issue(worker, connection);
  service.aws.faults.clear();
  expect(expired.status).toBe(503);
  expect(expired.body.code).toBe('aws_unavailable');
  expect(Number(expired.headers['retry-after'])).toBeGreaterThan(0);
});

test('never issues a session that AWS has ended, although the clock of this process is 30 minutes slow', async () => {
  const { connection } = await createConnectedTenant(service);
  service.aws.faults.set('clock-skew', { operation: 'AssumeRole', skewSeconds: 1800 });
  const first = (await issue(worker, connection)).body.accessKeyId;
  service.aws.faults.set('error', { operation: 'AssumeRole', roleArn: connection.roleArn });
  service.clock.advance(3590);
  expect((await issue(worker, connection)).body.accessKeyId).toBe(first);
  service.clock.advance(20);
  const ended = await issue(worker, connection);
  service.aws.faults.clear();
  expect([ended.status, ended.body.code]).toEqual([503, 'aws_unavailable']);
});

test('a denial deletes the cached session and makes the connection unreachable', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  expect((await issue(worker, connection)).status).toBe(200);
  await putRole(service.aws, trustPolicyRequiring('somebody-else'), {
    name: connection.roleName,
    exists: true,
  });
  service.clock.advance(3601);
  const denied = await issue(worker, connection);
  expect(denied.status).toBe(409);
  expect(denied.body.code).toBe('role_not_assumable');
  expect((await service.admin.get(connection.path)).body.status).toBe('unreachable');
  expect((await issue(worker, connection)).body.code).toBe('connection_not_verified');
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=connection.degraded`,
  );
  expect(body.data).toHaveLength(1);
});

test('every issue has an audit event, also from the cache, and no secret is in an event or a log line', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const [one, two] = [
    await issue(worker, connection, { purpose: 'backup' }),
    await issue(worker, connection),
  ];
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.issued`,
  );
  expect(body.data.map((event: { detail: { cached: boolean } }) => event.detail.cached)).toEqual([
    true,
    false,
  ]);
  expect(body.data[1].detail).toMatchObject({
    accessKeyId: one.body.accessKeyId,
    sessionName: one.body.sessionName,
    workerKeyId: workerKey.id,
    purpose: 'backup',
  });
  const { rows } = await service.queryAsOwner("SELECT string_agg(body, E'\\n') AS all FROM audit_log");
  for (const text of [rows[0].all, service.logLines.join('\n')]) {
    for (const secret of [two.body.secretAccessKey, two.body.sessionToken, workerKey.key, service.adminKey]) {
      expect(text).not.toContain(secret);
    }
  }
});

test('no credentials are issued if the audit event cannot be written, although they are cached', async () => {
  const { connection } = await createConnectedTenant(service);
  expect((await issue(worker, connection)).status).toBe(200);
  await service.queryAsOwner('REVOKE INSERT ON unsealed_audit_events FROM countersign_service');
  await service.queryAsOwner('REVOKE INSERT (body) ON unsealed_audit_events FROM countersign_service');
  const refused = await issue(worker, connection);
  await service.queryAsOwner('GRANT INSERT (body) ON unsealed_audit_events TO countersign_service');
  expect(refused.status).toBe(503);
  expect(refused.body.code).toBe('audit_unavailable');
  expect(refused.text).not.toMatch(/ASIA|secretAccessKey/);
  expect((await issue(worker, connection)).status).toBe(200);
});

test('a worker that is limited to a tenant gets no credentials of another', async () => {
  const [mine, theirs] = [await createConnectedTenant(service), await createConnectedTenant(service)];
  const { caller } = await createKey(service, { role: 'worker', tenantIds: [mine.tenant.id] });
  expect((await issue(caller, mine.connection)).status).toBe(200);
  expect((await issue(caller, theirs.connection)).status).toBe(404);
  const crossed = `${mine.tenant.path}/connections/${theirs.connection.id}`;
  expect((await issue(caller, { path: crossed })).status).toBe(404);
});

test('the container route accepts the bare key, and answers and fails in the format of the AWS SDKs', async () => {
  const { connection } = await createConnectedTenant(service);
  const path = `${connection.path}/credentials/container`;
  await issue(worker, connection);
  const bare = await service.as(null).get(path, { authorization: workerKey.key });
  expect(Object.keys(bare.body).sort()).toEqual([
    'AccessKeyId',
    'AccountId',
    'Expiration',
    'SecretAccessKey',
    'Token',
  ]);
  expect(bare.headers['cache-control']).toBe('no-store');
  expect((await worker.get(path)).body.AccessKeyId).toBe(bare.body.AccessKeyId);
  await service.admin.patch(connection.path, { disabled: true });
  const refused = await worker.get(path);
  expect(refused.body).toMatchObject({ Code: 'connection_not_verified', Message: expect.any(String) });
  expect((await workerOnReplica.get(path)).status).toBe(409);
});
