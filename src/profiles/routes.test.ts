import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createConnection,
  createKey,
  createProfile,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const READ = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::données/*' }],
};
const arns = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:iam::aws:policy/Policy${i}`);

test('returns a profile as it was saved, with the members of its policies in the same order', async () => {
  const settings = {
    name: 'backup',
    description: 'Copies your files every night.',
    roleName: 'VendorBackup',
    templateUrl: 'https://vendor.s3.amazonaws.com/backup.yaml',
    managedPolicyArns: arns(2),
    inlinePolicy: { ...READ, Id: 'x' },
    sessionPolicy: READ,
    sessionPolicyArns: arns(1),
    maxDurationSeconds: 900,
    sessionTags: true,
    sourceIdentity: true,
  };
  const { status, body } = await service.admin.post('/v1/profiles', settings);
  expect(status).toBe(201);
  expect(body).toMatchObject(settings);
  expect(JSON.stringify(body.inlinePolicy)).toBe(JSON.stringify(settings.inlinePolicy));
  expect(body.id).toMatch(/^profile_/);
  expect((await service.admin.get(`/v1/profiles/${body.id}`)).body).toEqual(body);
  expect((await service.admin.get('/v1/profiles')).body.data).toContainEqual(body);
});

test('a profile that has only a name grants nothing and sets no session attributes or session policies', async () => {
  const { body } = await service.admin.post('/v1/profiles', { name: 'plain' });
  expect(body).toMatchObject({
    description: null,
    roleName: null,
    templateUrl: null,
    managedPolicyArns: [],
    inlinePolicy: null,
    sessionPolicy: null,
    sessionPolicyArns: [],
    maxDurationSeconds: 3600,
    sessionTags: false,
    sourceIdentity: false,
  });
  const twice = await service.admin.post('/v1/profiles', { name: 'plain' });
  expect([twice.status, twice.body.code]).toEqual([409, 'conflict']);
});

test('an update keeps the other settings, and must be within the limits together with them', async () => {
  const { path } = await createProfile(service, { sessionPolicy: READ, sessionPolicyArns: arns(2) });
  const long = { ...READ, Id: 'x'.repeat(1_850) };
  const refused = await service.admin.patch(path, { sessionPolicy: long });
  expect([refused.status, refused.body.errors]).toEqual([
    400,
    [{ path: 'sessionPolicy', message: expect.stringContaining('STS allows 2048') }],
  ]);
  expect((await service.admin.patch(path, { sessionPolicy: long, sessionPolicyArns: [] })).status).toBe(200);
  const { body } = await service.admin.patch(path, { description: 'New words.' });
  expect(body).toMatchObject({ description: 'New words.', sessionPolicy: long, sessionPolicyArns: [] });
  expect((await service.admin.patch(path, { sessionPolicy: null })).body.sessionPolicy).toBeNull();
});

describe('rejects, and does not save,', () => {
  test.each<[string, object, string]>([
    ['a name in capitals', { name: 'Backup' }, 'name'],
    ['a name of 64 characters', { name: 'x'.repeat(64) }, 'name'],
    ['a session of an hour and a second', { name: 'x', maxDurationSeconds: 3601 }, 'maxDurationSeconds'],
    ['a session under 900 seconds', { name: 'x', maxDurationSeconds: 899 }, 'maxDurationSeconds'],
    ['an empty policy', { name: 'x', sessionPolicy: {} }, 'sessionPolicy.Statement'],
    ['eleven managed policies', { name: 'x', managedPolicyArns: arns(11) }, 'managedPolicyArns'],
    ['a role name with a slash', { name: 'x', roleName: 'a/b' }, 'roleName'],
  ])('%s', async (_, body, path) => {
    const { status, body: problem } = await service.admin.post('/v1/profiles', body);
    expect([status, problem.code]).toEqual([400, 'validation_failed']);
    expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect((await service.admin.get('/v1/profiles?limit=200')).text).not.toContain('"name":"x"');
  });

  test('a new name, because keys that are limited to the old one would lose their profile or get another', async () => {
    const { path, name } = await createProfile(service);
    expect((await service.admin.patch(path, { name: 'other' })).status).toBe(400);
    const renamed = service.queryAsOwner("UPDATE access_profiles SET name = 'other' WHERE name = $1", [name]);
    await expect(renamed).rejects.toMatchObject({ code: '23001' });
  });
});

test('sts:ExternalId is allowed as a condition key in policies and nowhere else', async () => {
  const policy = {
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: '*',
      Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
    },
  };
  const saved = await service.admin.post('/v1/profiles', {
    name: 'chains',
    inlinePolicy: policy,
    sessionPolicy: policy,
  });
  expect([saved.status, saved.body.inlinePolicy]).toEqual([201, policy]);
  const invalid = await service.admin.post('/v1/profiles', {
    name: 'x',
    sessionPolicy: { ...policy, externalId: 'x' },
  });
  expect(invalid.body.code).toBe('validation_failed');
  for (const body of [
    { externalId: 'x', inlinePolicy: policy },
    { sessionPolicyArns: [{ externalId: 'x' }] },
    { policy },
  ]) {
    const refused = await service.admin.post('/v1/profiles', { name: 'x', ...body });
    expect(refused.body.code).toBe('external_id_not_settable');
  }
});

test('deletes only a profile that no key and no connection uses', async () => {
  const { path, name } = await createProfile(service);
  const key = await createKey(service, { role: 'worker', profiles: [name] });
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  await service.admin.patch(connection.path, { profile: name });

  const used = await service.admin.delete(path);
  expect([used.status, used.body.code]).toEqual([409, 'conflict']);
  expect(used.body.detail).toContain('Keys limited to it: 1; connections registered with it: 1');
  await service.admin.delete(`/v1/api-keys/${key.id}`);
  expect((await service.admin.delete(path)).status).toBe(409);
  await service.admin.delete(tenant.path);
  expect((await service.admin.delete(path)).status).toBe(204);
  expect((await service.admin.get(path)).status).toBe(404);
});

test('a key cannot be limited to a profile that does not exist', async () => {
  const { status, body } = await service.admin.post('/v1/api-keys', {
    name: 'k',
    role: 'worker',
    profiles: ['not-there'],
  });
  expect([status, body.errors[0].path]).toEqual([400, 'profiles']);
  expect(body.errors[0].message).toContain('"not-there"');
});

test('a key and the deletion of its profile at the same time: only one of them succeeds', async () => {
  for (let round = 0; round < 10; round++) {
    const { path, name } = await createProfile(service);
    const [key, deleted] = await Promise.all([
      service.admin.post('/v1/api-keys', { name: 'k', role: 'worker', profiles: [name] }),
      service.admin.delete(path),
    ]);
    expect([key.status, deleted.status].join(), JSON.stringify([key.body, deleted.body])).toMatch(
      /^(201,409|400,204)$/,
    );
  }
});

test('the audit log has every version of a profile as a whole', async () => {
  const { path, id, name } = await createProfile(service, { sessionPolicy: READ });
  await service.admin.patch(path, { maxDurationSeconds: 900, sessionTags: true });
  await service.admin.delete(path);
  const { body } = await service.admin.get('/v1/audit-events?limit=200');
  const events = body.data.filter(
    (event: { detail: { profileId?: string } }) => event.detail.profileId === id,
  );
  expect(events.map((event: { action: string }) => event.action)).toEqual([
    'profile.deleted',
    'profile.updated',
    'profile.created',
  ]);
  expect(events[1].detail).toMatchObject({
    profile: name,
    changed: ['maxDurationSeconds', 'sessionTags'],
    maxDurationSeconds: 900,
    sessionTags: true,
  });
  expect(JSON.parse(events[2].detail.sessionPolicy)).toEqual(READ);
});
