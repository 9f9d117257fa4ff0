import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiResponse } from '../../test/harness/caller.ts';
import {
  createKey,
  createProfile,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { BROKEN } from './broken-policies.fixture.ts';
import { SLIPS } from './typos.fixture.ts';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService({
    config: { verificationsPerMinute: 10_000, policyChecksPerMinute: 10_000 },
  });
  tenant = await createTenant(service);
});
afterAll(() => service.close());

const check = (policy: unknown, of: TestTenant = tenant): Promise<ApiResponse> =>
  service.admin.post(`${of.path}/trust-policy-checks`, { policy });
const plain = (policy: unknown): object => JSON.parse(JSON.stringify(policy));

/** What a verification of a real role with this policy finds, or `invalid` when IAM refuses the policy. */
async function verify(policy: object): Promise<string> {
  const roleArn = await putRole(service.aws, policy).catch(() => null);
  if (roleArn === null) return 'invalid';
  const { body: connection } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  const { body } = await service.admin.post(`${tenant.path}/connections/${connection.id}/verification`);
  return { verified: 'safe', external_id_not_enforced: 'unsafe' }[body.outcome as string] ?? body.outcome;
}

describe('a role with a policy that was checked', () => {
  test.each([...BROKEN, ...SLIPS])(
    'with $named: verification finds what the check found, and its suggestion is verified',
    async ({ policy }) => {
      const pasted = plain(policy(tenant.externalId));
      const { status, body } = await check(pasted);
      expect(status).toBe(200);
      expect(await verify(pasted)).toBe(body.verdict);
      expect(await verify(body.suggestedPolicy)).toBe('safe');
    },
  );
});

describe('what was pasted', () => {
  const bare = trustPolicy();

  test.each<[string, (text: string) => unknown]>([
    ['JSON', (text) => JSON.parse(text)],
    ['its text', (text) => text],
    ['its text with a byte order mark', (text) => `\ufeff${text}`],
    ['the percent-encoded text of the IAM API', (text) => encodeURIComponent(text)],
    ['a text in a text', (text) => JSON.stringify(text)],
    ['the answer of aws iam get-role', (text) => ({ Role: { AssumeRolePolicyDocument: JSON.parse(text) } })],
    ['the text of that answer', (text) => `{"Role": {"RoleName": "R", "AssumeRolePolicyDocument": ${text}}}`],
    ['that answer, encoded', (text) => ({ Role: { AssumeRolePolicyDocument: encodeURIComponent(text) } })],
    ['a CloudFormation resource', (text) => ({ Properties: { AssumeRolePolicyDocument: JSON.parse(text) } })],
  ])('%s is read', async (_, wrap) => {
    const { status, body } = await check(wrap(JSON.stringify(bare, null, 2)));
    expect([status, body.verdict]).toEqual([200, 'unsafe']);
    expect(body.findings.map(({ code, path }: { code: string; path: string }) => [code, path])).toEqual([
      ['external_id_not_demanded', 'Statement[0]'],
    ]);
  });

  test('as text has the line of each finding, wrapped or not; as JSON none', async () => {
    const text = JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }), null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('sts:ExternalId')) + 1;
    expect((await check(text)).body.findings[0]).toMatchObject({ code: 'wildcard', line });
    const wrapped = await check(`\n{"AssumeRolePolicyDocument":\n${text}}`);
    expect(wrapped.body.findings[0]).toMatchObject({ code: 'wildcard', line: line + 2 });
    expect((await check(JSON.parse(text))).body.findings[0]).not.toHaveProperty('line');
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      'a comma too many',
      (text) => text.replace('"sts:AssumeRole"', '"sts:AssumeRole",'),
      /comma before a closing/,
    ],
    ['a comma lost', (text) => text.replace('"Allow",', '"Allow"'), /comma is missing/],
    ['curly quotes', (text) => text.replace('"Allow"', '\u201cAllow\u201d'), /curly quotation mark/],
    ['single quotes', (text) => text.replace('"Allow"', "'Allow'"), /single quotation mark/],
    ['a comment', (text) => text.replace('{', '{ // ours'), /comment/],
    ['an end that is missing', (text) => text.slice(0, -2), /before its last bracket is closed/],
    ['more behind it', (text) => `${text}\n}`, /after the end/],
    ['no braces', (text) => text.slice(1, -1), /braces around the policy/],
  ])('with %s is invalid, says where, and is read on for its other faults', async (_, spoil, words) => {
    const { body } = await check(spoil(JSON.stringify(trustPolicy(), null, 2)));
    expect(body.verdict).toBe('invalid');
    expect(body.findings[0]).toMatchObject({
      code: 'syntax_error',
      line: expect.any(Number),
      column: expect.any(Number),
    });
    expect(body.findings[0].message).toMatch(words);
    expect((await check(body.suggestedPolicy)).body.verdict).toBe('safe');
  });

  test.each([
    ['an ARN', 'arn:aws:iam::111111111111:role/Vendor', /an ARN, not a trust policy/],
    ['YAML', 'Version: "2012-10-17"\nStatement:\n  - Effect: Allow', /YAML/],
    ['Terraform', 'data "aws_iam_policy_document" "trust" {\n}', /Terraform/],
    ['prose', 'hello', /not JSON/],
  ])('%s is told what it is, and where the policy is', async (_, text, words) => {
    const { body } = await check(text);
    expect(body.findings[0]).toMatchObject({ code: 'syntax_error', message: expect.stringMatching(words) });
    expect(body.findings[0].fix).toContain('Trust relationships');
    expect(body.suggestedPolicy).toEqual(plain(trustPolicyRequiring(tenant.externalId)));
  });

  test('with a key twice is refused, as IAM does, though JSON would keep one in silence', async () => {
    const text = JSON.stringify(trustPolicyRequiring(tenant.externalId), null, 2).replace(
      '"Condition": {',
      '"Condition": {},\n"Condition": {',
    );
    const { body } = await check(text);
    expect([body.verdict, body.findings[0].code]).toEqual(['invalid', 'repeated_key']);
    expect(body.suggestedPolicy).toEqual(plain(trustPolicyRequiring(tenant.externalId)));
  });

  test('that is longer than IAM takes is not looked into', async () => {
    const statement = trustPolicyRequiring(tenant.externalId).Statement[0];
    const long = { Version: '2012-10-17', Statement: Array.from({ length: 30 }, () => statement) };
    const nearly = { Version: '2012-10-17', Statement: Array.from({ length: 15 }, () => statement) };
    expect((await check(long)).body).toMatchObject({
      verdict: 'invalid',
      findings: [{ code: 'policy_too_long' }],
    });
    expect((await check(nearly)).body).toMatchObject({
      verdict: 'safe',
      findings: [{ code: 'over_default_quota' }],
    });
  });

  test.each<[string, () => unknown]>([
    ['nothing', () => ''],
    ['a number', () => 5],
    ['null', () => null],
  ])('%s is malformed input', async (_, policy) => {
    const { status, body } = await check(policy());
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});

describe('a policy that is made to cost time', () => {
  const stars = (n: number) => '*a'.repeat(n);
  test.each<[string, () => unknown]>([
    ['one pattern of stars', () => trustPolicy({ StringLike: { 'sts:ExternalId': stars(1900) } })],
    [
      'many patterns of stars',
      () => trustPolicy({ StringLike: { 'sts:ExternalId': Array.from({ length: 50 }, () => stars(30)) } }),
    ],
    [
      'stars that match',
      () => trustPolicy({ StringLike: { 'sts:ExternalId': `${'*?'.repeat(30)}${'*'.repeat(3000)}` } }),
    ],
    [
      'a Deny of stars',
      () => ({
        Version: '2012-10-17',
        Statement: [
          ...trustPolicy().Statement,
          {
            ...trustPolicy({ StringNotLike: { 'sts:ExternalId': stars(1500) } }).Statement[0],
            Effect: 'Deny',
          },
        ],
      }),
    ],
    [
      'many statements',
      () => ({
        Version: '2012-10-17',
        Statement: Array.from({ length: 80 }, () => ({ Effect: 'Allow', Principal: '*', Action: '*' })),
      }),
    ],
    [
      'thousands of statements',
      () => ({
        Version: '2012-10-17',
        Statement: Array.from({ length: 4000 }, () => ({ Effect: 'Allow', Principal: '*', Action: '*' })),
      }),
    ],
    [
      'many wrong elements',
      () =>
        Object.fromEntries(
          Array.from({ length: 500 }, (_, i) => [`e${i}`, 1]).concat([['Statement', {}]] as never),
        ),
    ],
    [
      'many actions',
      () => ({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: Array.from({ length: 500 }, () => 'x:*') }],
      }),
    ],
    ['brackets', () => '['.repeat(90_000)],
    ['braces that do not match', () => '[}'.repeat(45_000)],
    ['quotes', () => `{${'"'.repeat(90_000)}`],
    [
      'text in text in text',
      () =>
        JSON.stringify(
          JSON.stringify(
            JSON.stringify(JSON.stringify(JSON.stringify(trustPolicyRequiring(tenant.externalId)))),
          ),
        ),
    ],
    ['white space', () => ' '.repeat(200_000)],
    ['a long word', () => `{"Statement": {"${'a'.repeat(3000)}": 1}}`],
  ])('%s is answered', async (_, policy) => {
    const { status, body } = await check(policy());
    expect(status).toBe(200);
    expect(body.findings.length).toBeLessThanOrEqual(50);
    expect(body.suggestedPolicy).toHaveProperty('Statement');
  });
});

describe('who may check', () => {
  test('a tenant checks for itself, with its own token; an ID beside the policy is refused', async () => {
    const { body } = await service.admin.post(`${tenant.path}/tokens`, {});
    const caller = service.as(body.token);
    const policy = trustPolicyRequiring(tenant.externalId);
    expect((await caller.post(`${tenant.path}/trust-policy-checks`, { policy })).body.verdict).toBe('safe');
    const set = await caller.post(`${tenant.path}/trust-policy-checks`, { policy, externalId: 'mine' });
    expect([set.status, set.body.code]).toEqual([400, 'external_id_not_settable']);
    const auditor = await createKey(service, { role: 'auditor' });
    expect((await auditor.caller.post(`${tenant.path}/trust-policy-checks`, { policy })).status).toBe(403);
  });

  test("another tenant's ID is like one that was made up", async () => {
    const other = await createTenant(service);
    const told = async (id: string) => {
      const { body } = await check(trustPolicyRequiring(id));
      return JSON.stringify(body).replaceAll(id, 'ID');
    };
    expect(await told(other.externalId)).toBe(await told('12121212-3434-4565-8787-909090909090'));
  });

  test('both IDs of a rotation are known, the retired one after it, and nothing once the tenant has gone', async () => {
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

test('what a profile marks sessions with has to be allowed too; a profile that does not exist is malformed input', async () => {
  const { name } = await createProfile(service, { sessionTags: true });
  const ask = (profile: string) =>
    service.admin.post(`${tenant.path}/trust-policy-checks`, {
      policy: trustPolicyRequiring(tenant.externalId),
      profile,
    });
  const { body } = await ask(name);
  expect([body.verdict, body.findings[0].code]).toEqual(['safe', 'tag_session_missing']);
  expect(body.suggestedPolicy.Statement[0].Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  expect((await ask('no-such-profile')).body.code).toBe('validation_failed');
});

test('a check calls nothing and changes nothing', async () => {
  const fresh = await createTenant(service);
  const calls = service.aws.calls.length;
  const state = async () =>
    (
      await service.queryAsOwner(
        'SELECT (SELECT count(*) FROM audit_log) AS events, (SELECT jsonb_agg(e) FROM external_ids e WHERE tenant_id = $1) AS ids',
        [fresh.id],
      )
    ).rows[0];
  const before = await state();
  await check(trustPolicy(), fresh);
  expect(await state()).toEqual(before);
  expect(service.aws.calls.length).toBe(calls);
});
