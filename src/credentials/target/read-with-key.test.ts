import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  createProfile,
  startTestService,
  type TestService,
} from '../../../test/harness/service.ts';
import { hashApiKey } from '../../access/api-key.ts';
import type { Principal } from '../../identity/principal.ts';
import { requestedProfileName } from '../session/session.ts';
import { resolveTarget } from './resolve-target.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const idsOf = (path: string) => {
  const [, tenantId = '', connectionId = ''] = /tenants\/([^/]+)\/connections\/([^/]+)/.exec(path) ?? [];
  return { tenantId, connectionId };
};

test('one statement reads the same key and target as a statement for each, for every key and connection', async () => {
  const { deps, admin } = service;
  const [first, second] = [await createProfile(service, {}), await createProfile(service, {})];
  const connected = [await createConnectedTenant(service), await createConnectedTenant(service)];
  const [plain, profiled] = connected.map(({ connection }) => idsOf(connection.path));
  await admin.patch(connected[1]?.connection.path ?? '', { profile: first.name });
  const profiles = [undefined, [first.name], [second.name], [first.name, second.name]];
  const keys = await Promise.all(
    profiles.map((names) => createKey(service, { role: 'worker', profiles: names })),
  );
  const hashes = [
    ...keys.map(({ key }) => hashApiKey(key)),
    hashApiKey(service.adminKey),
    hashApiKey('csk_none'),
  ];
  const pairs = [
    plain,
    profiled,
    { tenantId: plain?.tenantId ?? '', connectionId: profiled?.connectionId ?? '' },
    { tenantId: plain?.tenantId ?? '', connectionId: 'connection_none' },
  ] as { tenantId: string; connectionId: string }[];
  const requests = hashes.flatMap((hash) => pairs.map((pair) => ({ hash, ...pair })));
  const together = await Promise.all(requests.map(deps.keyAndTargetLookup));
  const apart = await Promise.all(
    requests.map(async ({ hash, tenantId, connectionId }) => {
      const key = await deps.keys.find(hash);
      if (!key) return { key: null, target: null };
      const profile = requestedProfileName(key.principal, null);
      return { key, target: await deps.connectionLookup({ tenantId, connectionId, profile }) };
    }),
  );
  expect(together).toEqual(apart);
  expect(new Set(together.map(({ target }) => target?.profile?.name))).toEqual(
    new Set([undefined, first.name, second.name]),
  );
});

test('what was read with the key is not used a second later, when the body of a slow request has arrived', async () => {
  const { deps, clock, admin } = service;
  const { tenant, connection } = await createConnectedTenant(service);
  const { key } = await createKey(service, { role: 'worker' });
  const found = await deps.keyAndTargetLookup({ hash: hashApiKey(key), ...idsOf(connection.path) });
  const principal = { ...found.key?.principal, requestId: 'request' } as Principal;
  const readWithKey = { target: found.target, readAt: clock.now() };
  await admin.patch(tenant.path, { status: 'suspended' });
  const resolve = () =>
    resolveTarget(deps, { principal, ...idsOf(connection.path), profile: null, readWithKey });
  expect(await resolve()).toBe(found.target);
  clock.advance(2);
  expect(await resolve()).toMatchObject({ tenantStatus: 'suspended' });
});

test('an ID that is none fails no other request of the same moment', async () => {
  const { connection } = await createConnectedTenant(service);
  const { caller } = await createKey(service, { role: 'worker' });
  const malformed = [connection.path.replace(/connection_.*/, '%00'), connection.path.replace(/_/g, '%00')];
  const responses = await Promise.all(
    [connection.path, ...malformed, connection.path].map((path) => caller.post(`${path}/credentials`)),
  );
  expect(responses.map(({ status }) => status)).toEqual([200, 400, 400, 200]);
});
