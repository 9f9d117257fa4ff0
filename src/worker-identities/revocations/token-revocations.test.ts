import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createProfile,
  startTestService,
  type TestService,
} from '../../../test/harness/service.ts';
import { type Issuer, startIssuer } from '../issuer.fixture.ts';
import type { WorkerIdentity } from '../worker-identity.ts';

type At = Awaited<ReturnType<typeof createConnectedTenant>>;

const PATH = '/v1/token-revocations';
const NIGHTLY = { job: 'nightly' };
const BOTH = { job: 'nightly', team: 'data' };

let base: TestService;
let service: TestService;
let replica: TestService;
let issuer: Issuer;
let at: At;

beforeAll(async () => {
  base = await startTestService();
  issuer = await startIssuer(base.clock.now);
  at = await createConnectedTenant(base);
  const common = { issuer: issuer.url, audience: 'countersign', tenantIds: 'any' as const };
  const workerIdentities: WorkerIdentity[] = [
    { ...common, name: 'nightly', claims: { job: 'nightly' }, profiles: 'any' },
    { ...common, name: 'data', claims: { team: 'data' }, profiles: ['of-a-worker-identity'] },
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

const draw = (token: string, from = service) => from.as(token).post(`${at.connection.path}/credentials`, {});

async function revoke(body: object): Promise<{ id: string; lift(): Promise<unknown> }> {
  const made = await service.admin.post(PATH, body);
  expect(made.status).toBe(201);
  return { id: made.body.id, lift: () => service.admin.delete(`${PATH}/${made.body.id}`) };
}

describe('tokens of a worker identity that are revoked', () => {
  test('are refused from the next request on, on every replica that has their credentials cached, until that is lifted', async () => {
    const token = await issuer.token(NIGHTLY);
    for (const from of [service, replica]) expect((await draw(token, from)).status).toBe(200);
    const { lift } = await revoke({ identity: 'nightly' });
    for (const from of [service, replica]) {
      const { status, body } = await draw(token, from);
      expect([status, body.code, body.detail]).toEqual([
        401,
        'unauthorized',
        expect.stringMatching(/^This token was revoked/),
      ]);
    }
    expect((await draw(await issuer.token({ ...NIGHTLY, sub: 'another' }))).status).toBe(401);
    expect((await lift()) as object).toMatchObject({ status: 204 });
    for (const from of [service, replica]) expect((await draw(token, from)).status).toBe(200);
  });

  test('of one subject are refused, and nobody else’s', async () => {
    const { lift } = await revoke({ identity: 'nightly', subject: 'stolen' });
    expect((await draw(await issuer.token({ ...NIGHTLY, sub: 'stolen' }))).status).toBe(401);
    for (const sub of ['stolen ', 'Stolen', 'worker-1'])
      expect((await draw(await issuer.token({ ...NIGHTLY, sub }))).status).toBe(200);
    await lift();
  });

  test('are refused where they were issued before a time, in the same second too, and later ones are not', async () => {
    const stolen = await issuer.token(NIGHTLY);
    service.clock.advance(1);
    const { lift } = await revoke({ identity: 'nightly', issuedBefore: service.clock.now().toISOString() });
    expect((await draw(stolen)).status).toBe(401);
    service.clock.advance(1);
    expect((await draw(await issuer.token(NIGHTLY))).status).toBe(200);
    await lift();
  });

  test('are not accepted as another identity that they would fit too', async () => {
    const { lift } = await revoke({ identity: 'nightly' });
    expect((await draw(await issuer.token(BOTH))).status).toBe(401);
    await lift();
  });

  test('stay so while the database does not say: there is no answer without it', async () => {
    const token = await issuer.token(NIGHTLY);
    await service.queryAsOwner('REVOKE SELECT ON token_revocations FROM countersign_service');
    try {
      expect((await draw(token)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await service.queryAsOwner('GRANT SELECT ON token_revocations TO countersign_service');
    }
    expect((await draw(token)).status).toBe(200);
  });
});

test('revoking is listed and recorded, and lifting it is', async () => {
  const made = await revoke({ identity: 'nightly', subject: 'listed' });
  const shown = {
    id: made.id,
    identity: 'nightly',
    subject: 'listed',
    issuedBefore: null,
    createdAt: expect.any(String),
  };
  expect((await service.admin.get(PATH)).body.data).toEqual([shown]);
  await made.lift();
  expect((await service.admin.get(PATH)).body.data).toEqual([]);
  expect((await service.admin.delete(`${PATH}/${made.id}`)).status).toBe(404);
  for (const action of ['tokens.revoked', 'tokens.restored']) {
    const { body } = await service.admin.get(`/v1/audit-events?action=${action}&limit=100`);
    expect(body.data.map((event: { detail: unknown }) => event.detail)).toContainEqual({
      revocationId: made.id,
      identity: 'nightly',
      subject: 'listed',
      issuedBefore: null,
    });
  }
});

test('a name that is no worker identity is refused, since it would revoke nothing', async () => {
  const { status, body } = await service.admin.post(PATH, { identity: 'nightyl' });
  expect([status, body.errors[0].path]).toEqual([400, 'identity']);
  expect(body.errors[0].message).toMatch(/^there is no worker identity "nightyl"/);
});

test('an access profile that a worker identity is held to cannot be deleted', async () => {
  const profile = await createProfile(service, { name: 'of-a-worker-identity' });
  const { status, body } = await service.admin.delete(profile.path);
  expect([status, body.code]).toEqual([409, 'conflict']);
  expect(body.detail).toMatch(/worker identities held to it: 1/);
  expect((await service.admin.get(profile.path)).status).toBe(200);
});
