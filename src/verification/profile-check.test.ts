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

/** A role that demands the ID and allows these actions, registered with a profile. */
async function connectWith(profile: string, actions: string[]) {
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
  ['both', [ASSUME, TAG, IDENTITY], { sessionTags: 'allowed', sourceIdentity: 'allowed' }, []],
  ['no tags', [ASSUME, IDENTITY], { sessionTags: 'denied', sourceIdentity: 'allowed' }, [TAG]],
  ['no source identity', [ASSUME, TAG], { sessionTags: 'allowed', sourceIdentity: 'denied' }, [IDENTITY]],
  ['neither', [ASSUME], { sessionTags: 'denied', sourceIdentity: 'denied' }, [TAG, IDENTITY]],
])(
  'verification tells what a role that admits %s lacks, beside its five probes',
  async (_, actions, check, lacks) => {
    const profile = await createProfile(service, { sessionTags: true, sourceIdentity: true });
    const connection = await connectWith(profile.name, actions);
    const verification = await connection.verify();
    expect(verification.outcome).toBe('verified');
    expect(verification.checks).toHaveLength(5);
    expect(verification.profileCheck).toEqual({ profile: profile.name, ...check });
    expect(verification.nextSteps.length > 0).toBe(lacks.length > 0);
    for (const action of [TAG, IDENTITY]) {
      expect(verification.nextSteps.join(' ').includes(action), action).toBe(lacks.includes(action));
    }
    expect(verification.explanation.includes('ready to use')).toBe(lacks.length === 0);
    const shown = (await service.admin.get(connection.path)).body;
    expect([shown.status, shown.lastVerification]).toEqual(['verified', verification]);
  },
);

test('a role that was mended is told as mended', async () => {
  const profile = await createProfile(service, { sessionTags: true });
  const connection = await connectWith(profile.name, [ASSUME]);
  expect((await connection.verify()).profileCheck).toMatchObject({
    sessionTags: 'denied',
    sourceIdentity: null,
  });
  await connection.change([ASSUME, TAG]);
  expect((await connection.verify()).profileCheck).toMatchObject({ sessionTags: 'allowed' });
});

test('the tags are asked for only after the right ID was admitted without them, and never with a wrong one', async () => {
  const profile = await createProfile(service, { sessionTags: true });
  const connection = await connectWith(profile.name, [ASSUME, TAG]);
  const before = service.aws.calls.length;
  await connection.verify();
  const calls = service.aws.calls.slice(before);
  expect(calls[0]).toMatchObject({ externalId: connection.tenant.externalId, tags: [] });
  const tagged = calls.filter((call) => call.tags.length > 0);
  expect(tagged.map((call) => call.externalId)).toEqual([connection.tenant.externalId]);
});

test('a profile that marks nothing, and a role that is not safe, are asked nothing more', async () => {
  const plain = await connectWith((await createProfile(service)).name, [ASSUME]);
  expect(await plain.verify()).not.toHaveProperty('profileCheck');
  const profile = await createProfile(service, { sessionTags: true });
  const tenant = await createTenant(service);
  const roleArn = await putRole(service.aws, trustPolicy());
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn, profile: profile.name });
  const unsafe = await service.admin.post(`${tenant.path}/connections/${body.id}/verification`);
  expect(unsafe.body.outcome).toBe('external_id_not_enforced');
  expect(unsafe.body).not.toHaveProperty('profileCheck');
});

test('a connection is not registered with, nor changed to, a profile that is not there', async () => {
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
