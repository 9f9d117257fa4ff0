import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateTrustPolicy } from '../evaluate.ts';
import { parseTrustPolicy } from './parse.ts';
import { parseTrustPolicyText } from './parse-text.ts';

const STATEMENT = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };

/** The paths of the problems in a policy whose only statement has these changes; `undefined` removes an element. */
function problemPaths(changes: Record<string, unknown>, policy: Record<string, unknown> = {}): string[] {
  const entries = Object.entries({ ...STATEMENT, ...changes }).filter(([, value]) => value !== undefined);
  const parsed = parseTrustPolicy({ Statement: [Object.fromEntries(entries)], ...policy });
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
}

describe('parseTrustPolicy', () => {
  it.each([null, 'x', 7, [], undefined])('rejects the document %j', (document) => {
    expect(parseTrustPolicy(document)).toMatchObject({ ok: false, problems: [{ path: '' }] });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown version', { Version: '2012-10-18' }, 'Version'],
    ['a version that is not a string', { Version: null }, 'Version'],
    ['an unknown element', { version: '2012-10-17' }, ''],
    ['no statement', { Statement: undefined }, 'Statement'],
    ['an empty array of statements', { Statement: [] }, 'Statement'],
    ['a statement that is not an object', { Statement: ['x'] }, 'Statement[0]'],
  ])('rejects %s', (_, policy, path) => expect(problemPaths({}, policy)).toEqual([path]));

  it.each<[string, Record<string, unknown>, string]>([
    ['an effect in lower case', { Effect: 'allow' }, 'Statement[0].Effect'],
    ['no effect', { Effect: undefined }, 'Statement[0].Effect'],
    ['a resource', { Resource: '*' }, 'Statement[0]'],
    ['an element in lower case', { condition: {} }, 'Statement[0]'],
    ['no principal', { Principal: undefined }, 'Statement[0]'],
    ['both Principal and NotPrincipal', { NotPrincipal: '*' }, 'Statement[0]'],
    ['a principal that is a bare string', { Principal: '111122223333' }, 'Statement[0].Principal'],
    ['an unknown type of principal', { Principal: { aws: '*' } }, 'Statement[0].Principal'],
    ['an account ID as a number', { Principal: { AWS: 111122223333 } }, 'Statement[0].Principal.AWS'],
    ['both Action and NotAction', { NotAction: 'sts:*' }, 'Statement[0]'],
    ['no actions', { Action: [] }, 'Statement[0].Action'],
    [
      'an action without a service prefix',
      { Action: ['sts:AssumeRole', 'AssumeRole'] },
      'Statement[0].Action[1]',
    ],
    ['a condition that is not an object', { Condition: [] }, 'Statement[0].Condition'],
    ['an unknown operator', { Condition: { StringEqual: { 'a:b': 'c' } } }, 'Statement[0].Condition'],
    [
      'an unknown set operator',
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
      'an operator named constructor',
      { Condition: { constructor: { 'a:b': 'c' } } },
      'Statement[0].Condition',
    ],
    [
      'a condition key without a service prefix',
      { Condition: { StringEquals: { ExternalId: 'c' } } },
      'Statement[0].Condition.StringEquals',
    ],
    [
      'a condition value that is an object',
      { Condition: { StringEquals: { 'a:b': {} } } },
      'Statement[0].Condition.StringEquals.a:b',
    ],
    [
      'a condition value that is null',
      { Condition: { StringEquals: { 'a:b': ['c', null] } } },
      'Statement[0].Condition.StringEquals.a:b[1]',
    ],
    [
      'an integer that JSON.parse rounds',
      { Condition: { StringEquals: { 'a:b': 2 ** 60 } } },
      'Statement[0].Condition.StringEquals.a:b',
    ],
  ])('rejects %s', (_, statement, path) => expect(problemPaths(statement)).toEqual([path]));

  it("ignores properties of an object's prototype", () => {
    expect(parseTrustPolicy({ Statement: Object.create(STATEMENT) }).ok).toBe(false);
  });

  it('lists at most 20 problems', () => {
    const parsed = parseTrustPolicy({ Statement: Array.from({ length: 1000 }, () => 7) });
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(20);
  });

  it('rejects huge and deeply nested documents', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(problemPaths({ Condition: { StringEquals: { 'a:b': deep } } })).toHaveLength(1);
    expect(problemPaths({ Action: Array.from({ length: 100_000 }, () => 'sts:AssumeRole') })).toEqual(['']);
  });

  it('never throws, and returns policies that can be evaluated', () => {
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
  it.each(['', '{', '{"Statement": undefined}', '{"a":1,}'])('rejects text that is not JSON: %s', (text) => {
    expect(parseTrustPolicyText(text)).toMatchObject({ ok: false });
  });

  it('rejects a duplicate key, even one that is hidden by JSON escapes', () => {
    const statement = JSON.stringify(STATEMENT).slice(0, -1);
    for (const key of ['"Condition"', '"\\u0043ondition"']) {
      const text = `{"Statement": ${statement}, "Condition": {"StringEquals": {"sts:ExternalId": "a"}}, ${key}: {}}}`;
      expect(parseTrustPolicyText(text)).toMatchObject({
        ok: false,
        problems: [{ message: expect.stringContaining('twice') }],
      });
    }
  });

  it('accepts the same key in several objects, and strings that look like keys', () => {
    const statement = JSON.stringify({ ...STATEMENT, Sid: '"Sid":"Sid":' });
    expect(parseTrustPolicyText(`{"Statement": [${statement}, ${statement}]}`).ok).toBe(true);
  });

  it('reports no duplicate key in a document without one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseTrustPolicyText(JSON.stringify({ Statement: value }));
        expect(parsed.ok ? '' : (parsed.problems[0]?.message ?? '')).not.toContain('twice');
      }),
    );
  });
});
