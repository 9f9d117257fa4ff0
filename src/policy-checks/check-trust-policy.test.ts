import { describe, expect, test } from 'vitest';
import { BROKEN_POLICIES } from './broken-policies.fixture.ts';
import { checkPolicy } from './check-trust-policy.ts';
import { CATALOGUE } from './findings/catalogue/catalogue.ts';
import type { JsonObject } from './json-values.ts';
import {
  allow,
  BROKER,
  createContext,
  ID,
  OTHER_ID,
  policyOf,
  RETIRED,
  ROOT,
  requiring,
  SUCCESSOR,
  VENDOR,
  withBroker,
} from './policies.fixture.ts';

const codesOf = (check: ReturnType<typeof checkPolicy>) => check.findings.map(({ code }) => code);
const statementsOf = (check: ReturnType<typeof checkPolicy>) =>
  check.suggestedPolicy.Statement as JsonObject[];

describe.each(BROKEN_POLICIES)('a policy with $name', ({ policy, verdict, codes }) => {
  const pasted = JSON.parse(JSON.stringify(policy(ID)));
  const check = checkPolicy(pasted, createContext());

  test(`is ${verdict}, with exactly these findings: ${codes.join(', ')}`, () => {
    expect(check.verdict).toBe(verdict);
    expect(codesOf(check).toSorted()).toEqual(codes.toSorted());
  });

  test('gets a suggested policy that is safe and has no errors', () => {
    const again = checkPolicy(check.suggestedPolicy, createContext());
    expect([again.verdict, again.findings.filter(({ severity }) => severity === 'error')]).toEqual([
      'safe',
      [],
    ]);
  });
});

test('every finding code has an example or a test of its own', () => {
  const testedSeparately = [
    'syntax_error',
    'repeated_key',
    'policy_too_long',
    'over_default_quota',
    'tag_session_missing',
    'source_identity_missing',
    'retired_external_id',
    'successor_missing',
    'role_principal',
    'statement_left_out',
    'several_policies',
    'template_condition',
    'template_conditions_untested',
    'access_expires',
    'external_id_by_deny',
    'redundant_principal',
  ];
  // No policy is known that causes these two. They make sure that every unexpected probe result has a finding.
  const fallbacks = ['opens_without_right_id', 'not_admitted'];
  const covered = new Set([
    ...BROKEN_POLICIES.flatMap(({ codes }) => codes),
    ...testedSeparately,
    ...fallbacks,
  ]);
  expect([...covered].toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
});

test('a finding names the path, the digit that differs, and the value to write', () => {
  const { findings } = checkPolicy(
    policyOf(allow({ Principal: { AWS: '999988887778' }, ...requiring() })),
    createContext(),
  );
  expect(findings[0]).toMatchObject({ path: 'Statement[0].Principal.AWS', severity: 'error' });
  expect(findings[0]?.message).toContain('digit 12 differs');
  expect(findings[0]?.fix).toContain(ROOT);
});

test("accepts a statement for another role in the vendor's account if it requires the external ID", () => {
  const otherRole = { Principal: { AWS: `arn:aws:iam::${VENDOR}:role/Other` } };
  for (const brokerRoleArn of [BROKER, null]) {
    const check = checkPolicy(
      policyOf(allow(requiring()), allow({ ...otherRole, ...requiring() })),
      createContext(withBroker(brokerRoleArn)),
    );
    expect([check.verdict, codesOf(check)]).toEqual(['safe', []]);
  }
});

test.each([
  ["{'Version': '2012-10-17', 'Statement': []}", 1, 'single quotation mark'],
  ['{\n  \u201cVersion\u201d: "2012-10-17",\n  "Statement": []\n}', 2, 'curly quotation mark'],
])(
  'reports the syntax error of a broken text, and nothing about the part that was lost: %s',
  (text, line, message) => {
    const [first, ...rest] = checkPolicy(text, createContext()).findings;
    expect(first).toMatchObject({ code: 'syntax_error', line, message: expect.stringContaining(message) });
    expect(rest.map(({ code }) => code)).not.toContain('version_old');
    expect(rest.map(({ message }) => message).join()).not.toContain('not a trust policy');
  },
);

test('reports a duplicate Condition, but not that the vendor is not trusted', () => {
  const statement = `{"Effect":"Allow","Principal":{"AWS":"${ROOT}"},"Action":"sts:AssumeRole","Condition":{},"Condition":{}}`;
  const check = checkPolicy(`{"Version":"2012-10-17","Statement":[${statement}]}`, createContext());
  expect(codesOf(check)).toEqual(['repeated_key']);
});

test('during a rotation, accepts the current ID with a warning and suggests both IDs', () => {
  const context = createContext({ externalIds: [ID, SUCCESSOR] });
  const check = checkPolicy(policyOf(allow(requiring(ID))), context);
  expect([check.verdict, codesOf(check)]).toEqual(['safe', ['successor_missing']]);
  expect(statementsOf(check)[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': [ID, SUCCESSOR] } });
  for (const value of [[ID, SUCCESSOR], SUCCESSOR]) {
    const updated = checkPolicy(policyOf(allow(requiring(value))), context);
    expect([updated.verdict, codesOf(updated)]).toEqual(['safe', []]);
  }
});

test('a retired ID is a warning next to the correct one, and an error alone', () => {
  const both = checkPolicy(policyOf(allow(requiring([ID, RETIRED]))), createContext());
  expect([both.verdict, both.findings.map(({ code, severity }) => [code, severity])]).toEqual([
    'safe',
    [['retired_external_id', 'warning']],
  ]);
  const alone = checkPolicy(policyOf(allow(requiring(RETIRED))), createContext());
  expect([alone.verdict, alone.findings.map(({ code, severity }) => [code, severity])]).toEqual([
    'not_assumable',
    [['retired_external_id', 'error']],
  ]);
});

test('does not reveal whether an ID was issued to another tenant', () => {
  const issued = checkPolicy(policyOf(allow(requiring(OTHER_ID))), createContext());
  const madeUp = checkPolicy(
    policyOf(allow(requiring('12121212-3434-4565-8787-909090909090'))),
    createContext(),
  );
  const withoutIds = (text?: string) => text?.replace(/"[0-9a-f-]{36}"/g, 'ID');
  expect(withoutIds(issued.findings[0]?.message)).toBe(withoutIds(madeUp.findings[0]?.message));
});

describe('with a broker role', () => {
  const context = createContext(withBroker(BROKER));

  test('accepts the role as principal, with a warning', () => {
    const check = checkPolicy(policyOf(allow({ Principal: { AWS: BROKER }, ...requiring() })), context);
    expect([check.verdict, codesOf(check)]).toEqual(['safe', ['role_principal']]);
  });

  test('accepts the principal * if a condition narrows it to the role', () => {
    const narrowed = { StringEquals: { 'sts:ExternalId': ID, 'aws:PrincipalArn': BROKER } };
    const check = checkPolicy(policyOf(allow({ Principal: '*', Condition: narrowed })), context);
    expect([check.verdict, codesOf(check)]).toEqual(['safe', []]);
  });

  test('reports a condition on another aws:PrincipalArn, and names the role in the fix', () => {
    const wrong = { StringEquals: { 'sts:ExternalId': ID, 'aws:PrincipalArn': `${BROKER}2` } };
    const check = checkPolicy(policyOf(allow({ Condition: wrong })), context);
    expect(codesOf(check)).toEqual(['principal_arn_mismatch']);
    expect(check.findings[0]?.fix).toContain(BROKER);
  });
});

test('reports the actions that a profile requires, and adds them to the suggested policy', () => {
  const context = createContext({ sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'] });
  const check = checkPolicy(policyOf(allow(requiring())), context);
  expect([check.verdict, codesOf(check)]).toEqual([
    'safe',
    ['tag_session_missing', 'source_identity_missing'],
  ]);
  expect(statementsOf(check)[0]?.Action).toEqual([
    'sts:AssumeRole',
    'sts:TagSession',
    'sts:SetSourceIdentity',
  ]);
  const separate = allow({ Action: ['sts:TagSession', 'sts:SetSourceIdentity'] });
  expect(codesOf(checkPolicy(policyOf(allow(requiring()), separate), context))).toEqual([]);
});

describe("if the session of the vendor's broker passes session tags on", () => {
  const context = createContext({
    sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'],
    passedOnActions: ['sts:TagSession'],
  });

  test('a policy without sts:TagSession is not assumable, and the finding says which action to add and why', () => {
    const check = checkPolicy(policyOf(allow(requiring())), context);
    expect([check.verdict, codesOf(check)]).toEqual([
      'not_assumable',
      ['tag_session_missing', 'source_identity_missing'],
    ]);
    const [passedOn, ofProfile] = check.findings;
    expect(passedOn?.message).toContain('The session of Vendor in AWS has session tags');
    expect(passedOn?.fix).toContain('"sts:TagSession"');
    expect(ofProfile?.message).toContain('The access profile sets a source identity');
    expect(checkPolicy(check.suggestedPolicy, context)).toMatchObject({ verdict: 'safe', findings: [] });
  });

  test('the action may be in a statement of its own', () => {
    const { passedOnActions } = context;
    const separate = allow({ Action: 'sts:TagSession', ...requiring() });
    const check = checkPolicy(policyOf(allow(requiring()), separate), {
      ...context,
      sessionActions: passedOnActions,
    });
    expect([check.verdict, codesOf(check)]).toEqual(['safe', []]);
  });

  test('a policy that allows the role without an external ID is reported, whether or not it has the action', () => {
    const check = checkPolicy(policyOf(allow()), context);
    expect(check.verdict).toBe('not_assumable');
    expect(codesOf(check)).toContain('external_id_not_demanded');
    const open = checkPolicy(policyOf(allow({ Action: 'sts:*' })), context);
    expect(open.verdict).toBe('unsafe');
  });

  test('a Deny of sts:TagSession denies the vendor', () => {
    const deny = { ...allow({ Action: 'sts:TagSession' }), Effect: 'Deny' };
    const both = allow({
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      ...requiring(),
    });
    const check = checkPolicy(policyOf(both, deny), context);
    expect(check.verdict).toBe('not_assumable');
    expect(codesOf(check)).toContain('deny_hits_us');
  });
});

describe('the suggested policy', () => {
  test('keeps the conditions that the vendor meets, and changes only the external ID', () => {
    const conditions = { Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'sts:ExternalId': '*' } };
    const check = checkPolicy(
      policyOf({ Sid: 'Vendor', ...allow({ Condition: conditions }) }),
      createContext(),
    );
    expect(check.suggestedPolicy).toEqual(
      policyOf({
        Sid: 'Vendor',
        ...allow({
          Condition: { Bool: { 'aws:SecureTransport': 'true' }, ...(requiring().Condition as JsonObject) },
        }),
      }),
    );
  });

  test('splits a statement shared with another account, and keeps the part for that account unchanged', () => {
    const shared = allow({ Sid: 'Vendors', Principal: { AWS: ['222222222222', ROOT] } });
    expect(statementsOf(checkPolicy(policyOf(shared), createContext()))).toEqual([
      { ...shared, Principal: { AWS: '222222222222' } },
      allow(requiring()),
    ]);
  });

  test('removes a second statement without the ID if the first one is sufficient', () => {
    const good = allow({ Sid: 'Good', ...requiring() });
    expect(statementsOf(checkPolicy(policyOf(good, allow({ Sid: 'Bad' })), createContext()))).toEqual([good]);
  });

  test('exempts the vendor from a Deny for everyone without another ID, and keeps it for everyone else', () => {
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: { StringNotEquals: { 'sts:ExternalId': OTHER_ID } },
    };
    const check = checkPolicy(policyOf(allow(requiring()), deny), createContext());
    expect(statementsOf(check)[1]).toEqual({
      ...deny,
      Condition: { StringNotEquals: { 'sts:ExternalId': OTHER_ID, 'aws:PrincipalAccount': VENDOR } },
    });
  });

  test('exempts the vendor from a Deny that depends on its IP address, and keeps it for everyone else', () => {
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    };
    const check = checkPolicy(policyOf(allow(requiring()), deny), createContext());
    expect(statementsOf(check)[1]).toEqual({
      ...deny,
      Condition: { ...deny.Condition, StringNotEquals: { 'aws:PrincipalAccount': VENDOR } },
    });
    expect(check.findings[0]?.message).toContain('aws:SourceIp');
  });

  test('removes a Deny for the vendor alone, and the finding says so', () => {
    const deny = { Effect: 'Deny', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' };
    const check = checkPolicy(policyOf(allow(requiring()), deny), createContext());
    expect(statementsOf(check)).toEqual([allow(requiring())]);
    expect(check.findings[0]?.fix).toMatch(/If you intend to deny [^,]+, leave it/);
  });

  test('omits a statement that cannot be repaired, with a warning', () => {
    const unusable = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:role/*' },
      Action: 'sts:AssumeRole',
    };
    const check = checkPolicy(policyOf(unusable, allow(requiring())), createContext());
    expect(codesOf(check)).toEqual(['principal_invalid', 'statement_left_out']);
    expect(statementsOf(check)).toEqual([allow(requiring())]);
  });
});

test.each([
  ['for the vendor alone', { AWS: ROOT }, 'remove it, as in the suggested policy', 1],
  ['for the vendor and another account', { AWS: [ROOT, '111122223333'] }, 'Remove the principal of', 2],
  ['for everyone', '*', 'keeps the Deny for everyone else', 2],
])(
  'the fix of a Deny with an unknown condition says what the suggested policy does: %s',
  (_, Principal, fix, statements) => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    const deny = { Effect: 'Deny', Principal, Action: 'sts:AssumeRole', Condition };
    const check = checkPolicy(policyOf(allow(requiring()), deny), createContext());
    expect(codesOf(check)).toEqual(['condition_unknown']);
    expect(check.findings[0]?.fix).toContain(fix);
    expect(statementsOf(check)).toHaveLength(statements);
  },
);
