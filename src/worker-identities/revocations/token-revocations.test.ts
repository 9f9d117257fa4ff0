import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createProfile,
  startTestService,
  type TestService,
} from '../../../test/harness/service.ts';
import { type Issuer, startIssuer } from '../issuer.fixture.ts';
import type { WorkerIdentity } from '../worker-identity.ts';

const PATH = '/v1/token-revocations';
const NIGHTLY_CLAIMS = { job: 'nightly' };
/** Matches both worker identities. */
const BOTH_CLAIMS = { job: 'nightly', team: 'data' };

let base: TestService;
let service: TestService;
let replica: TestService;
let issuer: Issuer;
let connected: Awaited<ReturnType<typeof createConnectedTenant>>;

beforeAll(async () => {
  base = await startTestService();
  issuer = await startIssuer(base.clock.now);
  connected = await createConnectedTenant(base);
  const common = { issuer: issuer.url, audience: 'countersign', tenantIds: 'any' as const };
  const workerIdentities: WorkerIdentity[] = [
    { ...common, name: 'nightly', claims: { job: 'nightly' }, profiles: 'any' },
    { ...common, name: 'data', claims: { team: 'data' }, profiles: ['used-by-worker-identity'] },
  ];
  service = await startTestService({ replicaOf: base, config: { workerIdentities } });
  replica = await startTestService({ replicaOf: base, config: { workerIdentities } });
});
afterAll(async () => {
  await replica.close();
  await service.close();
  await base.close();
  await issuer.close();
});

const issueCredentials = (token: string, replica = service) =>
  replica.as(token).post(`${connected.connection.path}/credentials`, {});

async function revoke(body: object): Promise<{ id: string; restore(): Promise<{ status: number }> }> {
  const created = await service.admin.post(PATH, body);
  expect(created.status).toBe(201);
  return { id: created.body.id, restore: () => service.admin.delete(`${PATH}/${created.body.id}`) };
}

describe('revoking tokens', () => {
  test('rejects them from the next request on every replica, even with cached credentials, until they are restored', async () => {
    const token = await issuer.token(NIGHTLY_CLAIMS);
    for (const server of [service, replica]) expect((await issueCredentials(token, server)).status).toBe(200);
    const { restore } = await revoke({ identity: 'nightly' });
    for (const server of [service, replica]) {
      const { status, body } = await issueCredentials(token, server);
      expect([status, body.code, body.detail]).toEqual([
        401,
        'unauthorized',
        expect.stringMatching(/^This token was revoked/),
      ]);
    }
    expect((await issueCredentials(await issuer.token({ ...NIGHTLY_CLAIMS, sub: 'another' }))).status).toBe(
      401,
    );
    expect((await restore()).status).toBe(204);
    for (const server of [service, replica]) expect((await issueCredentials(token, server)).status).toBe(200);
  });

  test('of one subject rejects no token of another subject', async () => {
    const { restore } = await revoke({ identity: 'nightly', subject: 'stolen' });
    expect((await issueCredentials(await issuer.token({ ...NIGHTLY_CLAIMS, sub: 'stolen' }))).status).toBe(
      401,
    );
    for (const sub of ['stolen ', 'Stolen', 'worker-1'])
      expect((await issueCredentials(await issuer.token({ ...NIGHTLY_CLAIMS, sub }))).status).toBe(200);
    await restore();
  });

  test('issued before a time rejects those of the same second, and accepts later ones', async () => {
    const stolen = await issuer.token(NIGHTLY_CLAIMS);
    service.clock.advance(1);
    const { restore } = await revoke({
      identity: 'nightly',
      issuedBefore: service.clock.now().toISOString(),
    });
    expect((await issueCredentials(stolen)).status).toBe(401);
    service.clock.advance(1);
    expect((await issueCredentials(await issuer.token(NIGHTLY_CLAIMS))).status).toBe(200);
    await restore();
  });

  test('does not let them match another worker identity', async () => {
    const { restore } = await revoke({ identity: 'nightly' });
    expect((await issueCredentials(await issuer.token(BOTH_CLAIMS))).status).toBe(401);
    await restore();
  });

  test('rejects every token while revocations cannot be read', async () => {
    const token = await issuer.token(NIGHTLY_CLAIMS);
    await service.queryAsOwner('REVOKE SELECT ON token_revocations FROM countersign_service');
    try {
      expect((await issueCredentials(token)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await service.queryAsOwner('GRANT SELECT ON token_revocations TO countersign_service');
    }
    expect((await issueCredentials(token)).status).toBe(200);
  });
});

test('lists a revocation until it is deleted, and records both as audit events', async () => {
  const revocation = await revoke({ identity: 'nightly', subject: 'listed' });
  const listed = {
    id: revocation.id,
    identity: 'nightly',
    subject: 'listed',
    issuedBefore: null,
    createdAt: expect.any(String),
  };
  expect((await service.admin.get(PATH)).body.data).toEqual([listed]);
  await revocation.restore();
  expect((await service.admin.get(PATH)).body.data).toEqual([]);
  expect((await service.admin.delete(`${PATH}/${revocation.id}`)).status).toBe(404);
  for (const action of ['tokens.revoked', 'tokens.restored']) {
    const { body } = await service.admin.get(`/v1/audit-events?action=${action}&limit=100`);
    expect(body.data.map((event: { detail: unknown }) => event.detail)).toContainEqual({
      revocationId: revocation.id,
      identity: 'nightly',
      subject: 'listed',
      issuedBefore: null,
    });
  }
});

test('rejects an unknown worker identity, because a typo would revoke nothing', async () => {
  const { status, body } = await service.admin.post(PATH, { identity: 'nightyl' });
  expect([status, body.errors[0].path]).toEqual([400, 'identity']);
  expect(body.errors[0].message).toMatch(/^is not the name of a worker identity .*: "nightyl"$/);
});

test('an access profile that a worker identity is limited to cannot be deleted', async () => {
  const profile = await createProfile(service, { name: 'used-by-worker-identity' });
  const { status, body } = await service.admin.delete(profile.path);
  expect([status, body.code]).toEqual([409, 'conflict']);
  expect(body.detail).toMatch(/worker identities limited to it: 1/);
  expect((await service.admin.get(profile.path)).status).toBe(200);
});
