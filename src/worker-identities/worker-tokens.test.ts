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

type At = Awaited<ReturnType<typeof createConnectedTenant>>;

let service: TestService;
let issuer: Issuer;
let mine: At;
let theirs: At;

/** Claims as their issuers write them: GitHub, "OpenID Connect reference"; Kubernetes, "Service account token volume
 * projection"; IAM User Guide, "Understanding token claims". */
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

const draw = (token: string, at: At, headers: Record<string, string> = {}, body: object = {}) =>
  service.as(token).post(`${at.connection.path}/credentials`, body, headers);

beforeAll(async () => {
  let now = () => new Date();
  issuer = await startIssuer(() => now(), 'key-1', 'RS256');
  const first = await startTestService();
  const [one, two] = [await createConnectedTenant(first), await createConnectedTenant(first)];
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
      tenantIds: [one.tenant.id],
    },
    {
      ...common,
      name: 'aws',
      claims: { sub: AWS.sub, 'https://sts.amazonaws.com/': { org_id: 'o-abc1234567' } },
      tenantIds: 'any',
    },
  ];
  service = await startTestService({ replicaOf: first, config: { workerIdentities } });
  now = () => service.clock.now();
  base = first;
  [mine, theirs] = [one, two];
});
let base: TestService;
afterAll(async () => {
  await service.close();
  await base.close();
  await issuer.close();
});

describe('a worker without a stored secret draws credentials with the token of', () => {
  test.each([
    ['GitHub Actions', GITHUB, 'nightly'],
    ['a Kubernetes service account', KUBERNETES, 'cluster'],
    ['AWS (GetWebIdentityToken)', AWS, 'aws'],
  ])('%s, and the audit event names issuer and subject', async (_, claims, name) => {
    const answer = await draw(await issuer.token(claims), mine);
    expect(answer.status).toBe(200);
    const { body } = await service.admin.get(
      `/v1/audit-events?tenantId=${mine.tenant.id}&action=credentials.issued`,
    );
    const [event] = body.data;
    expect(event.actor).toEqual({ type: 'oidc', id: expect.stringMatching(/^identity_\w{26}$/), name });
    expect(event.detail).toMatchObject({
      workerKeyId: null,
      workerIdentity: { id: event.actor.id, name, issuer: issuer.url, subject: claims.sub },
      sessionName: answer.body.sessionName,
    });
    // What CloudTrail shows: tenant, worker and a random end, in 64 characters.
    const [tenant, worker] = answer.body.sessionName.split('-');
    expect([`tenant_${tenant}`, `identity_${worker}`]).toEqual([mine.tenant.id, event.actor.id]);
    expect(answer.body.sessionName).toHaveLength(64);
  });

  test('any of them through container credentials, bare as the SDKs send it, with readable errors', async () => {
    const path = `${mine.connection.path}/credentials/container`;
    const token = await issuer.token(GITHUB);
    const answer = await service.as(null).get(path, { authorization: token });
    expect(answer.body.AccessKeyId).toMatch(/^ASIA/);
    const refused = await service.as(null).get(path, {
      authorization: await issuer.token({ ...GITHUB, repository_id: '75' }),
    });
    expect([refused.status, refused.body.Code]).toEqual([401, 'unauthorized']);
    expect(refused.body.Message).toMatch(/fit no configured worker identity/);
  });
});

test('renewed tokens of one worker share its session, and other workers have their own', async () => {
  const fresh = await createConnectedTenant(base);
  const before = countIssuedSessions(service, fresh.connection.roleArn);
  const one = await draw(await issuer.token(GITHUB), fresh);
  service.clock.advance(60);
  const renewed = await draw(await issuer.token({ ...GITHUB, jti: 'another' }), fresh);
  expect(renewed.body.accessKeyId).toBe(one.body.accessKeyId);
  const otherSubject = await draw(
    await issuer.token({ ...GITHUB, sub: 'repo:example/jobs:pull_request' }),
    fresh,
  );
  const otherIdentity = await draw(await issuer.token(AWS), fresh);
  const key = (await createKey(service, { role: 'worker' })).key;
  const byKey = await draw(key, fresh);
  const drawn = [one, otherSubject, otherIdentity, byKey].map((answer) => answer.body.accessKeyId);
  expect(new Set(drawn).size).toBe(4);
  expect(countIssuedSessions(service, fresh.connection.roleArn) - before).toBe(4);
});

test("a worker that is held to one tenant is answered for another's exactly as for one that is not there", async () => {
  const token = await issuer.token(KUBERNETES);
  expect((await draw(token, mine)).status).toBe(200);
  const foreign = await draw(token, theirs);
  const missing = await service
    .as(token)
    .post(`${theirs.tenant.path.slice(0, -4)}zzzz/connections/${theirs.connection.id}/credentials`, {});
  for (const answer of [foreign, missing]) delete answer.body.requestId;
  expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${theirs.tenant.id}&action=credentials.refused`,
  );
  expect(body.data[0].detail).toMatchObject({
    reason: 'not_found',
    workerKeyId: null,
    workerIdentity: { name: 'cluster', subject: KUBERNETES.sub },
  });
});

test('a token draws credentials and may do nothing else, whatever role it claims', async () => {
  const token = await issuer.token({ ...GITHUB, role: 'admin', scope: 'admin', roles: ['admin'] });
  for (const path of [
    '/v1/tenants',
    mine.tenant.path,
    '/v1/api-keys',
    '/v1/audit-events',
    mine.connection.path,
  ]) {
    expect((await service.as(token).get(path)).status, path).toBe(403);
  }
  expect((await service.as(token).post('/v1/api-keys', { name: 'x', role: 'admin' })).status).toBe(403);
  expect((await service.as(token).post(`${mine.connection.path}/verification`)).status).toBe(403);
});

test('an Idempotency-Key holds a worker to its request through renewed tokens, and belongs to that worker alone', async () => {
  const key = { 'idempotency-key': 'draw-1' };
  const one = await draw(await issuer.token(GITHUB), mine, key);
  service.clock.advance(30);
  const renewed = await draw(await issuer.token(GITHUB), mine, key);
  expect([renewed.status, renewed.body]).toEqual([200, one.body]);
  const another = await draw(await issuer.token(GITHUB), mine, key, { durationSeconds: 900 });
  expect([another.status, another.body.code]).toEqual([422, 'idempotency_key_reused']);
  expect((await draw(await issuer.token(AWS), mine, key, { durationSeconds: 900 })).status).toBe(200);
});

test('a suspended tenant is refused to tokens too, from the next request on', async () => {
  const at = await createConnectedTenant(base);
  const token = await issuer.token(GITHUB);
  expect((await draw(token, at)).status).toBe(200);
  await service.admin.patch(at.tenant.path, { status: 'suspended' });
  expect((await draw(token, at)).body.code).toBe('tenant_not_active');
});

test('an issuer that is down is 503 with Retry-After for a worker whose key is not known, and nobody else notices', async () => {
  const down = await startIssuer(() => service.clock.now());
  const identity = { name: 'down', issuer: down.url, audience: 'x', claims: { sub: 'worker-1' } };
  const replica = await startTestService({
    replicaOf: base,
    config: { workerIdentities: [{ ...identity, tenantIds: 'any', profiles: 'any' }] },
  });
  try {
    const token = await down.token({ aud: 'x' });
    await down.close();
    const answer = await replica.as(token).post(`${mine.connection.path}/credentials`, {});
    expect([answer.status, answer.body.code]).toEqual([503, 'identity_provider_unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toContain(down.url);
    expect((await replica.as(base.adminKey).get('/v1/tenants')).status).toBe(200);
  } finally {
    await replica.close();
  }
});

test('without configured identities no token is anything', async () => {
  const answer = await base.as(await issuer.token(GITHUB)).post(`${mine.connection.path}/credentials`, {});
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
});

test('a token of more than 8 kB is refused, and no token stands in any log line or event', async () => {
  const huge = await issuer.token({ ...GITHUB, padding: 'x'.repeat(7000) });
  expect(huge.length).toBeGreaterThan(8192);
  expect((await draw(huge, mine)).status).toBe(401);
  const bare = await service
    .as(null)
    .get(`${mine.connection.path}/credentials/container`, { authorization: huge });
  expect([bare.status, bare.body.detail]).toEqual([401, expect.stringContaining('8192 characters')]);
  const token = await issuer.token({ ...GITHUB, jti: 'logged' });
  await draw(token, mine);
  await draw(`${token.slice(0, -4)}AAAA`, mine);
  service.deps.log.error({ token, err: new Error(`of ${token}`) }, `a careless line: ${token}`);
  const { rows } = await service.queryAsOwner('SELECT body FROM audit_log');
  const written = [...service.logLines, ...rows.map((row) => row.body)].join('\n');
  const [, payload, signature] = token.split('.') as [string, string, string];
  expect(written).not.toContain(payload);
  expect(written).not.toContain(signature);
});
