import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createProfile,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ config: { verificationsPerMinute: 10_000 } });
});
afterAll(() => service.close());
afterEach(() => service.aws.faults.clear());

/** A worker for which nothing is cached. */
const newWorker = async (): Promise<Caller> => (await createKey(service, { role: 'worker' })).caller;
const issue = async (
  connection: TestConnection,
  { worker, ...body }: { worker?: Caller; profile?: string } = {},
) => (worker ?? (await newWorker())).post(`${connection.path}/credentials`, body);
const read = async (connection: TestConnection) => (await service.admin.get(connection.path)).body;
const replacePolicy = (connection: TestConnection, policy: object) =>
  putRole(service.aws, policy, { name: connection.roleName, exists: true });
const denyCalls = (options: { roleArn?: string; times?: number } = {}) =>
  service.aws.faults.set('deny', { operation: 'AssumeRole', ...options });
const eventsOf = async (tenantId: string, action: string) =>
  (await service.admin.get(`/v1/audit-events?tenantId=${tenantId}&action=${action}`)).body.data;

describe('a denial that the connection does not cause is not recorded:', () => {
  test.each([1, 2])('%i denials in a row of an eventually consistent IAM', async (times) => {
    const { tenant, connection } = await createConnectedTenant(service);
    const before = await read(connection);
    denyCalls({ roleArn: connection.roleArn, times });
    expect((await issue(connection)).status).toBe(200);
    const after = await read(connection);
    expect([after.status, after.statusSince]).toEqual(['verified', before.statusSince]);
    expect(after.lastVerification.outcome).toBe('verified');
    expect(await eventsOf(tenant.id, 'connection.degraded')).toEqual([]);
  });

  test('one denial of a session with session tags', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const policy = trustPolicyRequiring(tenant.externalId);
    const Statement = policy.Statement.map((statement) => ({ ...statement, Action: 'sts:*' }));
    await replacePolicy(connection, { ...policy, Statement });
    const profile = await createProfile(service, { sessionTags: true });
    denyCalls({ roleArn: connection.roleArn, times: 1 });
    expect((await issue(connection, { profile: profile.name })).status).toBe(200);
  });

  test.each([
    ['throttle', 'aws_throttled', 'throttled'],
    ['error', 'aws_unavailable', 'unavailable'],
  ] as const)('a denial after which STS responds with %s', async (mode, code, failure) => {
    const { connection } = await createConnectedTenant(service);
    denyCalls({ roleArn: connection.roleArn, times: 1 });
    service.aws.faults.set(mode, { roleArn: connection.roleArn });
    const response = await issue(connection);
    expect([response.status, response.body.code]).toEqual([503, code]);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    const { status, lastVerification } = await read(connection);
    expect(status).toBe('verified');
    expect(lastVerification).toMatchObject({ outcome: 'inconclusive', failure });
  });
});

test('after AWS contradicted itself three times, the answer is 503 with Retry-After, and the connection stays verified', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  // AWS allows the probes of each verification, and denies the session that follows.
  const condition = {
    StringEquals: { 'sts:ExternalId': tenant.externalId },
    StringLike: { 'sts:RoleSessionName': 'countersign-verify-*' },
  };
  await replacePolicy(connection, trustPolicy(condition));
  const response = await issue(connection);
  expect([response.status, response.body.code]).toEqual([503, 'aws_unavailable']);
  expect(response.headers['retry-after']).toBe('3');
  const sessions = service.aws.calls.filter(
    ({ roleArn, sessionName }) =>
      roleArn === connection.roleArn && !sessionName?.startsWith('countersign-verify-'),
  );
  expect(sessions.map(({ outcome }) => outcome)).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
  expect((await read(connection)).status).toBe('verified');
});

test('a broker without permission makes nobody unreachable, and cached sessions still flow', async () => {
  const worker = await newWorker();
  const connected = [];
  for (let i = 0; i < 10; i++) connected.push(await createConnectedTenant(service));
  const [cached, ...others] = connected.map(({ connection }) => connection) as [TestConnection];
  const first = await issue(cached, { worker });
  denyCalls();
  for (const connection of others) {
    const response = await issue(connection, { worker });
    expect([response.status, response.body.code]).toEqual([503, 'broker_failing']);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.body.detail).toContain('Nothing is wrong with this connection');
  }
  for (const secondsLater of [0, 2500, 500]) {
    service.clock.advance(secondsLater);
    expect((await issue(cached, { worker })).body.accessKeyId).toBe(first.body.accessKeyId);
  }
  for (const { connection, tenant } of connected) {
    expect((await read(connection)).status).toBe('verified');
    expect(await eventsOf(tenant.id, 'connection.degraded')).toEqual([]);
  }
  service.aws.faults.clear();
  for (const connection of others) expect((await issue(connection, { worker })).status).toBe(200);
  service.clock.advance(6);
  expect((await issue(cached, { worker })).body.accessKeyId).not.toBe(first.body.accessKeyId);
});

test('a broker whose credentials have expired gets 503 broker_failing, and cached sessions still flow', async () => {
  const [cached, other] = [await createConnectedTenant(service), await createConnectedTenant(service)];
  const worker = await newWorker();
  const first = await issue(cached.connection, { worker });
  service.aws.faults.set('deny', { code: 'ExpiredToken' });
  const response = await issue(other.connection, { worker });
  expect([response.status, response.body.code]).toEqual([503, 'broker_failing']);
  service.clock.advance(3000);
  expect((await issue(cached.connection, { worker })).body.accessKeyId).toBe(first.body.accessKeyId);
  service.clock.advance(600);
  expect((await issue(cached.connection, { worker })).body.code).toBe('broker_failing');
  expect((await read(other.connection)).status).toBe('verified');
});

describe('a denial that the connection causes', () => {
  test('is recorded as a verification, and answered with the time of the next one', async () => {
    await createConnectedTenant(service);
    const { tenant, connection } = await createConnectedTenant(service);
    service.clock.advance(60);
    await replacePolicy(connection, trustPolicyRequiring('somebody-else'));
    const refused = await issue(connection);
    expect([refused.status, refused.body.code]).toEqual([409, 'role_not_assumable']);
    const now = service.clock.now();
    const after = await read(connection);
    expect(after).toMatchObject({
      status: 'unreachable',
      statusReason: 'not_assumable',
      statusSince: now.toISOString(),
      lastVerification: { outcome: 'not_assumable', checkedAt: now.toISOString() },
    });
    const observed = after.lastVerification.checks.map((check: { observed: string }) => check.observed);
    expect(observed).toEqual(['denied', 'unknown', 'unknown', 'unknown', 'unknown']);
    const seconds = (Date.parse(after.nextVerificationAt) - now.getTime()) / 1000;
    expect(Number(refused.headers['retry-after'])).toBe(Math.ceil(seconds));
    expect(await eventsOf(tenant.id, 'connection.degraded')).toHaveLength(1);
    expect(await eventsOf(tenant.id, 'credentials.refused')).toHaveLength(1);
  });

  test('makes the connection insecure if the role no longer enforces the external ID', async () => {
    const { connection } = await createConnectedTenant(service);
    await replacePolicy(connection, trustPolicy());
    denyCalls({ roleArn: connection.roleArn, times: 1 });
    const refused = await issue(connection);
    expect([refused.status, refused.body.code]).toEqual([409, 'role_not_assumable']);
    expect((await read(connection)).status).toBe('insecure');
    expect((await issue(connection)).body.code).toBe('connection_not_verified');
  });

  test('is recorded once for all requests that are denied at the same time', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    await replacePolicy(connection, trustPolicyRequiring('somebody-else'));
    const workers = await Promise.all(Array.from({ length: 5 }, newWorker));
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => issue(connection, { worker: workers[i % 5] as Caller })),
    );
    // Requests that arrive when it is recorded already find the connection unverified.
    const codes = new Set(responses.map(({ body }) => body.code));
    expect([...codes].filter((code) => code !== 'connection_not_verified')).toEqual(['role_not_assumable']);
    expect(await eventsOf(tenant.id, 'connection.degraded')).toHaveLength(1);
    expect(await eventsOf(tenant.id, 'connection.refused')).toEqual([]);
  });

  test('ends the session that is cached', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    const worker = await newWorker();
    const first = await issue(connection, { worker });
    service.clock.advance(3000);
    await replacePolicy(connection, trustPolicyRequiring('somebody-else'));
    expect((await issue(connection, { worker })).body.code).toBe('role_not_assumable');
    await replacePolicy(connection, trustPolicyRequiring(tenant.externalId));
    await service.admin.post(`${connection.path}/verification`);
    const again = await issue(connection, { worker });
    expect(again.status).toBe(200);
    expect(again.body.accessKeyId).not.toBe(first.body.accessKeyId);
  });
});

describe('STS rejects the packed size of a session', () => {
  test.each([
    ['without a profile', null, 503, 'aws_unavailable'],
    ['with a profile that adds nothing to the session', {}, 503, 'aws_unavailable'],
    [
      'with a profile that has a session policy',
      { sessionPolicyArns: ['arn:aws:iam::aws:policy/A'] },
      409,
      'profile_not_usable',
    ],
  ] as const)('%s: the answer blames what is at fault, in whole words', async (_, settings, status, code) => {
    const { connection } = await createConnectedTenant(service);
    const profile = settings === null ? null : await createProfile(service, settings);
    service.aws.faults.set('deny', { roleArn: connection.roleArn, code: 'PackedPolicyTooLarge' });
    const response = await issue(connection, profile ? { profile: profile.name } : {});
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(response.text).not.toMatch(/undefined|null|\[object/);
    expect((await read(connection)).status).toBe('verified');
  });
});
