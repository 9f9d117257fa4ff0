import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  countIssuedSessions,
  createConnectedTenant,
  createKey,
  createProfile,
  putRole,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
  trustPolicy,
} from '../../../test/harness/service.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
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
  ({ tenant, connection } = await createConnectedTenant(service));
  worker = await createKey(service, { role: 'worker' });
});

/** Repeats a check until the refresh in the background has happened; a busy machine may take seconds. */
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000 });

/** Creates a provider that uses the tests' clock and records its requests. */
function createProvider(overrides: Partial<FromCountersignInit> = {}) {
  const requests: Promise<Response>[] = [];
  const recordingFetch: typeof fetch = (...request) => {
    const response = fetch(...request);
    requests.push(response);
    return response;
  };
  const provider = fromCountersign({
    tenantId: tenant.id,
    connectionId: connection.id,
    url: service.url,
    key: worker.key,
    now: () => service.clock.now(),
    fetch: recordingFetch,
    maxRetries: 0,
    ...overrides,
  });
  return { provider, requests };
}

const createStsClient = (credentials: ReturnType<typeof fromCountersign>): STSClient =>
  new STSClient({ region: 'us-east-1', endpoint: service.aws.url, credentials });

test('gives an AWS SDK client a session of the role in the customer account, with one request', async () => {
  const { provider, requests } = createProvider();
  const sts = createStsClient(provider);
  for (let call = 0; call < 3; call++) {
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('111111111111');
    expect(identity.Arn).toContain(`assumed-role/${connection.roleName}/`);
  }
  expect(requests.length).toBe(1);
});

test('returns every property of an AWS credential identity', async () => {
  const { provider } = createProvider({ durationSeconds: 900 });
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

test('sends profile, duration and purpose, which the audit log then contains', async () => {
  const { name } = await createProfile(service);
  const { provider } = createProvider({ profile: name, durationSeconds: 900, purpose: 'nightly report' });
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

test('sends one request for 200 simultaneous callers', async () => {
  const { provider, requests } = createProvider();
  const identities = await Promise.all(Array.from({ length: 200 }, () => provider()));
  expect(new Set(identities.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect(requests.length).toBe(1);
});

test('refreshes credentials in the background before they expire', async () => {
  const { provider, requests } = createProvider();
  const first = await provider();
  service.clock.advance(2300);
  expect(await provider()).toBe(first);
  expect(requests.length).toBe(1);
  service.clock.advance(200);
  expect(await provider()).toBe(first);
  await eventually(() => expect(requests.length).toBe(2));
  await requests[1];
  // The service itself refreshes in the background, so a second request follows shortly after.
  await eventually(() => expect(countIssuedSessions(service, connection.roleArn)).toBe(2 + 2));
  await eventually(async () => {
    service.clock.advance(31);
    expect((await provider()).accessKeyId).not.toBe(first.accessKeyId);
  });
  expect(requests.length).toBeGreaterThanOrEqual(3);
});

test('gets new credentials for a client that was idle until its session expired', async () => {
  const { provider } = createProvider();
  const sts = createStsClient(provider);
  await sts.send(new GetCallerIdentityCommand({}));
  service.clock.advance(7200);
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toContain(`assumed-role/${connection.roleName}/`);
});

test('fetches credentials again if the AWS SDK passes forceRefresh', async () => {
  const { provider, requests } = createProvider();
  await provider();
  await provider({ forceRefresh: true });
  expect(requests.length).toBe(2);
});

describe('keeps valid credentials until they expire while', () => {
  const unreachable: typeof fetch = async () => {
    throw new TypeError('fetch failed');
  };
  test('the service cannot be reached', async () => {
    let isDown = false;
    const warnings: string[] = [];
    const { provider } = createProvider({
      fetch: (...request) => (isDown ? unreachable : fetch)(...request),
      logger: { warn: (message) => warnings.push(message) },
    });
    const first = await provider();
    isDown = true;
    service.clock.advance(2500);
    expect(await provider()).toBe(first);
    await eventually(() => expect(warnings.join()).toContain('network_error'));
    service.clock.advance(1080);
    expect(await provider()).toBe(first);
    service.clock.advance(30);
    await expect(provider()).rejects.toHaveProperty('code', 'network_error');
    isDown = false;
    expect((await provider()).accessKeyId).not.toBe(first.accessKeyId);
  });

  test.each(['throttle', 'error', 'garbage', 'close'] as const)('STS has this fault: %s', async (mode) => {
    const { provider, requests } = createProvider();
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

  test('the service restarts', async () => {
    const { provider, requests } = createProvider();
    const first = await provider();
    const replica = await startTestService({ replicaOf: service });
    const url = new URL(replica.url);
    const { provider: replicaProvider } = createProvider({ url });
    expect((await replicaProvider()).accountId).toBe('111111111111');
    await replica.close();
    service.clock.advance(2500);
    expect((await replicaProvider()).accountId).toBe('111111111111');
    const restarted = await startTestService({ replicaOf: service, config: { port: Number(url.port) } });
    service.clock.advance(1200);
    expect((await replicaProvider()).accountId).toBe('111111111111');
    await restarted.close();
    expect(requests.length).toBe(1);
    expect(first.accountId).toBe('111111111111');
  });
});

describe('discards credentials at once if a refresh is rejected because', () => {
  const rejections: [string, string, () => Promise<unknown>][] = [
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
  test.each(rejections)('%s: %s', async (code, _, causeRejection) => {
    const { provider, requests } = createProvider();
    const first = await provider();
    await causeRejection();
    service.clock.advance(2450);
    expect(await provider()).toBe(first);
    // The credentials are valid for minutes yet, but after the rejection every caller gets the error instead.
    await eventually(() => expect(requests.length).toBe(2));
    await requests[1];
    await eventually(() => expect(provider()).rejects.toHaveProperty('code', code));
  });

  test('role_not_assumable: the role no longer allows the external ID', async () => {
    const { provider } = createProvider();
    await provider();
    const otherExternalId = trustPolicy({ StringEquals: { 'sts:ExternalId': 'another' } });
    await putRole(service.aws, otherExternalId, { name: connection.roleName, exists: true });
    service.clock.advance(3570);
    await expect(provider()).rejects.toHaveProperty('code', 'role_not_assumable');
    await expect(provider()).rejects.toHaveProperty('code', 'connection_not_verified');
  });

  test('forbidden: the key may no longer issue credentials', async () => {
    let key = worker.key;
    const { provider, requests } = createProvider({ key: () => key });
    await provider();
    key = service.adminKey;
    service.clock.advance(2500);
    await provider();
    await eventually(() => expect(requests.length).toBe(2));
    await eventually(() => expect(provider()).rejects.toHaveProperty('code', 'forbidden'));
  });
});

test('rejects with the error code, and keeps the AWS SDK from falling back to other credentials', async () => {
  const { provider } = createProvider({ connectionId: 'connection_01h455vb4pex5vsknk084sn02q' });
  const sts = createStsClient(provider);
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'CountersignError',
    code: 'not_found',
    tryNextLink: false,
  });
});

test('resolves URL and key at each request, so that a replaced key takes effect at once', async () => {
  vi.stubEnv('COUNTERSIGN_URL', '');
  const provider = fromCountersign({ tenantId: tenant.id, connectionId: connection.id });
  await expect(provider()).rejects.toHaveProperty('code', 'invalid_options');
  vi.stubEnv('COUNTERSIGN_URL', service.url);
  vi.stubEnv('COUNTERSIGN_KEY', worker.key);
  expect((await provider()).accountId).toBe('111111111111');
  vi.unstubAllEnvs();
});

test('throws at once if an ID is missing', () => {
  expect(() => fromCountersign({ tenantId: tenant.id, connectionId: '' })).toThrow('connectionId is missing');
});

test('rejects a response with incomplete credentials', async () => {
  const fetchIncomplete: typeof fetch = async () =>
    Response.json({ accessKeyId: '', secretAccessKey: 's', sessionToken: 't' });
  const { provider } = createProvider({ fetch: fetchIncomplete });
  await expect(provider()).rejects.toHaveProperty('code', 'unexpected_response');
});

describe('while the key file is replaced', () => {
  const keyFile = path.join(temporaryFolder('provider-key'), 'key');
  beforeEach(() => writeFileSync(keyFile, worker.key));
  const withKeyFile = (overrides: Partial<FromCountersignInit> = {}) =>
    createProvider({ key: undefined, keyFile, ...overrides });

  test.each<[string, () => void]>([
    ['missing', () => rmSync(keyFile)],
    ['empty', () => writeFileSync(keyFile, '')],
  ])(
    'keeps returning valid credentials if the file is %s, and then uses the new key',
    async (_, breakFile) => {
      const { provider, requests } = withKeyFile();
      const first = await provider();
      breakFile();
      expect(await provider({ forceRefresh: true })).toEqual(first);
      expect(requests).toHaveLength(1);
      const replacement = await createKey(service, { role: 'worker' });
      writeFileSync(keyFile, replacement.key);
      expect((await provider({ forceRefresh: true })).accessKeyId).not.toBe(first.accessKeyId);
    },
  );

  test('a half-written key does not discard valid credentials, and the whole key renews them', async () => {
    let onRequest = (): void => {};
    const fetchAndWrite: typeof fetch = async (...args) => {
      const response = await fetch(...args);
      onRequest();
      return response;
    };
    const { provider } = withKeyFile({ fetch: fetchAndWrite });
    const first = await provider();
    const replacement = await createKey(service, { role: 'worker' });
    writeFileSync(keyFile, replacement.key.slice(0, 20));
    onRequest = () => writeFileSync(keyFile, replacement.key);
    const second = await provider({ forceRefresh: true });
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
  });

  test('retries a first request until the file is there', async () => {
    renameSync(keyFile, `${keyFile}-moved`);
    const { provider } = withKeyFile({ maxRetries: 8 });
    const credentials = provider();
    renameSync(`${keyFile}-moved`, keyFile);
    expect((await credentials).accessKeyId).toMatch(/^ASIA/);
  });

  test('reports a file that stays missing', async () => {
    rmSync(keyFile);
    const { provider } = withKeyFile({ maxRetries: 1 });
    await expect(provider()).rejects.toMatchObject({ code: 'key_file_unavailable', retryable: true });
  });
});
