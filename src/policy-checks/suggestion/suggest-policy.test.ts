import { describe, expect, test } from 'vitest';
import { analyzePasted, checkPolicy } from '../check-trust-policy.ts';
import type { JsonObject } from '../json-values.ts';
import {
  allow,
  createContext,
  ID,
  OTHER_ID,
  policyOf,
  ROOT,
  requiring,
  VENDOR,
} from '../policies.fixture.ts';
import { isSafeReplacement } from './is-safe-replacement.ts';

const OTHER = '222233334444';
const context = createContext();
const check = (...statements: JsonObject[]) => checkPolicy(policyOf(...statements), context);
const codesOf = (checked: ReturnType<typeof check>) => checked.findings.map(({ code }) => code);
const statementsOf = (checked: ReturnType<typeof check>) => checked.suggestedPolicy.Statement as JsonObject[];
const forOthers = (changes: JsonObject = {}) => allow({ Principal: { AWS: OTHER }, ...changes });
const deny = (changes: JsonObject): JsonObject => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRole',
  ...changes,
});

describe('a suggestion is shown only if it is proven', () => {
  const before = policyOf(
    allow(),
    forOthers(),
    deny({ Principal: { AWS: `arn:aws:iam::${OTHER}:role/App` } }),
  );
  const analyze = (policy: JsonObject) => analyzePasted(policy, context);
  const prove = (...statements: JsonObject[]) =>
    isSafeReplacement(analyze(before), analyze(policyOf(...statements)));
  const right = allow(requiring());
  const [, kept = {}, denied = {}] = before.Statement as JsonObject[];

  test('one that keeps everything else is proven', () => expect(prove(right, kept, denied)).toBe(true));

  test.each<[string, JsonObject[]]>([
    ['somebody loses access', [right, denied]],
    ['a Deny is lost', [right, kept]],
    ['a stranger gains access', [right, kept, denied, allow({ Principal: '*', ...requiring(OTHER_ID) })]],
    [
      'another account gains access',
      [
        right,
        kept,
        denied,
        forOthers({ Principal: { AWS: `arn:aws:iam::${OTHER}:role/App2` }, Action: 'sts:TagSession' }),
      ],
    ],
    ['the vendor is denied', [kept, denied]],
    ['the external ID is not enforced', [right, kept, denied, allow()]],
    [
      'IAM would refuse a deleted principal',
      [right, forOthers({ Principal: { AWS: [OTHER, 'AROAEXAMPLEEXAMPLE123'] } }), denied],
    ],
    [
      'IAM would refuse another partition',
      [right, kept, denied, forOthers({ Principal: { AWS: `arn:aws-cn:iam::${OTHER}:root` } })],
    ],
  ])('not if %s', (_, statements) => expect(prove(...statements)).toBe(false));
});

describe('deleted principals', () => {
  test.each(['AROAEXAMPLEEXAMPLE123', 'AIDAEXAMPLEEXAMPLE123'])('beside others are removed: %s', (id) => {
    for (const effect of ['Allow', 'Deny']) {
      const checked = check(allow(requiring()), {
        ...forOthers({ Principal: { AWS: [id, OTHER] } }),
        Effect: effect,
      });
      expect([checked.verdict, codesOf(checked)]).toEqual(['safe', ['deleted_principal']]);
      expect(checked.findings[0]?.message).toMatch(/deleted.*Nobody is (allowed|denied).*refuses it/);
      expect(statementsOf(checked)[1]).toEqual({ ...forOthers(), Effect: effect });
    }
  });

  test('alone are left out, because the statement applies to nobody', () => {
    const checked = check(allow(requiring()), deny({ Principal: { AWS: 'AIDAEXAMPLEEXAMPLE123' } }));
    expect([checked.verdict, codesOf(checked)]).toEqual([
      'safe',
      ['deleted_principal', 'statement_left_out'],
    ]);
    expect(statementsOf(checked)).toEqual([allow(requiring())]);
  });

  test.each([
    ['AGPAEXAMPLEEXAMPLE123', 'a group'],
    ['AKIAEXAMPLEEXAMPLE123', 'an access key ID'],
  ])('are not other IDs, which IAM never accepts: %s', (id, label) => {
    const checked = check(allow(requiring()), forOthers({ Principal: { AWS: id } }));
    expect([checked.verdict, checked.findings[0]?.code]).toEqual(['invalid', 'principal_invalid']);
    expect(checked.findings[0]?.message).toContain(label);
  });
});

describe('NotPrincipal', () => {
  const held = { NotPrincipal: { AWS: [ROOT, `arn:aws:iam::${OTHER}:role/Ops`] } };

  test('in a Deny is rewritten, so that it still holds back everyone else', () => {
    const checked = check(allow(requiring()), forOthers(), {
      Effect: 'Deny',
      ...held,
      Action: 'sts:AssumeRole',
    });
    expect([checked.verdict, checked.suggestedChange]).toEqual(['invalid', 'replace_policy']);
    expect(statementsOf(checked)[2]).toEqual(
      deny({
        Condition: {
          StringNotEquals: {
            'aws:PrincipalAccount': VENDOR,
            'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/Ops`,
          },
        },
      }),
    );
  });

  test.each<[string, JsonObject]>([
    ['names services', { NotPrincipal: { Service: 'ec2.amazonaws.com' } }],
    [
      'has the same kind of condition already',
      { ...held, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } } },
    ],
  ])('in a Deny that %s cannot be rewritten, so that nothing is replaced', (_, changes) => {
    const checked = check(allow(), forOthers(), { Effect: 'Deny', Action: 'sts:AssumeRole', ...changes });
    expect(checked.suggestedChange).toBe('add_statement');
    expect(checked.findings[0]?.fix).toContain('everyone whom it should hold back gets in');
  });

  test('in an Allow is left out, because it trusts everyone else', () => {
    const checked = check(allow(requiring()), { Effect: 'Allow', ...held, Action: 'sts:AssumeRole' });
    expect([checked.verdict, checked.findings[0]?.code]).toEqual(['invalid', 'not_principal']);
    expect(statementsOf(checked)).toEqual([allow(requiring())]);
  });
});

describe('a statement for everyone that a condition narrows', () => {
  test.each([
    ['to roles of another account', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/*` } }],
    ['to an account', { StringEquals: { 'aws:PrincipalAccount': OTHER } }],
    ['to an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }],
  ])('%s is kept, and the statement for the vendor is added', (_, Condition) => {
    for (const idCondition of [{}, { StringLike: { 'sts:ExternalId': ID } }]) {
      const narrowed = allow({ Principal: '*', Condition: { ...Condition, ...idCondition } });
      const checked = check(narrowed);
      expect([checked.verdict, codesOf(checked)]).toEqual(['not_assumable', ['vendor_not_trusted']]);
      expect(statementsOf(checked)).toEqual([narrowed, allow(requiring())]);
    }
  });

  test('in a way that does not tell whose the caller is gets no fix that opens it', () => {
    for (const key of ['aws:PrincipalTag/team', 'aws:SourceIp', 'aws:PrincipalArn']) {
      const operator = key === 'aws:SourceIp' ? 'IpAddress' : 'StringLike';
      const value =
        { 'aws:SourceIp': '203.0.113.0/24', 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:role/old` }[key] ??
        'x';
      const checked = check(
        allow({
          Principal: '*',
          Condition: { [operator]: { [key]: value }, ...(requiring().Condition as object) },
        }),
      );
      for (const { fix } of checked.findings)
        expect(fix).not.toMatch(/^(Verify[^.]*\. [^.]*\. )?(If it fails, r|R)emove the condition/);
      expect(statementsOf(checked)).toEqual([allow(requiring())]);
    }
  });
});

test('what the customer has beyond the vendor is kept when its principals share a statement', () => {
  const shared = allow({ Principal: { AWS: [ROOT, OTHER], Service: 'ec2.amazonaws.com' } });
  expect(statementsOf(check(shared))).toEqual([
    { ...shared, Principal: { AWS: OTHER, Service: 'ec2.amazonaws.com' } },
    allow(requiring()),
  ]);
});

test('each condition that the suggested policy omits is reported, also those that only a verification can decide', () => {
  const conditions = {
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
  };
  const checked = check(allow({ Condition: { ...conditions, ...(requiring().Condition as object) } }));
  expect([checked.verdict, codesOf(checked)]).toEqual([
    'not_assumable',
    ['condition_not_met', 'condition_unknown'],
  ]);
  expect(statementsOf(checked)).toEqual([allow(requiring())]);
});

test('an identity of the vendor beside its account is redundant, not another account', () => {
  const checked = check(
    allow({ Principal: { AWS: [ROOT, `arn:aws:iam::${VENDOR}:role/app`] }, ...requiring() }),
  );
  expect([checked.verdict, codesOf(checked)]).toEqual(['safe', ['redundant_principal']]);
});

test('access that ends by itself is a warning, whether an Allow ends or a Deny begins', () => {
  const ends = {
    ...(requiring().Condition as object),
    DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
  };
  const begins = { DateGreaterThan: { 'aws:EpochTime': '1800000000' } };
  for (const checked of [
    check(allow({ Condition: ends })),
    check(allow(requiring()), deny({ Condition: begins })),
  ])
    expect([checked.verdict, codesOf(checked)]).toEqual(['safe', ['access_expires']]);
});

test('an Allow without a condition that only a Deny makes safe is mentioned', () => {
  const checked = check(allow(), deny({ Condition: { StringNotEquals: { 'sts:ExternalId': ID } } }));
  expect([checked.verdict, codesOf(checked)]).toEqual(['safe', ['external_id_by_deny']]);
});

test('a pattern of actions is described by what it allows', () => {
  const messageOf = (Action: unknown) => check(allow({ ...requiring(), Action })).findings[0]?.message;
  expect(messageOf('sts:AssumeRole*')).toContain('sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity');
  expect(messageOf('sts:AssumeRole*')).not.toContain('tag');
  expect(messageOf('sts:*')).toContain('sts:TagSession');
});

test.each([
  [ID.replaceAll('-', '\u2011'), 'U+2011'],
  [`\u200b${ID}`, 'U+200B'],
  [`${ID}\u00a0`, 'U+00A0'],
  [`\u201c${ID}\u201d`, 'U+201C'],
])('a character that looks like another one, or like nothing, is named: %j', (value, name) => {
  const [found] = check(allow(requiring(value))).findings;
  expect([found?.code, found?.message.includes(name)]).toEqual(['external_id_mistyped', true]);
});

test('every value to write is in the partition of the role', () => {
  const gov = createContext({ vendor: { ...context.vendor, partition: 'aws-us-gov' } });
  const caller = { ...gov.caller, partition: 'aws-us-gov' };
  for (const Principal of [
    { AWS: 'arn:aws:iam::1:root' },
    { AWS: OTHER },
    { Service: 'ec2.amazonaws.com' },
    undefined,
  ]) {
    const { findings } = checkPolicy(policyOf(allow({ Principal, ...requiring() })), { ...gov, caller });
    expect(findings.length).toBeGreaterThan(0);
    for (const { fix } of findings) expect(fix).not.toContain('arn:aws:');
  }
});

test('a Deny that may apply to an action of the session alone is reported, since it is changed', () => {
  const profile = createContext({ sessionActions: ['sts:TagSession', 'sts:SetSourceIdentity'] });
  const { Action: _, ...others } = deny({ NotAction: 'sts:Assume*' });
  const denied = { ...others, Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } };
  const checked = checkPolicy(policyOf(denied, allow(requiring())), profile);
  expect(checked.suggestedChange).toBe('replace_policy');
  expect(checked.findings.map(({ code, path }) => [code, path])).toContainEqual([
    'condition_unknown',
    'Statement[0].Condition.NotIpAddress["aws:SourceIp"]',
  ]);
});

describe('beside a right statement, one for an identity that may be the broker', () => {
  const maybe = (changes: JsonObject) =>
    allow({ Principal: { AWS: `arn:aws:iam::${VENDOR}:role/vendor/Broker` }, ...changes });

  test('is replaced if a negative probe sends its external ID', () => {
    const checked = check(allow(requiring()), maybe(requiring(ID.toUpperCase())));
    expect([checked.verdict, checked.suggestedChange]).toEqual(['undetermined', 'replace_policy']);
    expect(codesOf(checked)).toContain('other_external_id');
    expect(checkPolicy(checked.suggestedPolicy, context).verdict).toBe('safe');
  });

  test('decides nothing if it can never apply', () => {
    const never = maybe({ Condition: { ArnLike: { 'sts:ExternalId': ID } } });
    expect(check(allow(requiring()), never).verdict).toBe('safe');
  });

  test('does not count for an action that the session of the broker requires', () => {
    const actions = { sessionActions: ['sts:TagSession'], passedOnActions: ['sts:TagSession'] } as const;
    const profile = createContext(actions);
    const both = maybe({ Action: ['sts:AssumeRole', 'sts:TagSession'], ...requiring() });
    const checked = checkPolicy(policyOf(allow(requiring()), both), profile);
    expect([checked.verdict, checked.suggestedChange]).toEqual(['undetermined', 'replace_policy']);
    expect(codesOf(checked)).toContain('tag_session_missing');
    expect(checkPolicy(checked.suggestedPolicy, profile).verdict).toBe('safe');
  });
});
