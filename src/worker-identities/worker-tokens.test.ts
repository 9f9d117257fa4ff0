import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countIssuedSessions,
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { type Issuer, startIssuer } from './issuer.fixture.ts';
import type { WorkerIdentity } from './worker-identity.ts';

type ConnectedTenant = Awaited<ReturnType<typeof createConnectedTenant>>;

/** Has no worker identities; `service` is its replica that has. */
let base: TestService;
let service: TestService;
let issuer: Issuer;
let tenantA: ConnectedTenant;
let tenantB: ConnectedTenant;

/**
 * Claims as documented by each issuer: GitHub, "OpenID Connect reference"; Kubernetes, "Service account token volume
 * projection"; IAM User Guide, "Understanding token claims".
 */
const GITHUB = {
  sub: 'repo:example/jobs:ref:refs/heads/main',
  aud: 'https://countersign.example',
  repository: 'example/jobs',
  repository_id: '74',
  repository_owner_id: '65',
  ref: 'refs/heads/main',
  job_workflow_ref: 'example/jobs/.github/workflows/nightly.yml@refs/heads/main',
  runner_environment: 'github-hosted',
};
const KUBERNETES = {
  sub: 'system:serviceaccount:jobs:worker',
  aud: ['https://countersign.example'],
  'kubernetes.io': {
    namespace: 'jobs',
    pod: { name: 'worker-5d4f', uid: '2b6c' },
    serviceaccount: { name: 'worker', uid: '9a1e' },
  },
};
const AWS = {
  sub: 'arn:aws:iam::999988887777:role/Worker',
  aud: 'https://countersign.example',
  'https://sts.amazonaws.com/': {
    aws_account: '999988887777',
    org_id: 'o-abc1234567',
    principal_tags: { team: 'data' },
  },
};

const issueCredentials = (
  token: string,
  connected: ConnectedTenant,
  headers: Record<string, string> = {},
  body: object = {},
) => service.as(token).post(`${connected.connection.path}/credentials`, body, headers);

beforeAll(async () => {
  let now = () => new Date();
  issuer = await startIssuer(() => now(), 'key-1', 'RS256');
  base = await startTestService();
  [tenantA, tenantB] = [await createConnectedTenant(base), await createConnectedTenant(base)];
  const common = { issuer: issuer.url, audience: 'https://countersign.example', profiles: 'any' as const };
  const workerIdentities: WorkerIdentity[] = [
    {
      ...common,
      name: 'nightly',
      claims: { repository_id: '74', ref: 'refs/heads/main' },
      tenantIds: 'any',
    },
    {
      ...common,
      name: 'cluster',
      claims: { 'kubernetes.io': { namespace: 'jobs', serviceaccount: { name: 'worker' } } },
      tenantIds: [tenantA.tenant.id],
    },
    {
      ...common,
      name: 'aws',
      claims: { sub: AWS.sub, 'https://sts.amazonaws.com/': { org_id: 'o-abc1234567' } },
      tenantIds: 'any',
    },
  ];
  service = await startTestService({ replicaOf: base, config: { workerIdentities } });
  now = () => service.clock.now();
});
afterAll(async () => {
  await service.close();
  await base.close();
  await issuer.close();
});

describe('a worker without a stored secret gets credentials with a token of', () => {
  test.each([
    ['GitHub Actions', GITHUB, 'nightly'],
    ['a Kubernetes service account', KUBERNETES, 'cluster'],
    ['AWS (GetWebIdentityToken)', AWS, 'aws'],
  ])('%s, and the audit event records issuer and subject', async (_, claims, name) => {
    const answer = await issueCredentials(await issuer.token(claims), tenantA);
    expect(answer.status).toBe(200);
    const { body } = await service.admin.get(
      `/v1/audit-events?tenantId=${tenantA.tenant.id}&action=credentials.issued`,
    );
    const [event] = body.data;
    expect(event.actor).toEqual({ type: 'oidc', id: expect.stringMatching(/^identity_\w{26}$/), name });
    expect(event.detail).toMatchObject({
      workerKeyId: null,
      workerIdentity: { id: event.actor.id, name, issuer: issuer.url, subject: claims.sub },
      sessionName: answer.body.sessionName,
    });
    // CloudTrail shows the session name: the names of worker and tenant, and ten random characters.
    expect(answer.body.sessionName).toMatch(new RegExp(`^${name}-.+-[0-9a-f]{10}$`));
  });

  test('any issuer through the container endpoint, without "Bearer" as the SDKs send it', async () => {
    const path = `${tenantA.connection.path}/credentials/container`;
    const token = await issuer.token(GITHUB);
    const answer = await service.as(null).get(path, { authorization: token });
    expect(answer.body.AccessKeyId).toMatch(/^ASIA/);
    const rejected = await service.as(null).get(path, {
      authorization: await issuer.token({ ...GITHUB, repository_id: '75' }),
    });
    expect([rejected.status, rejected.body.Code]).toEqual([401, 'unauthorized']);
    expect(rejected.body.Message).toMatch(/match no configured worker identity/);
  });
});

test('renewed tokens of one worker share a session, and other workers get their own', async () => {
  const connected = await createConnectedTenant(base);
  const before = countIssuedSessions(service, connected.connection.roleArn);
  const one = await issueCredentials(await issuer.token(GITHUB), connected);
  service.clock.advance(60);
  const renewed = await issueCredentials(await issuer.token({ ...GITHUB, jti: 'another' }), connected);
  expect(renewed.body.accessKeyId).toBe(one.body.accessKeyId);
  const otherSubject = await issueCredentials(
    await issuer.token({ ...GITHUB, sub: 'repo:example/jobs:pull_request' }),
    connected,
  );
  const otherIdentity = await issueCredentials(await issuer.token(AWS), connected);
  const key = (await createKey(service, { role: 'worker' })).key;
  const byKey = await issueCredentials(key, connected);
  const accessKeyIds = [one, otherSubject, otherIdentity, byKey].map((answer) => answer.body.accessKeyId);
  expect(new Set(accessKeyIds).size).toBe(4);
  expect(countIssuedSessions(service, connected.connection.roleArn) - before).toBe(4);
});

test("a worker that is limited to one tenant gets the same response for another tenant's connection as for a missing one", async () => {
  const token = await issuer.token(KUBERNETES);
  expect((await issueCredentials(token, tenantA)).status).toBe(200);
  const foreign = await issueCredentials(token, tenantB);
  const missing = await service
    .as(token)
    .post(`${tenantB.tenant.path.slice(0, -4)}zzzz/connections/${tenantB.connection.id}/credentials`, {});
  for (const answer of [foreign, missing]) delete answer.body.requestId;
  expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenantB.tenant.id}&action=credentials.refused`,
  );
  expect(body.data[0].detail).toMatchObject({
    reason: 'not_found',
    workerKeyId: null,
    workerIdentity: { name: 'cluster', subject: KUBERNETES.sub },
  });
});

test('a token permits nothing except getting credentials, whatever role it claims', async () => {
  const token = await issuer.token({ ...GITHUB, role: 'admin', scope: 'admin', roles: ['admin'] });
  for (const path of [
    '/v1/tenants',
    tenantA.tenant.path,
    '/v1/api-keys',
    '/v1/audit-events',
    tenantA.connection.path,
  ]) {
    expect((await service.as(token).get(path)).status, path).toBe(403);
  }
  expect((await service.as(token).post('/v1/api-keys', { name: 'x', role: 'admin' })).status).toBe(403);
  expect((await service.as(token).post(`${tenantA.connection.path}/verification`)).status).toBe(403);
});

test('an Idempotency-Key applies to all tokens of one worker, and not to another worker', async () => {
  const key = { 'idempotency-key': 'request-1' };
  const one = await issueCredentials(await issuer.token(GITHUB), tenantA, key);
  service.clock.advance(30);
  const renewed = await issueCredentials(await issuer.token(GITHUB), tenantA, key);
  expect([renewed.status, renewed.body]).toEqual([200, one.body]);
  const another = await issueCredentials(await issuer.token(GITHUB), tenantA, key, { durationSeconds: 900 });
  expect([another.status, another.body.code]).toEqual([422, 'idempotency_key_reused']);
  expect(
    (await issueCredentials(await issuer.token(AWS), tenantA, key, { durationSeconds: 900 })).status,
  ).toBe(200);
});

test('suspending a tenant rejects tokens from the next request on', async () => {
  const connected = await createConnectedTenant(base);
  const token = await issuer.token(GITHUB);
  expect((await issueCredentials(token, connected)).status).toBe(200);
  await service.admin.patch(connected.tenant.path, { status: 'suspended' });
  expect((await issueCredentials(token, connected)).body.code).toBe('tenant_not_active');
});

test('an issuer that is down causes 503 with Retry-After for its own workers only', async () => {
  const down = await startIssuer(() => service.clock.now());
  const identity = { name: 'down', issuer: down.url, audience: 'x', claims: { sub: 'worker-1' } };
  const replica = await startTestService({
    replicaOf: base,
    config: { workerIdentities: [{ ...identity, tenantIds: 'any', profiles: 'any' }] },
  });
  try {
    const token = await down.token({ aud: 'x' });
    await down.close();
    const answer = await replica.as(token).post(`${tenantA.connection.path}/credentials`, {});
    expect([answer.status, answer.body.code]).toEqual([503, 'identity_provider_unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toContain(down.url);
    expect((await replica.as(base.adminKey).get('/v1/tenants')).status).toBe(200);
  } finally {
    await replica.close();
  }
});

test('rejects every token if no worker identities are configured', async () => {
  const answer = await base.as(await issuer.token(GITHUB)).post(`${tenantA.connection.path}/credentials`, {});
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
});

test('rejects a token of more than 8 kB, and writes no token to log lines or events', async () => {
  const oversized = await issuer.token({ ...GITHUB, padding: 'x'.repeat(7000) });
  expect(oversized.length).toBeGreaterThan(8192);
  expect((await issueCredentials(oversized, tenantA)).status).toBe(401);
  const bare = await service
    .as(null)
    .get(`${tenantA.connection.path}/credentials/container`, { authorization: oversized });
  expect([bare.status, bare.body.detail]).toEqual([401, expect.stringContaining('8192 characters')]);
  const token = await issuer.token({ ...GITHUB, jti: 'logged' });
  await issueCredentials(token, tenantA);
  await issueCredentials(`${token.slice(0, -4)}AAAA`, tenantA);
  service.deps.log.error({ token, err: new Error(`of ${token}`) }, `token in a log message: ${token}`);
  const { rows } = await service.queryAsOwner('SELECT body FROM audit_log');
  const written = [...service.logLines, ...rows.map((row) => row.body)].join('\n');
  const [, payload, signature] = token.split('.') as [string, string, string];
  expect(written).not.toContain(payload);
  expect(written).not.toContain(signature);
});
