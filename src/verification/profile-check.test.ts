import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createProfile,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** Registers with a profile a role that enforces the external ID and allows these actions. */
async function registerRole(profile: string, actions: string[]) {
  const tenant = await createTenant(service);
  const policy = (actions: string[]) => {
    const { Statement, ...rest } = trustPolicyRequiring(tenant.externalId);
    return { ...rest, Statement: Statement.map((statement) => ({ ...statement, Action: actions })) };
  };
  const roleArn = await putRole(service.aws, policy(actions));
  const { status, body } = await service.admin.post(`${tenant.path}/connections`, { roleArn, profile });
  expect([status, body.profile]).toEqual([201, profile]);
  const path = `${tenant.path}/connections/${body.id}`;
  return {
    path,
    tenant,
    verify: async () => (await service.admin.post(`${path}/verification`)).body,
    change: (actions: string[]) =>
      putRole(service.aws, policy(actions), { name: roleArn.split('/').at(-1) as string, exists: true }),
  };
}

const ASSUME = 'sts:AssumeRole';
const TAG = 'sts:TagSession';
const IDENTITY = 'sts:SetSourceIdentity';

test.each<[string, string[], object, string[]]>([
  [
    'session tags and a source identity',
    [ASSUME, TAG, IDENTITY],
    { sessionTags: 'allowed', sourceIdentity: 'allowed' },
    [],
  ],
  ['only a source identity', [ASSUME, IDENTITY], { sessionTags: 'denied', sourceIdentity: 'allowed' }, [TAG]],
  ['only session tags', [ASSUME, TAG], { sessionTags: 'allowed', sourceIdentity: 'denied' }, [IDENTITY]],
  ['no session attributes', [ASSUME], { sessionTags: 'denied', sourceIdentity: 'denied' }, [TAG, IDENTITY]],
])(
  'a verification shows what a role that allows %s lacks for its profile',
  async (_, actions, check, denied) => {
    const profile = await createProfile(service, { sessionTags: true, sourceIdentity: true });
    const connection = await registerRole(profile.name, actions);
    const verification = await connection.verify();
    expect(verification.outcome).toBe('verified');
    expect(verification.checks).toHaveLength(5);
    expect(verification.profileCheck).toEqual({ profile: profile.name, ...check });
    expect(verification.nextSteps.length > 0).toBe(denied.length > 0);
    for (const action of [TAG, IDENTITY]) {
      expect(verification.nextSteps.join(' ').includes(action), action).toBe(denied.includes(action));
    }
    expect(verification.explanation.includes('ready to use')).toBe(denied.length === 0);
    const shown = (await service.admin.get(connection.path)).body;
    expect([shown.status, shown.lastVerification]).toEqual(['verified', verification]);
  },
);

test('a verification shows that a role was fixed', async () => {
  const profile = await createProfile(service, { sessionTags: true });
  const connection = await registerRole(profile.name, [ASSUME]);
  expect((await connection.verify()).profileCheck).toMatchObject({
    sessionTags: 'denied',
    sourceIdentity: null,
  });
  await connection.change([ASSUME, TAG]);
  expect((await connection.verify()).profileCheck).toMatchObject({ sessionTags: 'allowed' });
});

test('session tags are sent only after the role allowed the correct external ID without them, and never with a wrong ID', async () => {
  const profile = await createProfile(service, { sessionTags: true });
  const connection = await registerRole(profile.name, [ASSUME, TAG]);
  const before = service.aws.calls.length;
  await connection.verify();
  const calls = service.aws.calls.slice(before);
  expect(calls[0]).toMatchObject({ externalId: connection.tenant.externalId, tags: [] });
  const tagged = calls.filter((call) => call.tags.length > 0);
  expect(tagged.map((call) => call.externalId)).toEqual([connection.tenant.externalId]);
});

test('no session attributes are probed for a profile without them, or for a role that is not safe', async () => {
  const plain = await registerRole((await createProfile(service)).name, [ASSUME]);
  expect(await plain.verify()).not.toHaveProperty('profileCheck');
  const profile = await createProfile(service, { sessionTags: true });
  const tenant = await createTenant(service);
  const roleArn = await putRole(service.aws, trustPolicy());
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn, profile: profile.name });
  const unsafe = await service.admin.post(`${tenant.path}/connections/${body.id}/verification`);
  expect(unsafe.body.outcome).toBe('external_id_not_enforced');
  expect(unsafe.body).not.toHaveProperty('profileCheck');
});

test('a connection cannot be registered with, or changed to, a profile that does not exist', async () => {
  const tenant = await createTenant(service);
  const roleArn = 'arn:aws:iam::111111111111:role/Any';
  const refused = await service.admin.post(`${tenant.path}/connections`, { roleArn, profile: 'not-there' });
  expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'profile']);
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  expect(body.profile).toBeNull();
  const changed = await service.admin.patch(`${tenant.path}/connections/${body.id}`, {
    profile: 'not-there',
  });
  expect([changed.status, changed.body.errors[0].path]).toEqual([400, 'profile']);
});
