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
const issue = (caller: Caller, connection: { path: string }, body: object = {}) =>
  caller.post(`${connection.path}/credentials`, body);
/** The last AssumeRole call for a role that was allowed. */
const lastCall = (roleArn: string) =>
  service.aws.calls.findLast(
    (call) => call.operation === 'AssumeRole' && call.roleArn === roleArn && call.outcome === 'ok',
  );

/** The setup kit's trust policy for a profile with session attributes. */
function trustPolicyAllowing(externalId: string, ...actions: string[]) {
  const document = trustPolicyRequiring(externalId);
  const Statement = document.Statement.map((statement) => ({
    ...statement,
    Action: ['sts:AssumeRole', ...actions],
  }));
  return { ...document, Statement };
}

test("the session has the profile's session policies and longest duration", async () => {
  const { connection } = await createConnectedTenant(service);
  const sessionPolicy = policy('s3:GetObject');
  const sessionPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
  const profile = await createProfile(service, {
    sessionPolicy,
    sessionPolicyArns,
    maxDurationSeconds: 1200,
  });
  expect((await issue(worker, connection, { profile: profile.name })).status).toBe(200);
  expect(lastCall(connection.roleArn)).toMatchObject({
    policy: JSON.stringify(sessionPolicy),
    policyArns: sessionPolicyArns,
    durationSeconds: 1200,
    tags: [],
    sourceIdentity: null,
  });
  const longer = await issue(worker, connection, { profile: profile.name, durationSeconds: 1201 });
  expect([longer.status, longer.body.errors]).toEqual([
    400,
    [{ path: 'durationSeconds', message: expect.stringContaining('1200 or less') }],
  ]);
  const viaContainer = await worker.get(`${connection.path}/credentials/container?profile=${profile.name}`);
  expect(viaContainer.status).toBe(200);
  // Two are those of the verification.
  expect(countIssuedSessions(service, connection.roleArn)).toBe(3);
});

test('the session has no session policy if neither request, key nor connection names a profile', async () => {
  const { connection } = await createConnectedTenant(service);
  await issue(worker, connection);
  expect(lastCall(connection.roleArn)).toMatchObject({ policy: null, policyArns: [], durationSeconds: 3600 });
});

test('a key that is limited to profiles gets sessions of these only; if there are several, the request must name one', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const [one, two, other] = [
    await createProfile(service, { sessionPolicy: policy('s3:GetObject') }),
    await createProfile(service, { sessionPolicy: policy('sqs:SendMessage') }),
    await createProfile(service),
  ];
  const limited = (await createKey(service, { role: 'worker', profiles: [one.name] })).caller;
  expect((await issue(limited, connection)).status).toBe(200);
  expect(lastCall(connection.roleArn)?.policy).toContain('s3:GetObject');

  const several = (await createKey(service, { role: 'worker', profiles: [one.name, two.name] })).caller;
  const unnamed = await issue(several, connection);
  expect(unnamed.status).toBe(400);
  expect(unnamed.body.errors[0].message).toContain(`${one.name}, ${two.name}`);
  expect((await issue(several, connection, { profile: two.name })).status).toBe(200);

  const refused = await issue(limited, connection, { profile: other.name });
  await service.admin.delete(other.path);
  const missing = await issue(limited, connection, { profile: other.name });
  const { requestId: _1, ...first } = refused.body;
  const { requestId: _2, ...second } = missing.body;
  expect([refused.status, first]).toEqual([400, second]);
  const container = await limited.get(`${connection.path}/credentials/container?profile=${other.name}`);
  // The AWS CLI prints Message, which names the profile.
  expect(container.body).toMatchObject({
    Code: 'validation_failed',
    Message: expect.stringContaining(other.name),
  });
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.refused`,
  );
  expect(body.data[0].detail).toMatchObject({ profile: other.name, reason: 'validation_failed' });
});

test("the connection's own profile applies unless the request names another", async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const own = await createProfile(service, { sessionPolicy: policy('s3:GetObject') });
  const wide = await createProfile(service);
  expect((await service.admin.patch(connection.path, { profile: own.name })).body.profile).toBe(own.name);
  await issue(worker, connection);
  expect(lastCall(connection.roleArn)?.policy).toContain('s3:GetObject');
  await issue(worker, connection, { profile: wide.name });
  expect(lastCall(connection.roleArn)?.policy).toBeNull();
  const { body } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.issued`,
  );
  expect(body.data.map((event: { detail: { profile: string } }) => event.detail.profile)).toEqual([
    wide.name,
    own.name,
  ]);
});

test('a changed profile applies to the next request on every replica, although sessions are cached', async () => {
  const { connection } = await createConnectedTenant(service);
  const profile = await createProfile(service, { sessionPolicy: policy('s3:GetObject') });
  const key = await createKey(service, { role: 'worker', profiles: [profile.name] });
  const callers = [key.caller, replica.as(key.key)];
  const before = await Promise.all(callers.map((caller) => issue(caller, connection)));
  await service.admin.patch(profile.path, { sessionPolicy: policy('s3:ListBucket') });
  for (const [i, caller] of callers.entries()) {
    const after = await issue(caller, connection);
    expect(after.body.accessKeyId).not.toBe(before[i]?.body.accessKeyId);
    expect(lastCall(connection.roleArn)?.policy).toContain('s3:ListBucket');
  }
});

test('a deleted profile is rejected from the next request on, on every replica', async () => {
  const { connection } = await createConnectedTenant(service);
  const profile = await createProfile(service);
  const key = await createKey(service, { role: 'worker' });
  const callers = [key.caller, replica.as(key.key)];
  for (const caller of callers) {
    expect((await issue(caller, connection, { profile: profile.name })).status).toBe(200);
  }
  await service.admin.delete(profile.path);
  for (const caller of callers) {
    expect((await issue(caller, connection, { profile: profile.name })).status).toBe(400);
  }
});

test('profiles share a session only if their content is the same', async () => {
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
  for (const profile of names) ids.push((await issue(worker, connection, { profile })).body.accessKeyId);
  expect(new Set(ids).size).toBe(4);
  expect(ids[4]).toBe(ids[1]);
});

test('a profile that exceeds the packed size of STS is named in the error, and the connection stays verified', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  await putRole(service.aws, trustPolicyAllowing(tenant.externalId, 'sts:TagSession'), {
    name: connection.roleName,
    exists: true,
  });
  const sessionPolicy = { ...policy('s3:GetObject'), Id: 'x'.repeat(1930) };
  const profile = await createProfile(service, { sessionPolicy, sessionTags: true });
  const { status, body } = await issue(worker, connection, { profile: profile.name });
  expect([status, body.code]).toEqual([409, 'profile_not_usable']);
  expect(body.detail).toContain(`"${profile.name}"`);
  expect(body.detail).toContain('too large');
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
});

test('a session carries tenant and worker as session attributes if the role allows it', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const actions = ['sts:TagSession', 'sts:SetSourceIdentity'];
  await putRole(service.aws, trustPolicyAllowing(tenant.externalId, ...actions), {
    name: connection.roleName,
    exists: true,
  });
  const profile = await createProfile(service, { sessionTags: true, sourceIdentity: true });
  const key = await createKey(service, { role: 'worker' });
  expect((await issue(key.caller, connection, { profile: profile.name })).status).toBe(200);
  expect(lastCall(connection.roleArn)).toMatchObject({
    tags: [`countersign:tenant=${tenant.id}`, `countersign:worker=${key.id}`],
    sourceIdentity: key.id,
  });
});

test('a role that denies session attributes blocks only this profile; the connection stays verified', async () => {
  const { tenant, connection } = await createConnectedTenant(service);
  const tagged = await createProfile(service, { sessionTags: true });
  const { status, body } = await issue(worker, connection, { profile: tagged.name });
  expect([status, body.code]).toEqual([409, 'profile_not_usable']);
  expect(body.detail).toContain(`"${tagged.name}"`);
  expect((await service.admin.get(connection.path)).body.status).toBe('verified');
  expect((await issue(worker, connection)).status).toBe(200);
  const { body: events } = await service.admin.get(
    `/v1/audit-events?tenantId=${tenant.id}&action=credentials.refused`,
  );
  expect(events.data[0].detail).toMatchObject({ profile: tagged.name, reason: 'profile_not_usable' });
});

test('a role that denies the external ID too makes the connection unreachable, with session tags or without', async () => {
  const { connection } = await createConnectedTenant(service);
  const tagged = await createProfile(service, { sessionTags: true });
  await putRole(service.aws, trustPolicyRequiring('somebody-else'), {
    name: connection.roleName,
    exists: true,
  });
  const { body } = await issue(worker, connection, { profile: tagged.name });
  expect(body.code).toBe('role_not_assumable');
  expect((await service.admin.get(connection.path)).body.status).toBe('unreachable');
});
