import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import type { JsonObject } from '../json-values.ts';
import {
  allow,
  condition,
  createContext,
  ID,
  policyOf,
  ROOT,
  requiring,
  VENDOR,
} from '../policies.fixture.ts';

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const suggestedFor = (...statements: JsonObject[]) =>
  check(policyOf(...statements)).suggestedPolicy.Statement;

const other = allow({ Principal: { AWS: '222233334444' } });
const permissions = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const twice = `{"Version": "2012-10-17", "Statement": [${JSON.stringify(other)}], "Statement": [${JSON.stringify(allow())}]}`;

const twoPrincipals = JSON.stringify(policyOf(allow())).replace('"AWS":', '"AWS":"222233334444","AWS":');

describe('what may be only a part of what the role has gets only the statement to add', () => {
  test.each<[string, unknown]>([
    ['a permissions policy', policyOf(permissions)],
    ['a permissions policy with a statement for the vendor', policyOf(permissions, allow())],
    ['one statement', allow()],
    ['a list of statements', [allow(), other]],
    ['a policy with two lists of statements', twice],
    ['a statement with two principals of the same type', twoPrincipals],
  ])('%s', (_, pasted) => {
    const { suggestedChange, suggestedPolicy } = check(pasted);
    expect(suggestedChange).toBe('add_statement');
    expect(suggestedPolicy).toEqual(policyOf(allow(requiring())));
  });
});

describe("the vendor's statement keeps what nothing is wrong with", () => {
  test('the actions for session attributes, which another access profile may need', () => {
    for (const action of ['sts:TagSession', 'sts:SetSourceIdentity']) {
      const Action = ['sts:AssumeRole', action];
      expect(suggestedFor(allow({ Action }))).toEqual([allow({ Action, ...requiring() })]);
    }
    expect(suggestedFor(allow({ Action: ['sts:AssumeRole', 'sts:SetContext'] }))).toEqual([
      allow(requiring()),
    ]);
  });

  test('everything but a deleted principal', () => {
    const right = allow({ Action: ['sts:AssumeRole', 'sts:SetContext'], ...requiring() });
    const statement = { ...right, Principal: { AWS: ['AIDAEXAMPLEEXAMPLE123', ROOT] } };
    expect(suggestedFor(statement)).toEqual([{ ...right, Principal: { AWS: ROOT } }]);
  });
});

test('a single statement that is not in a list is replaced like one in a list', () => {
  const { suggestedChange, suggestedPolicy } = check({ Version: '2012-10-17', Statement: allow() });
  expect([suggestedChange, suggestedPolicy.Statement]).toEqual(['replace_policy', allow(requiring())]);
});

describe('of a statement for everyone that its conditions narrow, others keep what they have', () => {
  const both = { StringEquals: { 'aws:PrincipalAccount': [VENDOR, '222233334444'] } };
  const exemption = { StringNotEquals: { 'aws:PrincipalAccount': VENDOR } };
  const forEveryone = (Condition: JsonObject) => allow({ Principal: '*', Condition });

  test.each<[string, JsonObject]>([
    ['to the vendor and another account', both],
    [
      'also to one role of the other',
      { ...both, ...(condition('StringLike', 'AROAEXAMPLE:*', 'aws:userid').Condition as object) },
    ],
  ])('%s', (_, Condition) =>
    expect(suggestedFor(forEveryone(Condition))).toEqual([
      forEveryone({ ...Condition, ...exemption }),
      allow(requiring()),
    ]),
  );

  test('to an organization without the vendor', () => {
    const organization = forEveryone({
      StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' },
      ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${VENDOR}:role/*` },
    });
    expect(suggestedFor(organization)).toEqual([organization, allow(requiring())]);
  });
});

test('a Deny that exempts the vendor is no reason not to replace a statement that has an error', () => {
  const deny = {
    ...allow({ Principal: '*' }),
    Effect: 'Deny',
    ...condition('StringNotEquals', 'red', 'aws:PrincipalTag/team'),
  };
  const typo = allow({ Principal: { AWS: '999988887778' }, ...requiring() });
  const exempted = { StringNotEquals: { 'aws:PrincipalTag/team': 'red', 'aws:PrincipalAccount': VENDOR } };
  expect(suggestedFor(deny, typo)).toEqual([{ ...deny, Condition: exempted }, allow(requiring(ID))]);
});
