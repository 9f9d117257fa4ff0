import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenant, startTestService, type TestService } from '../harness/service.ts';
import { listApiRoutes, readExternalIds, type Setup, send, startSetup } from './setup.fixture.ts';

let setup: Setup;
let service: TestService;

beforeAll(async () => {
  setup = await startSetup();
  ({ service } = setup);
});
afterAll(() => setup?.close());

describe('reading an external ID', () => {
  test('returns the value that creation returned, for 50 concurrent reads on two replicas', async () => {
    const fresh = await createTenant(service);
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 ? service : setup.replica).as(service.adminKey).get(`${fresh.path}/external-id`),
      ),
    );
    expect(new Set(responses.map(({ status, body }) => `${status} ${body.externalId}`))).toEqual(
      new Set([`200 ${fresh.externalId}`]),
    );
  });

  test('returns the same value from a replica that starts later', async () => {
    const later = await startTestService({ replicaOf: service });
    const { body } = await later.as(service.adminKey).get(setup.tenant.path);
    await later.close();
    expect(body.externalId).toBe(setup.tenant.externalId);
  });

  test('changes no external ID, on any GET route', async () => {
    const before = await readExternalIds(service);
    for (const { method, path, key } of listApiRoutes(setup)) {
      if (method === 'GET') await send(service, { label: path, method, path, key }).catch(() => undefined);
    }
    expect(await readExternalIds(service)).toEqual(before);
  });
});
