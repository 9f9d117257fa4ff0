import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiResponse } from '../../test/harness/caller.ts';
import {
  createKey,
  createProfile,
  createTenant,
  deleteRole,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { BROKEN_POLICIES } from './broken-policies.fixture.ts';

let service: TestService;
let tenant: TestTenant;
const createdRoles = new Set<string>();

beforeAll(async () => {
  service = await startTestService({
    config: { verificationsPerMinute: 10_000, policyChecksPerMinute: 10_000 },
  });
  tenant = await createTenant(service);
});
afterAll(() => service.close());

const check = (policy: unknown, forTenant: TestTenant = tenant): Promise<ApiResponse> =>
  service.admin.post(`${forTenant.path}/trust-policy-checks`, { policy });
const toJson = (policy: unknown): object => JSON.parse(JSON.stringify(policy));

/** Verifies a role with this policy, and returns the outcome as a verdict; `invalid` if IAM rejects the policy. */
async function verifyRole(policy: object): Promise<string> {
  const roleArn = await putRoleWithPrincipals(policy).catch(() => null);
  if (roleArn === null) return 'invalid';
  const { body: connection } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  const { body } = await service.admin.post(`${tenant.path}/connections/${connection.id}/verification`);
  return { verified: 'safe', external_id_not_enforced: 'unsafe' }[body.outcome as string] ?? body.outcome;
}

/** IAM saves only policies whose roles exist, and shows a deleted role as its unique ID. */
async function putRoleWithPrincipals(policy: object): Promise<string> {
  const text = JSON.stringify(policy);
  for (const [arn = '', account, name] of text.matchAll(/arn:aws:iam::(\d{12}):role\/(\w+)(?=")/g))
    if (!createdRoles.has(arn))
      createdRoles.add(await putRole(service.aws, trustPolicy(), { account, name }));
  const uniqueId = /AROA\w+/.exec(text)?.[0];
  if (uniqueId === undefined) return putRole(service.aws, policy);
  const deletedRole = await putRole(service.aws, trustPolicy());
  const roleArn = await putRole(service.aws, JSON.parse(text.replaceAll(uniqueId, deletedRole)));
  await deleteRole(service.aws, deletedRole);
  return roleArn;
}

describe('a checked policy', () => {
  test.each(BROKEN_POLICIES)(
    'with $name gets the verdict of a verification, and its suggested policy is verified',
    async ({ policy }) => {
      const pasted = toJson(policy(tenant.externalId));
      const { status, body } = await check(pasted);
      expect(status).toBe(200);
      if (body.verdict !== 'undetermined') expect(await verifyRole(pasted)).toBe(body.verdict);
      expect(await verifyRole(body.suggestedPolicy)).toBe('safe');
    },
  );

  test('is judged as the broker that calls, and not as the root user of its account', async () => {
    const account = service.deps.config.vendor.accountId;
    const onlyRoot = trustPolicyFor({
      StringEquals: {
        'sts:ExternalId': tenant.externalId,
        'aws:PrincipalArn': `arn:aws:iam::${account}:root`,
      },
    });
    expect((await check(onlyRoot)).body.verdict).toBe('not_assumable');
    expect(await verifyRole(onlyRoot)).toBe('not_assumable');
  });
});

const trustPolicyFor = (condition: Record<string, unknown>): object =>
  toJson(trustPolicy(condition as Parameters<typeof trustPolicy>[0]));

describe('the pasted policy', () => {
  const withoutCondition = trustPolicy();

  test.each<[string, (text: string) => unknown]>([
    ['JSON', (text) => JSON.parse(text)],
    ['text', (text) => text],
    ['text with a byte order mark', (text) => `\ufeff${text}`],
    ['percent-encoded text from the IAM API', (text) => encodeURIComponent(text)],
    ['text quoted as a JSON string', (text) => JSON.stringify(text)],
    ['the output of aws iam get-role', (text) => ({ Role: { AssumeRolePolicyDocument: JSON.parse(text) } })],
    [
      'the output of aws iam get-role as text',
      (text) => `{"Role": {"RoleName": "R", "AssumeRolePolicyDocument": ${text}}}`,
    ],
    [
      'the output of aws iam get-role with an encoded policy',
      (text) => ({ Role: { AssumeRolePolicyDocument: encodeURIComponent(text) } }),
    ],
    ['a CloudFormation resource', (text) => ({ Properties: { AssumeRolePolicyDocument: JSON.parse(text) } })],
  ])('can be %s', async (_, wrap) => {
    const { status, body } = await check(wrap(JSON.stringify(withoutCondition, null, 2)));
    expect([status, body.verdict]).toEqual([200, 'unsafe']);
    expect(body.findings.map(({ code, path }: { code: string; path: string }) => [code, path])).toEqual([
      ['external_id_not_demanded', 'Statement[0]'],
    ]);
  });

  test('gets line numbers when it is text, even inside other output, but not when it is JSON', async () => {
    const text = JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }), null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('sts:ExternalId')) + 1;
    expect((await check(text)).body.findings[0]).toMatchObject({ code: 'wildcard', line });
    const wrapped = await check(`\n{"AssumeRolePolicyDocument":\n${text}}`);
    expect(wrapped.body.findings[0]).toMatchObject({ code: 'wildcard', line: line + 2 });
    expect((await check(JSON.parse(text))).body.findings[0]).not.toHaveProperty('line');
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      'a trailing comma',
      (text) => text.replace('"sts:AssumeRole"', '"sts:AssumeRole",'),
      /comma before a closing/,
    ],
    ['a missing comma', (text) => text.replace('"Allow",', '"Allow"'), /comma is missing/],
    ['curly quotation marks', (text) => text.replace('"Allow"', '\u201cAllow\u201d'), /curly quotation mark/],
    ['single quotation marks', (text) => text.replace('"Allow"', "'Allow'"), /single quotation mark/],
    ['a comment', (text) => text.replace('{', '{ // vendor'), /comment/],
    ['a missing end', (text) => text.slice(0, -2), /before its last bracket is closed/],
    ['text after its end', (text) => `${text}\n}`, /after the end/],
    ['no braces', (text) => text.slice(1, -1), /braces around the policy/],
    ['YAML that is cut off', () => 'Statement:\n  - {Effect: Allow', /not valid YAML/],
  ])('with %s is invalid, and gets a position and a safe suggestion', async (_, makeMistake, message) => {
    const { body } = await check(makeMistake(JSON.stringify(trustPolicy(), null, 2)));
    expect(body.verdict).toBe('invalid');
    expect(body.findings[0]).toMatchObject({
      code: 'syntax_error',
      line: expect.any(Number),
      column: expect.any(Number),
    });
    expect(body.findings[0].message).toMatch(message);
    expect(body.findings[0]).not.toHaveProperty('messages');
    expect((await check(body.suggestedPolicy)).body.verdict).toBe('safe');
  });

  test.each([
    ['an ARN', 'arn:aws:iam::111111111111:role/Vendor', /an ARN, not a trust policy/],
    ['broken Terraform', 'data "aws_iam_policy_document" "trust" {\n', /Terraform/],
    ['prose', 'hello', /not JSON/],
  ])('gets an explanation of where to find it when the text is %s', async (_, text, message) => {
    const { body } = await check(text);
    expect(body.findings[0]).toMatchObject({ code: 'syntax_error', message: expect.stringMatching(message) });
    expect(body.findings[0].fix).toContain('Trust relationships');
    expect(body.suggestedPolicy).toEqual(toJson(trustPolicyRequiring(tenant.externalId)));
  });

  test('with a duplicate key is invalid, although a JSON parser would accept it', async () => {
    const text = JSON.stringify(trustPolicyRequiring(tenant.externalId), null, 2).replace(
      '"Condition": {',
      '"Condition": {},\n"Condition": {',
    );
    const { body } = await check(text);
    expect([body.verdict, body.findings[0].code]).toEqual(['invalid', 'repeated_key']);
    expect(body.suggestedPolicy).toEqual(toJson(trustPolicyRequiring(tenant.externalId)));
  });

  test('is not checked further when it is longer than IAM accepts', async () => {
    const statement = trustPolicyRequiring(tenant.externalId).Statement[0];
    const tooLong = { Version: '2012-10-17', Statement: Array.from({ length: 30 }, () => statement) };
    const overDefaultQuota = {
      Version: '2012-10-17',
      Statement: Array.from({ length: 15 }, () => statement),
    };
    expect((await check(tooLong)).body).toMatchObject({
      verdict: 'invalid',
      findings: [{ code: 'policy_too_long' }],
    });
    expect((await check(overDefaultQuota)).body).toMatchObject({
      verdict: 'safe',
      findings: [{ code: 'over_default_quota' }],
    });
  });

  test.each<[string, () => unknown]>([
    ['an empty string', () => ''],
    ['a number', () => 5],
    ['null', () => null],
  ])('cannot be %s', async (_, policy) => {
    const { status, body } = await check(policy());
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});

describe('access', () => {
  test('a tenant token may check for its own tenant, but may not set the external ID', async () => {
    const { body } = await service.admin.post(`${tenant.path}/tokens`, {});
    const caller = service.as(body.token);
    const policy = trustPolicyRequiring(tenant.externalId);
    expect((await caller.post(`${tenant.path}/trust-policy-checks`, { policy })).body.verdict).toBe('safe');
    const set = await caller.post(`${tenant.path}/trust-policy-checks`, { policy, externalId: 'mine' });
    expect([set.status, set.body.code]).toEqual([400, 'external_id_not_settable']);
    const auditor = await createKey(service, { role: 'auditor' });
    expect((await auditor.caller.post(`${tenant.path}/trust-policy-checks`, { policy })).status).toBe(403);
  });

  test("the response for another tenant's ID is the same as for a made-up one", async () => {
    const other = await createTenant(service);
    const responseFor = async (id: string) => {
      const { body } = await check(trustPolicyRequiring(id));
      return JSON.stringify(body).replaceAll(id, 'ID');
    };
    expect(await responseFor(other.externalId)).toBe(
      await responseFor('12121212-3434-4565-8787-909090909090'),
    );
  });

  test('recognizes both IDs of a rotation and then the retired one, and rejects an offboarded tenant', async () => {
    const rotating = await createTenant(service);
    const { body } = await service.admin.post(`${rotating.path}/external-id/rotation`);
    const codes = async (id: string) =>
      (await check(trustPolicyRequiring(id), rotating)).body.findings.map(
        ({ code }: { code: string }) => code,
      );
    expect(await codes(rotating.externalId)).toEqual(['successor_missing']);
    expect(await codes(body.rotation.externalId)).toEqual([]);
    await service.admin.post(`${rotating.path}/external-id/rotation/complete`);
    expect(await codes(rotating.externalId)).toEqual(['retired_external_id']);
    await service.admin.delete(rotating.path);
    expect((await check(trustPolicyRequiring(rotating.externalId), rotating)).body.code).toBe(
      'tenant_not_active',
    );
  });
});

test('requires the actions of the access profile, and rejects an unknown profile', async () => {
  const { name } = await createProfile(service, { sessionTags: true });
  const checkFor = (profile: string) =>
    service.admin.post(`${tenant.path}/trust-policy-checks`, {
      policy: trustPolicyRequiring(tenant.externalId),
      profile,
    });
  const { body } = await checkFor(name);
  expect([body.verdict, body.findings[0].code]).toEqual(['safe', 'tag_session_missing']);
  expect(body.suggestedPolicy.Statement[0].Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  expect((await checkFor('no-such-profile')).body.code).toBe('validation_failed');
});

test('does not call AWS or change any data', async () => {
  const newTenant = await createTenant(service);
  const calls = service.aws.calls.length;
  const state = async () =>
    (
      await service.queryAsOwner(
        'SELECT (SELECT count(*) FROM audit_log) AS events, (SELECT jsonb_agg(e) FROM external_ids e WHERE tenant_id = $1) AS ids',
        [newTenant.id],
      )
    ).rows[0];
  const before = await state();
  await check(trustPolicy(), newTenant);
  expect(await state()).toEqual(before);
  expect(service.aws.calls.length).toBe(calls);
});
