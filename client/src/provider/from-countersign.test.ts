import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  assumed,
  connected,
  createKey,
  createProfile,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicy,
} from '../../../test/harness/service.ts';
import { type FromCountersignInit, fromCountersign } from './from-countersign.ts';

let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let worker: { id: string; key: string };

beforeAll(async () => {
  service = await startTestService({ config: { stsTimeoutSeconds: 2 } });
});
afterAll(() => service.close());
beforeEach(async () => {
  service.aws.faults.clear();
  ({ tenant, connection } = await connected(service));
  worker = await createKey(service, { role: 'worker' });
});

/** Waits for what happens in the background, as long as a busy machine takes. */
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000 });

/** A provider as a worker has it, on the tests' clock, with its requests counted. */
function provide(more: Partial<FromCountersignInit> = {}) {
  const requests: Promise<Response>[] = [];
  const counting: typeof fetch = (...request) => {
    const answer = fetch(...request);
    requests.push(answer);
    return answer;
  };
  const provider = fromCountersign({
    tenantId: tenant.id,
    connectionId: connection.id,
    url: service.url,
    key: worker.key,
    now: () => service.clock.now(),
    fetch: counting,
    maxRetries: 0,
    ...more,
  });
  return { provider, requests };
}

const stsWith = (credentials: ReturnType<typeof fromCountersign>): STSClient =>
  new STSClient({ region: 'us-east-1', endpoint: service.aws.url, credentials });

test('GetCallerIdentity of a real SDK client names the role in the customer account', async () => {
  const { provider, requests } = provide();
  const sts = stsWith(provider);
  for (let call = 0; call < 3; call++) {
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('111111111111');
    expect(identity.Arn).toContain(`assumed-role/${connection.roleName}/`);
  }
  expect(requests.length).toBe(1);
});

test('an identity has all that the SDK may read, with an expiration in the future', async () => {
  const { provider } = provide({ durationSeconds: 900 });
  const identity = await provider();
  expect(identity).toEqual({
    accessKeyId: expect.stringMatching(/^ASIA/),
    secretAccessKey: expect.any(String),
    sessionToken: expect.any(String),
    accountId: '111111111111',
    expiration: expect.any(Date),
  });
  expect(identity.expiration.getTime() - service.clock.now().getTime()).toBeLessThanOrEqual(900_000);
});

test('profile, duration and purpose are what the audit log says of it', async () => {
  const { name } = await createProfile(service);
  const { provider } = provide({ profile: name, durationSeconds: 900, purpose: 'nightly report' });
  await provider();
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.issued`,
  );
  expect(body.data[0].detail).toMatchObject({
    profile: name,
    durationSeconds: 900,
    purpose: 'nightly report',
  });
});

test('200 simultaneous callers make one request', async () => {
  const { provider, requests } = provide();
  const identities = await Promise.all(Array.from({ length: 200 }, () => provider()));
  expect(new Set(identities.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect(requests.length).toBe(1);
});

test('credentials are renewed in the background before they end, and nobody waits for it', async () => {
  const { provider, requests } = provide();
  const first = await provider();
  service.clock.advance(2300);
  expect(await provider()).toBe(first);
  expect(requests.length).toBe(1);
  service.clock.advance(200);
  expect(await provider()).toBe(first);
  await eventually(() => expect(requests.length).toBe(2));
  await requests[1];
  // The service renews behind its caller's back too, so it is asked once more, shortly after.
  await eventually(() => expect(assumed(service, connection.roleArn)).toBe(2 + 1));
  await eventually(async () => {
    service.clock.advance(31);
    expect((await provider()).accessKeyId).not.toBe(first.accessKeyId);
  });
  expect(requests.length).toBeGreaterThanOrEqual(3);
});

test('a client whose session ended while it was idle gets new credentials, and its call succeeds', async () => {
  const { provider } = provide();
  const sts = stsWith(provider);
  await sts.send(new GetCallerIdentityCommand({}));
  service.clock.advance(7200);
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toContain(`assumed-role/${connection.roleName}/`);
});

test('forceRefresh, which the SDK may ask for, gets credentials anew', async () => {
  const { provider, requests } = provide();
  await provider();
  await provider({ forceRefresh: true });
  expect(requests.length).toBe(2);
});

describe('valid credentials are kept to their end through', () => {
  const unreachable: typeof fetch = async () => {
    throw new TypeError('fetch failed');
  };
  test('a service that cannot be reached', async () => {
    let down = false;
    const warnings: string[] = [];
    const { provider } = provide({
      fetch: (...request) => (down ? unreachable : fetch)(...request),
      logger: { warn: (message) => warnings.push(message) },
    });
    const first = await provider();
    down = true;
    service.clock.advance(2500);
    expect(await provider()).toBe(first);
    await eventually(() => expect(warnings.join()).toContain('network_error'));
    service.clock.advance(1080);
    expect(await provider()).toBe(first);
    service.clock.advance(30);
    await expect(provider()).rejects.toHaveProperty('code', 'network_error');
    down = false;
    expect((await provider()).accessKeyId).not.toBe(first.accessKeyId);
  });

  test.each(['throttle', 'error', 'garbage', 'close'] as const)('an STS that does this: %s', async (mode) => {
    const { provider, requests } = provide();
    const first = await provider();
    service.aws.faults.set(mode, { roleArn: connection.roleArn });
    service.clock.advance(3570);
    expect(await provider()).toEqual(first);
    expect(requests.length).toBe(2);
    service.clock.advance(31);
    await expect(provider()).rejects.toHaveProperty(
      'code',
      expect.stringMatching(/^aws_(throttled|unavailable)$/),
    );
    service.aws.faults.clear();
    expect((await provider()).accessKeyId).not.toBe(first.accessKeyId);
  });

  test('a service that restarts', async () => {
    const { provider, requests } = provide();
    const first = await provider();
    const replica = await startTestService({ beside: service });
    const url = new URL(replica.url);
    const moving = provide({ url, maxRetries: 0 });
    expect((await moving.provider()).accountId).toBe('111111111111');
    await replica.close();
    service.clock.advance(2500);
    expect((await moving.provider()).accountId).toBe('111111111111');
    const again = await startTestService({ beside: service, config: { port: Number(url.port) } });
    service.clock.advance(1200);
    expect((await moving.provider()).accountId).toBe('111111111111');
    await again.close();
    expect(requests.length).toBe(1);
    expect(first.accountId).toBe('111111111111');
  });
});

describe('credentials are dropped at once when a renewal is refused, since', () => {
  const reasons: [string, string, () => Promise<unknown>][] = [
    [
      'tenant_not_active',
      'the tenant is suspended',
      () => service.admin.patch(tenant.path, { status: 'suspended' }),
    ],
    [
      'connection_not_verified',
      'the connection is disabled',
      () => service.admin.patch(connection.path, { disabled: true }),
    ],
    ['not_found', 'the connection is deleted', () => service.admin.delete(connection.path)],
    ['unauthorized', 'the key is revoked', () => service.admin.delete(`/v1/api-keys/${worker.id}`)],
  ];
  test.each(reasons)('%s: %s', async (code, _, refuse) => {
    const { provider, requests } = provide();
    const first = await provider();
    await refuse();
    service.clock.advance(2450);
    expect(await provider()).toBe(first);
    // The old ones live for minutes yet; but from the refusal on whoever asks is told the reason, and gets nothing.
    await eventually(() => expect(requests.length).toBe(2));
    await requests[1];
    await eventually(() => expect(provider()).rejects.toHaveProperty('code', code));
  });

  test('role_not_assumable: the customer closed the role', async () => {
    const { provider } = provide();
    await provider();
    const closed = trustPolicy({ StringEquals: { 'sts:ExternalId': 'another' } });
    await putRole(service.aws, closed, { name: connection.roleName, exists: true });
    service.clock.advance(3570);
    await expect(provider()).rejects.toHaveProperty('code', 'role_not_assumable');
    await expect(provider()).rejects.toHaveProperty('code', 'connection_not_verified');
  });

  test('forbidden: the key may not draw any more', async () => {
    let key = worker.key;
    const { provider, requests } = provide({ key: () => key });
    await provider();
    key = service.adminKey;
    service.clock.advance(2500);
    await provider();
    await eventually(() => expect(requests.length).toBe(2));
    await eventually(() => expect(provider()).rejects.toHaveProperty('code', 'forbidden'));
  });
});

test('a refusal names its code and never falls back to other credentials', async () => {
  const { provider } = provide({ connectionId: 'connection_01h455vb4pex5vsknk084sn02q' });
  const sts = stsWith(provider);
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'CountersignError',
    code: 'not_found',
    tryNextLink: false,
  });
});

test('URL and key are read when credentials are drawn, so a key that is exchanged holds from the next one', async () => {
  vi.stubEnv('COUNTERSIGN_URL', '');
  const provider = fromCountersign({ tenantId: tenant.id, connectionId: connection.id });
  await expect(provider()).rejects.toHaveProperty('code', 'invalid_options');
  vi.stubEnv('COUNTERSIGN_URL', service.url);
  vi.stubEnv('COUNTERSIGN_KEY', worker.key);
  expect((await provider()).accountId).toBe('111111111111');
  vi.unstubAllEnvs();
});

test('a missing ID is told at once', () => {
  expect(() => fromCountersign({ tenantId: tenant.id, connectionId: '' })).toThrow('connectionId is missing');
});

test('an answer without whole credentials is none', async () => {
  const half: typeof fetch = async () =>
    Response.json({ accessKeyId: '', secretAccessKey: 's', sessionToken: 't' });
  const { provider } = provide({ fetch: half });
  await expect(provider()).rejects.toHaveProperty('code', 'unexpected_response');
});
