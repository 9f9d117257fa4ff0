import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateTrustPolicy } from './evaluate.ts';
import { parseTrustPolicy } from './parse.ts';
import { parseTrustPolicyText } from './policy-text.ts';
import { validateForCreation } from './validate-for-creation.ts';

const STATEMENT = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };

/** The paths of the problems of a policy whose one statement has these differences. */
function paths(more: Record<string, unknown>, policy: Record<string, unknown> = {}): string[] {
  const entries = Object.entries({ ...STATEMENT, ...more }).filter(([, value]) => value !== undefined);
  const parsed = parseTrustPolicy({ Statement: [Object.fromEntries(entries)], ...policy });
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
}

describe('parseTrustPolicy', () => {
  it.each([null, 'x', 7, [], undefined])('refuses %j for a document', (document) => {
    expect(parseTrustPolicy(document)).toMatchObject({ ok: false, problems: [{ path: '' }] });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown version', { Version: '2012-10-18' }, 'Version'],
    ['a version that is no text', { Version: null }, 'Version'],
    ['an unknown element', { version: '2012-10-17' }, ''],
    ['no statement', { Statement: undefined }, 'Statement'],
    ['an empty array of statements', { Statement: [] }, 'Statement'],
    ['a statement that is none', { Statement: ['x'] }, 'Statement[0]'],
  ])('refuses %s', (_, policy, path) => expect(paths({}, policy)).toEqual([path]));

  it.each<[string, Record<string, unknown>, string]>([
    ['an effect in lower case', { Effect: 'allow' }, 'Statement[0].Effect'],
    ['no effect', { Effect: undefined }, 'Statement[0].Effect'],
    ['a resource', { Resource: '*' }, 'Statement[0]'],
    ['an element in lower case', { condition: {} }, 'Statement[0]'],
    ['no principal', { Principal: undefined }, 'Statement[0]'],
    ['both principals', { NotPrincipal: '*' }, 'Statement[0]'],
    ['a principal that is bare text', { Principal: '111122223333' }, 'Statement[0].Principal'],
    ['an unknown type of principal', { Principal: { aws: '*' } }, 'Statement[0].Principal'],
    ['an account as a number', { Principal: { AWS: 111122223333 } }, 'Statement[0].Principal.AWS'],
    ['both actions', { NotAction: 'sts:*' }, 'Statement[0]'],
    ['no actions', { Action: [] }, 'Statement[0].Action'],
    ['an action without a vendor', { Action: ['sts:AssumeRole', 'AssumeRole'] }, 'Statement[0].Action[1]'],
    ['a condition that is none', { Condition: [] }, 'Statement[0].Condition'],
    ['an unknown operator', { Condition: { StringEqual: { 'a:b': 'c' } } }, 'Statement[0].Condition'],
    [
      'an unknown set prefix',
      { Condition: { 'ForSome:StringEquals': { 'a:b': 'c' } } },
      'Statement[0].Condition',
    ],
    [
      'IfExists twice',
      { Condition: { StringEqualsIfExistsIfExists: { 'a:b': 'c' } } },
      'Statement[0].Condition',
    ],
    ['IfExists on Null', { Condition: { NullIfExists: { 'a:b': 'true' } } }, 'Statement[0].Condition'],
    [
      'an operator with white space',
      { Condition: { ' StringEquals': { 'a:b': 'c' } } },
      'Statement[0].Condition',
    ],
    [
      "an operator named like an object's own",
      { Condition: { constructor: { 'a:b': 'c' } } },
      'Statement[0].Condition',
    ],
    [
      'a key without a vendor',
      { Condition: { StringEquals: { ExternalId: 'c' } } },
      'Statement[0].Condition.StringEquals',
    ],
    [
      'a value that is an object',
      { Condition: { StringEquals: { 'a:b': {} } } },
      'Statement[0].Condition.StringEquals.a:b',
    ],
    [
      'a value that is null',
      { Condition: { StringEquals: { 'a:b': ['c', null] } } },
      'Statement[0].Condition.StringEquals.a:b[1]',
    ],
    [
      'a number that JSON cannot carry',
      { Condition: { StringEquals: { 'a:b': 2 ** 60 } } },
      'Statement[0].Condition.StringEquals.a:b',
    ],
  ])('refuses %s', (_, statement, path) => expect(paths(statement)).toEqual([path]));

  it("reads nothing from an object's prototype", () => {
    expect(parseTrustPolicy({ Statement: Object.create(STATEMENT) }).ok).toBe(false);
  });

  it('lists no more than 20 problems', () => {
    const parsed = parseTrustPolicy({ Statement: Array.from({ length: 1000 }, () => 7) });
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(20);
  });

  it('answers to huge and to deep documents', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(paths({ Condition: { StringEquals: { 'a:b': deep } } })).toHaveLength(1);
    expect(paths({ Action: Array.from({ length: 100_000 }, () => 'sts:AssumeRole') })).toEqual(['']);
  });

  it('never throws, and what it takes can be evaluated', () => {
    const operator = fc.constantFrom(
      'StringEquals',
      'StringNotLike',
      'ArnLike',
      'NumericEquals',
      'DateLessThan',
      'IpAddress',
      'Bool',
      'Null',
      'BinaryEquals',
      'ForAllValues:StringLike',
      'ForAnyValue:ArnNotLikeIfExists',
    );
    const condition = fc.dictionary(
      operator,
      fc.dictionary(fc.constant('sts:ExternalId'), fc.oneof(fc.string(), fc.array(fc.jsonValue()))),
    );
    fc.assert(
      fc.property(fc.oneof(condition, fc.jsonValue()), fc.option(fc.string()), (Condition, externalId) => {
        const parsed = parseTrustPolicy({ Statement: { ...STATEMENT, Condition } });
        if (!parsed.ok) return;
        evaluateTrustPolicy(parsed.policy, {
          action: 'sts:AssumeRole',
          externalId,
          principal: {
            type: 'user',
            arn: 'arn:aws:iam::111122223333:user/a',
            accountId: '111122223333',
            partition: 'aws',
          },
        });
      }),
    );
  });
});

describe('parseTrustPolicyText', () => {
  it.each(['', '{', '{"Statement": undefined}', '{"a":1,}'])('refuses what is not JSON: %s', (text) => {
    expect(parseTrustPolicyText(text)).toMatchObject({ ok: false });
  });

  it('refuses a key that stands twice, also when it is written with escapes', () => {
    const statement = JSON.stringify(STATEMENT).slice(0, -1);
    for (const key of ['"Condition"', '"\\u0043ondition"']) {
      const text = `{"Statement": ${statement}, "Condition": {"StringEquals": {"sts:ExternalId": "a"}}, ${key}: {}}}`;
      expect(parseTrustPolicyText(text)).toMatchObject({
        ok: false,
        problems: [{ message: expect.stringContaining('twice') }],
      });
    }
  });

  it('takes one key in several objects, and text that looks like keys', () => {
    const statement = JSON.stringify({ ...STATEMENT, Sid: '"Sid":"Sid":' });
    expect(parseTrustPolicyText(`{"Statement": [${statement}, ${statement}]}`).ok).toBe(true);
  });

  it('finds every repeated key and no other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseTrustPolicyText(JSON.stringify({ Statement: value }));
        expect(parsed.ok ? '' : (parsed.problems[0]?.message ?? '')).not.toContain('twice');
      }),
    );
  });
});

describe('validateForCreation', () => {
  function refused(more: Record<string, unknown>): string[] {
    const entries = Object.entries({ ...STATEMENT, ...more }).filter(([, value]) => value !== undefined);
    const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: [Object.fromEntries(entries)] });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return validateForCreation(parsed.policy).map(({ path }) => path);
  }

  it.each<[string, Record<string, unknown>, string]>([
    [
      'NotPrincipal',
      { Principal: undefined, NotPrincipal: { AWS: '111122223333' } },
      'Statement[0].NotPrincipal',
    ],
    [
      'a wildcard inside of an ARN',
      { Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } },
      'Statement[0].Principal.AWS',
    ],
    [
      'a wildcard for an account',
      { Principal: { AWS: ['*', 'arn:aws:iam::*:root'] } },
      'Statement[0].Principal.AWS[1]',
    ],
    ['an account of eleven digits', { Principal: { AWS: '11112222333' } }, 'Statement[0].Principal.AWS'],
    ['a group', { Principal: { AWS: 'arn:aws:iam::111122223333:group/a' } }, 'Statement[0].Principal.AWS'],
    ['a service that is every one', { Principal: { Service: '*' } }, 'Statement[0].Principal.Service'],
    ['a canonical user', { Principal: { CanonicalUser: 'abc' } }, 'Statement[0].Principal.CanonicalUser'],
    ['an action of another vendor', { Action: ['sts:AssumeRole', 's3:GetObject'] }, 'Statement[0].Action'],
    ['a Sid with a space', { Sid: 'a b' }, 'Statement[0].Sid'],
    [
      'more than 4,096 characters',
      { Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(4096) } } },
      '',
    ],
  ])('refuses %s', (_, statement, path) => expect(refused(statement)).toEqual([path]));

  it('does not count white space', () => {
    expect(refused({ Condition: { StringEquals: { 'sts:ExternalId': ' '.repeat(4096) } } })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['everyone', { Principal: '*' }],
    [
      'services and providers',
      { Principal: { Service: ['ec2.amazonaws.com'], Federated: 'accounts.google.com' } },
    ],
    [
      'roles, sessions and users',
      {
        Principal: {
          AWS: [
            'arn:aws-cn:iam::111122223333:role/a/b',
            'arn:aws:sts::111122223333:assumed-role/a/b',
            'arn:aws:iam::111122223333:user/a',
          ],
        },
      },
    ],
    ['every action', { Action: ['*', 'sts:*', 'STS:TagSession'] }],
  ])('takes %s', (_, statement) => expect(refused(statement)).toEqual([]));
});
