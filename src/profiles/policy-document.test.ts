import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPolicyErrors } from './policy-document.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' };
const paths = (policy: unknown) => findPolicyErrors(policy, 'p').map(({ path }) => path);
const of = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements });

test.each([
  ['a statement alone', { Statement: statement }],
  ['lists', of({ ...statement, Action: ['s3:Get*', 'ec2:Describe?'], Resource: ['*', 'arn:*:s3:::b'] })],
  ['everything but', of({ Sid: 'A1', Effect: 'Deny', NotAction: 'iam:*', NotResource: '*' })],
  [
    'conditions, sts:ExternalId among them',
    of({
      ...statement,
      Condition: {
        'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a', 'b'] },
        Bool: { 'aws:SecureTransport': true },
        NumericLessThan: { 's3:max-keys': 10 },
        StringEquals: { 'sts:ExternalId': 'x', 'aws:ResourceTag/My Key': 'v' },
        Null: { 'aws:SourceVpc': 'false' },
      },
    }),
  ],
  [
    'a variable',
    of({ ...statement, Resource: `arn:aws:s3:::home/\${aws:PrincipalTag/countersign:tenant}/*` }),
  ],
])('a policy with %s passes', (_, policy) => {
  expect(findPolicyErrors(policy, 'p')).toEqual([]);
});

describe('a policy is refused, by path, with', () => {
  test.each<[string, unknown, string]>([
    ['no object', [], 'p'],
    ['no statement', {}, 'p.Statement'],
    ['an empty list', of(), 'p.Statement'],
    ['another version', { Version: '2013-01-01', Statement: statement }, 'p.Version'],
    ['an unknown element', { ...of(statement), externalId: 'x' }, 'p.externalId'],
    ['a principal', of({ ...statement, Principal: '*' }), 'p.Statement[0].Principal'],
    ['no effect', of({ ...statement, Effect: undefined }), 'p.Statement[0].Effect'],
    ['both Action and NotAction', of({ ...statement, NotAction: 'a:b' }), 'p.Statement[0]'],
    ['no resource', of({ ...statement, Resource: undefined }), 'p.Statement[0]'],
    ['an action without a service', of({ ...statement, Action: 'GetObject' }), 'p.Statement[0].Action'],
    ['an action of no text', of({ ...statement, Action: [1] }), 'p.Statement[0].Action'],
    ['a resource that is no ARN', of({ ...statement, Resource: 'bucket' }), 'p.Statement[0].Resource'],
    ['an empty list of resources', of({ ...statement, Resource: [] }), 'p.Statement[0].Resource'],
    ['a Sid with a space', of({ ...statement, Sid: 'a b' }), 'p.Statement[0].Sid'],
    ['one Sid twice', of({ ...statement, Sid: 'a' }, { ...statement, Sid: 'a' }), 'p.Statement'],
    [
      'an unknown operator',
      of({ ...statement, Condition: { Equals: { 'aws:x': 1 } } }),
      'p.Statement[0].Condition.Equals',
    ],
    [
      'a key that CloudFormation would run',
      of({ ...statement, Condition: { StringEquals: { 'Fn::Sub': 'x' } } }),
      'p.Statement[0].Condition.StringEquals.Fn::Sub',
    ],
    [
      'a reference that CloudFormation would follow',
      of({ ...statement, Condition: { StringEquals: { Ref: 'x' } } }),
      'p.Statement[0].Condition.StringEquals.Ref',
    ],
    ['a dynamic reference', of({ ...statement, Resource: 'arn:aws:s3:::{{resolve:ssm:x}}' }), 'p'],
    [
      'a value of no scalar',
      of({ ...statement, Condition: { StringEquals: { 'aws:x': {} } } }),
      'p.Statement[0].Condition.StringEquals.aws:x',
    ],
  ])('%s', (_, policy, path) => {
    expect(paths(policy)).toContain(path);
  });
});

test('anything at all is answered, never thrown, and with few problems', () => {
  fc.assert(
    fc.property(fc.anything(), (policy) => {
      expect(findPolicyErrors(JSON.parse(JSON.stringify(policy ?? null) ?? 'null'), 'p').length).toBeLessThan(
        21,
      );
    }),
  );
});
