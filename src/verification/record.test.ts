import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createConnection,
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
} from '../../test/harness/service.ts';
import type { Verification } from '../connections/verification.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { SYSTEM } from '../identity/principal.ts';
import { recordVerification } from './record.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

/** Records that a role was found verified by probes that began at this time. */
async function recordVerified(tenant: TestTenant, connectionId: string, checkedAt: Date) {
  const { current } = await findExternalIds(service.deps.database, tenant.id);
  if (!current) throw new Error('the tenant has no external ID');
  const verification: Verification = {
    outcome: 'verified',
    checkedAt: checkedAt.toISOString(),
    checks: [],
    explanation: '',
    nextSteps: [],
  };
  const input = { actor: SYSTEM, tenantId: tenant.id, connectionId };
  return recordVerification(service.deps, input, { verification, externalId: current });
}

test('a verification that a later one overtook is answered with the later one, which is what is stored', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant, trustPolicy());
  const earlier = service.clock.now();
  service.clock.advance(1);
  await service.admin.post(`${connection.path}/verification`);
  const answer = await recordVerified(tenant, connection.id, earlier);
  const { body } = await service.admin.get(connection.path);
  expect(body).toMatchObject({
    status: 'insecure',
    lastVerification: { outcome: 'external_id_not_enforced' },
  });
  expect(answer).toMatchObject(body.lastVerification);
});

test('a finding from before the clock was set back does not hide later ones', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant, trustPolicy());
  service.clock.advance(600);
  await service.admin.post(`${connection.path}/verification`);
  service.clock.advance(-600);
  expect(await recordVerified(tenant, connection.id, service.clock.now())).toMatchObject({
    outcome: 'verified',
  });
  expect((await service.admin.get(connection.path)).body).toMatchObject({ status: 'verified' });
});

test('a connection that was disabled during its probes is answered with a conflict', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  await service.admin.patch(connection.path, { disabled: true });
  await expect(recordVerified(tenant, connection.id, service.clock.now())).rejects.toMatchObject({
    code: 'conflict',
  });
});
