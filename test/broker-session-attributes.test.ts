import { afterEach, expect, test } from 'vitest';
import { SESSION_ATTRIBUTE_KINDS, type SessionAttributeKind } from '../src/broker/broker-settings.ts';
import { readBrokers } from '../src/config/brokers.ts';
import { ENVIRONMENT } from '../src/config/environment.ts';
import {
  createConnection,
  createKey,
  createProfile,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestServiceOptions,
  type TestTenant,
  trustPolicyRequiring,
  VENDOR,
} from './harness/service.ts';

const TAG = 'sts:TagSession';
const IDENTITY = 'sts:SetSourceIdentity';
const ACTIONS: Record<SessionAttributeKind, string[]> = {
  none: [],
  tags: [TAG],
  'source-identity': [IDENTITY],
  both: [TAG, IDENTITY],
};
const KINDS_WITH_ATTRIBUTES = SESSION_ATTRIBUTE_KINDS.filter((kind) => kind !== 'none');

let service: TestService;
afterEach(() => service?.close());

/** Starts a service whose broker has the session that this configuration expects. */
async function startWith(kind: SessionAttributeKind, options: TestServiceOptions = {}): Promise<void> {
  const brokers = readBrokers(ENVIRONMENT.parse({ COUNTERSIGN_BROKER_SESSION_ATTRIBUTES: kind }), []);
  service = await startTestService({ ...options, config: { brokers } });
}

const readKit = async (tenant: TestTenant, query = '') =>
  (await service.admin.get(`${tenant.path}/setup${query}`)).body;
const check = async (tenant: TestTenant, policy: object, profile?: string) =>
  (await service.admin.post(`${tenant.path}/trust-policy-checks`, { policy, ...(profile && { profile }) }))
    .body;
const verify = async (path: string) => (await service.admin.post(`${path}/verification`)).body;

test.each(KINDS_WITH_ATTRIBUTES)(
  "with a broker that passes on %s, the kit's trust policy used word for word verifies and credentials are issued",
  async (kind) => {
    await startWith(kind);
    const tenant = await createTenant(service);
    const { trustPolicy } = await readKit(tenant);
    expect(trustPolicy.Statement[0].Action).toEqual(['sts:AssumeRole', ...ACTIONS[kind]]);
    expect(await check(tenant, trustPolicy)).toMatchObject({ verdict: 'safe', findings: [] });

    const connection = await createConnection(service, tenant, trustPolicy);
    expect(await verify(connection.path)).toMatchObject({ outcome: 'verified' });
    const worker = await createKey(service, { role: 'worker' });
    const issued = await worker.caller.post(`${connection.path}/credentials`, {});
    expect(issued.status).toBe(200);
  },
);

test.each(KINDS_WITH_ATTRIBUTES)(
  'with a broker that passes on %s, check and verification agree about each policy that lacks an action, and name it',
  async (kind) => {
    await startWith(kind);
    const tenant = await createTenant(service);
    for (const missing of ACTIONS[kind]) {
      const policy = trustPolicyRequiring(tenant.externalId);
      const others = ACTIONS[kind].filter((action) => action !== missing);
      policy.Statement[0] = { ...policy.Statement[0], Action: ['sts:AssumeRole', ...others] } as never;
      const checked = await check(tenant, policy);
      expect(checked.verdict).toBe('not_assumable');
      expect(checked.findings).toHaveLength(1);
      expect(checked.findings[0].message).toContain(`requires ${missing}`);
      expect(checked.findings[0].fix).toContain(missing);

      const connection = await createConnection(service, tenant, policy);
      const verification = await verify(connection.path);
      expect(verification.outcome).toBe('not_assumable');
      expect(verification.checks).toEqual(
        checked.checks.map((one: { probe: string }) => ({
          ...one,
          observed: one.probe === 'correct' ? 'denied' : 'unknown',
        })),
      );
      expect(verification.nextSteps.join('\n')).toContain(missing);

      await putRole(service.aws, checked.suggestedPolicy, { name: connection.roleName, exists: true });
      expect(await verify(connection.path)).toMatchObject({ outcome: 'verified' });
    }
  },
);

test('the actions that a broker without attributes does not need are neither in the kit nor in an explanation', async () => {
  await startWith('none');
  const tenant = await createTenant(service);
  expect((await readKit(tenant)).trustPolicy.Statement[0].Action).toBe('sts:AssumeRole');
  const connection = await createConnection(service, tenant, trustPolicyRequiring('other'));
  expect(JSON.stringify(await verify(connection.path))).not.toMatch(/TagSession|SetSourceIdentity/);
});

test("a kit allows the attributes of the broker's session and of the access profile together", async () => {
  await startWith('tags');
  const tenant = await createTenant(service);
  const profile = await createProfile(service, { sourceIdentity: true });
  const { trustPolicy, artifacts } = await readKit(tenant, `?profile=${profile.name}`);
  expect(trustPolicy.Statement[0].Action).toEqual(['sts:AssumeRole', TAG, IDENTITY]);
  for (const { name, url } of artifacts) {
    const { text } = await service.admin.get(url.replace(service.url, ''));
    expect(text, name).toContain(TAG);
    expect(text, name).toContain(IDENTITY);
  }
  // The template that all tenants share is published by the vendor.
  const shared = await service.admin.get(`${profile.path}/template`);
  expect(shared.text).toContain(TAG);

  const withoutIdentity = (await readKit(tenant)).trustPolicy;
  expect(await check(tenant, withoutIdentity, profile.name)).toMatchObject({
    verdict: 'safe',
    findings: [{ code: 'source_identity_missing' }],
  });
  const connection = await createConnection(service, tenant, trustPolicy);
  await service.admin.patch(connection.path, { profile: profile.name });
  expect(await verify(connection.path)).toMatchObject({ outcome: 'verified' });
});

test("a profile cannot set a source identity if the broker's session has one, which AWS lets nobody replace", async () => {
  await startWith('both');
  const created = await service.admin.post('/v1/profiles', { name: 'who', sourceIdentity: true });
  expect([created.status, created.body.errors]).toEqual([
    400,
    [{ path: 'sourceIdentity', message: expect.stringContaining('COUNTERSIGN_BROKER_SESSION_ATTRIBUTES') }],
  ]);
  const profile = await createProfile(service, { sessionTags: true });
  const changed = await service.admin.patch(profile.path, { sourceIdentity: true });
  expect(changed.body.code).toBe('validation_failed');
});

test('a kit that is narrowed to the role of the sandbox verifies', async () => {
  const brokerRoleArn = `arn:aws:iam::${VENDOR}:role/CountersignBroker`;
  const variables = { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR, COUNTERSIGN_BROKER_ROLE_ARN: brokerRoleArn };
  service = await startTestService({ config: { brokers: readBrokers(ENVIRONMENT.parse(variables), []) } });
  const tenant = await createTenant(service);
  const { trustPolicy } = await readKit(tenant);
  expect(trustPolicy.Statement[0].Condition.StringEquals['aws:PrincipalArn']).toBe(brokerRoleArn);
  const connection = await createConnection(service, tenant, trustPolicy);
  expect(await verify(connection.path)).toMatchObject({ outcome: 'verified' });
});

test('a broker that passes tags on without being configured so cannot assume a role of the kit', async () => {
  await startWith('none', { brokerSession: 'tags' });
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant, (await readKit(tenant)).trustPolicy);
  expect(await verify(connection.path)).toMatchObject({ outcome: 'not_assumable' });
});
