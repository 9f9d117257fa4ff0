import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  countIssuedSessions,
  createConnectedTenant,
  createKey,
  createProfile,
  putRole,
  startTestService,
  type TestService,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;
let replica: TestService;
let worker: Caller;

beforeAll(async () => {
  service = await startTestService();
  replica = await startTestService({ replicaOf: service });
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterAll(async () => {
  await replica.close();
  await service.close();
});

const policy = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const draw = (caller: Caller, connection: { path: string }, body: object = {}) =>
  caller.post(`${connection.path}/credentials`, body);
/** The last AssumeRole that was granted for a role. */
const lastCall = (roleArn: string) =>
  service.aws.calls.findLast(
    (call) => call.operation === 'AssumeRole' && call.roleArn === roleArn && call.outcome === 'ok',
  );

/** A role like the kit's for a profile that marks sessions. */
function admitting(externalId: string, ...actions: string[]) {
  const document = trustPolicyRequiring(externalId);
  const Statement = document.Statement.map((statement) => ({
    ...statement,
    Action: ['sts:AssumeRole', ...actions],
  }));
  return { ...document, Statement };
}

test("the profile's session policies and longest duration are what STS is told", async () => {
  const { connection } = await createConnectedTenant(service);
  const sessionPolicy = policy('s3:GetObject');
  const sessionPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
  const profile = await createProfile(service, {
    sessionPolicy,
    sessionPolicyArns,
    maxDurationSeconds: 1200,
  });
  expect((await draw(worker, connection, { profile: profile.name })).status).toBe(200);
  expect(lastCall(connection.roleArn)).toMatchObject({
    policy: JSON.stringify(sessionPolicy),
    policyArns: sessionPolicyArns,
    durationSeconds: 1200,
    tags: [],
    sourceIdentity: null,
  });
  const longer = await draw(worker, connection, { profile: profile.name, durationSeconds: 1201 });
  expect([longer.status, longer.body.errors]).toEqual([
    400,
    [{ path: 'durationSeconds', message: expect.stringContaining('1200 or less') }],
  ]);
  const viaContainer = await worker.get(`${connection.path}/credentials/container?profile=${profile.name}`);
  expect(viaContainer.status).toBe(200);
  expect(countIssuedSessions(service, connection.roleArn)).toBe(2);
});

test('no profile named, for a key of any profile on a connection without one: no session policy', async () => {
  const { connection } = await createConnectedTenant(service);
  await draw(worker, connection);
  expect(lastCall(connection.roleArn)).toMatchObject({ policy: null, policyArns: [], durationSeconds: 3600 });
});

test('a key that is held to profiles draws with those alone: the only one by itself, one of several by name', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const [one, two, other] = [
    await createProfile(service, { sessionPolicy: policy('s3:GetObject') }),
    await createProfile(service, { sessionPolicy: policy('sqs:SendMessage') }),
    await createProfile(service),
  ];
  const held = (await createKey(service, { role: 'worker', profiles: [one.name] })).caller;
  expect((await draw(held, connection)).status).toBe(200);
  expect(lastCall(connection.roleArn)?.policy).toContain('s3:GetObject');

  const several = (await createKey(service, { role: 'worker', profiles: [one.name, two.name] })).caller;
  const unnamed = await draw(several, connection);
  expect(unnamed.status).toBe(400);
  expect(unnamed.body.errors[0].message).toContain(`${one.name}, ${two.name}`);
  expect((await draw(several, connection, { profile: two.name })).status).toBe(200);

  const refused = await draw(held, connection, { profile: other.name });
  await service.admin.delete(other.path);
  const missing = await draw(held, connection, { profile: other.name });
  const { requestId: _1, ...first } = refused.body;
  const { requestId: _2, ...second } = missing.body;
  expect([refused.status, first]).toEqual([400, second]);
  const container = await held.get(`${connection.path}/credentials/container?profile=${other.name}`);
  // What the AWS CLI prints of it names the profile.
  expect(container.body).toMatchObject({
    Code: 'validation_failed',
    Message: expect.stringContaining(other.name),
  });
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.refused`,
  );
  expect(body.data[0].detail).toMatchObject({ profile: other.name, reason: 'validation_failed' });
});

test('a connection that was set up with a profile is drawn from with it when none is named, and another can be named', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const own = await createProfile(service, { sessionPolicy: policy('s3:GetObject') });
  const wide = await createProfile(service);
  expect((await service.admin.patch(connection.path, { profile: own.name })).body.profile).toBe(own.name);
  await draw(worker, connection);
  expect(lastCall(connection.roleArn)?.policy).toContain('s3:GetObject');
  await draw(worker, connection, { profile: wide.name });
  expect(lastCall(connection.roleArn)?.policy).toBeNull();
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.issued`,
  );
  expect(body.data.map((event: { detail: { profile: string } }) => event.detail.profile)).toEqual([
    wide.name,
    own.name,
  ]);
});

test('a changed profile holds from the next request on, on every replica that has credentials of the old one', async () => {
  const { connection } = await createConnectedTenant(service);
  const profile = await createProfile(service, { sessionPolicy: policy('s3:GetObject') });
  const key = await createKey(service, { role: 'worker', profiles: [profile.name] });
  const callers = [key.caller, replica.as(key.key)];
  const before = await Promise.all(callers.map((caller) => draw(caller, connection)));
  await service.admin.patch(profile.path, { sessionPolicy: policy('s3:ListBucket') });
  for (const [i, caller] of callers.entries()) {
    const after = await draw(caller, connection);
    expect(after.body.accessKeyId).not.toBe(before[i]?.body.accessKeyId);
    expect(lastCall(connection.roleArn)?.policy).toContain('s3:ListBucket');
  }
});

test('a deleted profile is gone from the next request on, on every replica', async () => {
  const { connection } = await createConnectedTenant(service);
  const profile = await createProfile(service);
  const key = await createKey(service, { role: 'worker' });
  const callers = [key.caller, replica.as(key.key)];
  for (const caller of callers) {
    expect((await draw(caller, connection, { profile: profile.name })).status).toBe(200);
  }
  await service.admin.delete(profile.path);
  for (const caller of callers) {
    expect((await draw(caller, connection, { profile: profile.name })).status).toBe(400);
  }
});

test('sessions of different profiles are never shared; those of the same content are', async () => {
  const { connection } = await createConnectedTenant(service);
  const sessionPolicy = policy('s3:GetObject');
  const names = [
    undefined,
    (await createProfile(service, { sessionPolicy })).name,
    (await createProfile(service, { sessionPolicy: policy('s3:PutObject') })).name,
    (await createProfile(service, { sessionPolicyArns: ['arn:aws:iam::aws:policy/A'] })).name,
    (await createProfile(service, { sessionPolicy })).name,
  ];
  const ids = [];
  for (const profile of names) ids.push((await draw(worker, connection, { profile })).body.accessKeyId);
  expect(new Set(ids).size).toBe(4);
  expect(ids[4]).toBe(ids[1]);
});

test('session policies that fit until STS packs them are told by the name of their profile, and take nothing down', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  await putRole(service.aws, admitting(tenant.externalId, 'sts:TagSession'), {
    name: connection.roleName,
    exists: true,
  });
  const sessionPolicy = { ...policy('s3:GetObject'), Id: 'x'.repeat(1930) };
  const profile = await createProfile(service, { sessionPolicy, sessionTags: true });
  const { status, body } = await draw(worker, connection, { profile: profile.name });
  expect([status, body.code]).toEqual([409, 'profile_not_usable']);
  expect(body.detail).toContain(`"${profile.name}"`);
  expect(body.detail).toContain('too large');
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
});

test('a profile marks sessions with tenant and worker, where the role admits it', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const actions = ['sts:TagSession', 'sts:SetSourceIdentity'];
  await putRole(service.aws, admitting(tenant.externalId, ...actions), {
    name: connection.roleName,
    exists: true,
  });
  const profile = await createProfile(service, { sessionTags: true, sourceIdentity: true });
  const key = await createKey(service, { role: 'worker' });
  expect((await draw(key.caller, connection, { profile: profile.name })).status).toBe(200);
  expect(lastCall(connection.roleArn)).toMatchObject({
    tags: [`countersign:tenant=${tenant.id}`, `countersign:worker=${key.id}`],
    sourceIdentity: key.id,
  });
});

test('a role that does not admit the marks refuses that profile alone; the connection stays verified', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const marked = await createProfile(service, { sessionTags: true });
  const { status, body } = await draw(worker, connection, { profile: marked.name });
  expect([status, body.code]).toEqual([409, 'profile_not_usable']);
  expect(body.detail).toContain(`"${marked.name}"`);
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
  expect((await draw(worker, connection)).status).toBe(200);
  const { body: events } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.refused`,
  );
  expect(events.data[0].detail).toMatchObject({ profile: marked.name, reason: 'profile_not_usable' });
});

test('a role that denies the ID too is given up, whatever the session was marked with', async () => {
  const { connection } = await createConnectedTenant(service);
  const marked = await createProfile(service, { sessionTags: true });
  await putRole(service.aws, trustPolicyRequiring('somebody-else'), {
    name: connection.roleName,
    exists: true,
  });
  const { body } = await draw(worker, connection, { profile: marked.name });
  expect(body.code).toBe('role_not_assumable');
  expect((await service.admin.get(connection.path)).body.status).toBe('unreachable');
});
