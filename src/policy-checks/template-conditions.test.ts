import { describe, expect, test } from 'vitest';
import { checkPolicy } from './check-trust-policy.ts';
import { allow, createContext, ID, policyOf, ROOT, requiring } from './policies.fixture.ts';

const OMITTED = { Ref: 'AWS::NoValue' };
const choose = (name: string, value: unknown, other: unknown) => ({ 'Fn::If': [name, value, other] });
const { Condition } = requiring();
const service = allow({ Principal: { Service: 'ec2.amazonaws.com' } });
const sourceAccount = { StringEquals: { 'aws:SourceAccount': '111122223333' } };

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const resultOf = (pasted: unknown) => {
  const { verdict, suggestedChange, findings } = check(pasted);
  return [verdict, suggestedChange, findings.map(({ code, severity }) => `${severity} ${code}`)];
};
const caseOf = (pasted: unknown) =>
  check(pasted).findings.find(({ code }) => code === 'template_condition')?.message;

describe('a policy that is open in one case of a condition is unsafe, and the finding names the case', () => {
  const right = allow(requiring());
  test.each<[string, unknown, string, string]>([
    [
      'a Condition that is left out',
      policyOf(allow({ Condition: choose('HasId', Condition, OMITTED) }), service),
      'If "HasId" is false,',
      'replace_policy',
    ],
    [
      'a Condition that is left out if the condition is true',
      policyOf(allow({ Condition: choose('IsTest', OMITTED, Condition) })),
      'If "IsTest" is true,',
      'replace_policy',
    ],
    [
      'a value',
      policyOf(allow({ Condition: { StringLike: { 'sts:ExternalId': choose('HasId', ID, '*') } } })),
      'If "HasId" is false,',
      'replace_policy',
    ],
    [
      'a statement',
      policyOf(choose('IsTest', allow(), OMITTED), right),
      'If "IsTest" is true,',
      'add_statement',
    ],
    [
      'all statements',
      { Version: '2012-10-17', Statement: choose('IsTest', [allow()], [right]) },
      'If "IsTest" is true,',
      'add_statement',
    ],
    [
      'the policy',
      { AssumeRolePolicyDocument: choose('HasId', policyOf(right), policyOf(allow())) },
      'If "HasId" is false,',
      'add_statement',
    ],
    [
      'a principal',
      policyOf(
        allow({ ...requiring(), Principal: { AWS: choose('IsTest', '111122223333', ROOT) } }),
        allow({ Principal: { AWS: choose('IsTest', ROOT, '111122223333') } }),
      ),
      'If "IsTest" is true,',
      'add_statement',
    ],
    [
      'a part of a text',
      policyOf(
        allow({
          Condition: {
            StringLike: { 'sts:ExternalId': { 'Fn::Join': ['', [choose('HasId', ID, '*'), OMITTED]] } },
          },
        }),
      ),
      'If "HasId" is false,',
      'replace_policy',
    ],
    [
      'two conditions, of which the second is needed only in one case of the first',
      policyOf(allow({ Condition: choose('A', Condition, choose('B', Condition, OMITTED)) })),
      'If "A" is false and "B" is false,',
      'replace_policy',
    ],
    [
      'a condition beside another one that decides nothing',
      policyOf(
        allow({ Condition: choose('A', Condition, OMITTED) }),
        allow({ Principal: service.Principal, Condition: choose('B', sourceAccount, OMITTED) }),
      ),
      'If "A" is false,',
      'add_statement',
    ],
  ])('%s', (_, pasted, expected, change) => {
    const [verdict, suggestedChange, findings] = resultOf(pasted);
    expect([verdict, suggestedChange]).toEqual(['unsafe', change]);
    expect(findings?.[0]).toBe('error template_condition');
    expect(caseOf(pasted)).toContain(`${expected} the role can be assumed without your external ID`);
  });

  test('in the short form of YAML, with the line of the statement', () => {
    const { verdict, findings } = check(
      `Version: 2012-10-17\nStatement:\n  - Effect: Allow\n    Principal: {AWS: '${ROOT}'}\n    Action: sts:AssumeRole\n    Condition: !If [HasId, {StringEquals: {sts:ExternalId: ${ID}}}, !Ref AWS::NoValue]\n`,
    );
    expect(verdict).toBe('unsafe');
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ['template_condition', undefined],
      ['external_id_not_demanded', 3],
    ]);
  });

  test('and a line is never that of another statement', () => {
    const policy = policyOf(choose('IsTest', service, OMITTED), allow());
    const [found] = check(JSON.stringify(policy, null, 2)).findings;
    expect([found?.code, found?.line]).toEqual(['external_id_not_demanded', undefined]);
  });
});

describe('a policy is safe if it is in every case', () => {
  test.each([
    [
      'of its Condition',
      policyOf(allow({ Condition: choose('A', Condition, { StringLike: { 'sts:ExternalId': ID } }) })),
    ],
    [
      'of a statement for others',
      policyOf(allow(requiring()), { ...service, Condition: choose('A', sourceAccount, OMITTED) }),
    ],
    ['of whether there is another statement', policyOf(choose('A', service, OMITTED), allow(requiring()))],
  ])('%s', (_, pasted) => {
    expect(resultOf(pasted)).toEqual(['safe', 'none', []]);
  });
});

test('a case that denies the vendor is a warning beside one that allows it', () => {
  const pasted = policyOf(
    allow({ ...requiring(), Principal: { AWS: choose('IsProduction', ROOT, '111122223333') } }),
  );
  expect(resultOf(pasted)).toEqual(['undetermined', 'none', ['warning template_condition']]);
  expect(caseOf(pasted)).toBe('If "IsProduction" is false, Vendor cannot assume the role.');
});

test('a case that trusts everyone is named, although the probes do not see it', () => {
  const pasted = policyOf(allow({ ...requiring(), Principal: { AWS: choose('IsTest', '*', ROOT) } }));
  expect(resultOf(pasted)[2]).toEqual(['error template_condition', 'error wildcard_principal']);
  expect(caseOf(pasted)).toContain('If "IsTest" is true, the policy has errors');
});

test('what others are allowed in one case only is not replaced by another case', () => {
  const shared = { AWS: [ROOT, '111122223333'] };
  const pasted = policyOf(allow({ Principal: shared, Condition: choose('A', Condition, OMITTED) }));
  expect(resultOf(pasted).slice(0, 2)).toEqual(['unsafe', 'add_statement']);
});

test('more cases than are tried are never safe', () => {
  const others = ['B', 'C', 'D'].map((name) => ({
    ...service,
    Condition: choose(name, sourceAccount, OMITTED),
  }));
  const pasted = policyOf(allow({ Condition: choose('A', Condition, OMITTED) }), ...others);
  expect(resultOf(pasted)).toEqual([
    'undetermined',
    'add_statement',
    ['warning template_conditions_untested'],
  ]);
});
