import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPolicyErrors } from './policy-document.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' };
const findErrorPaths = (policy: unknown) => findPolicyErrors(policy, 'p').map(({ path }) => path);
const policyOf = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements });

test.each([
  ['a single statement', { Statement: statement }],
  [
    'lists',
    policyOf({ ...statement, Action: ['s3:Get*', 'ec2:Describe?'], Resource: ['*', 'arn:*:s3:::b'] }),
  ],
  [
    'NotAction and NotResource',
    policyOf({ Sid: 'A1', Effect: 'Deny', NotAction: 'iam:*', NotResource: '*' }),
  ],
  [
    'conditions, one of them on sts:ExternalId',
    policyOf({
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
    'a policy variable',
    policyOf({ ...statement, Resource: `arn:aws:s3:::home/\${aws:PrincipalTag/countersign:tenant}/*` }),
  ],
])('accepts a policy with %s', (_, policy) => {
  expect(findPolicyErrors(policy, 'p')).toEqual([]);
});

describe('rejects, and names by path, a policy', () => {
  test.each<[string, unknown, string]>([
    ['that is not an object', [], 'p'],
    ['without a statement', {}, 'p.Statement'],
    ['with an empty list of statements', policyOf(), 'p.Statement'],
    ['of an unknown version', { Version: '2013-01-01', Statement: statement }, 'p.Version'],
    ['with an unknown element', { ...policyOf(statement), externalId: 'x' }, 'p.externalId'],
    ['with a principal', policyOf({ ...statement, Principal: '*' }), 'p.Statement[0].Principal'],
    ['without an effect', policyOf({ ...statement, Effect: undefined }), 'p.Statement[0].Effect'],
    ['with both Action and NotAction', policyOf({ ...statement, NotAction: 'a:b' }), 'p.Statement[0]'],
    ['without a resource', policyOf({ ...statement, Resource: undefined }), 'p.Statement[0]'],
    [
      'with an action without a service',
      policyOf({ ...statement, Action: 'GetObject' }),
      'p.Statement[0].Action',
    ],
    ['with an action that is not text', policyOf({ ...statement, Action: [1] }), 'p.Statement[0].Action'],
    [
      'with a resource that is not an ARN',
      policyOf({ ...statement, Resource: 'bucket' }),
      'p.Statement[0].Resource',
    ],
    ['with an empty list of resources', policyOf({ ...statement, Resource: [] }), 'p.Statement[0].Resource'],
    ['with a space in a Sid', policyOf({ ...statement, Sid: 'a b' }), 'p.Statement[0].Sid'],
    ['with a duplicate Sid', policyOf({ ...statement, Sid: 'a' }, { ...statement, Sid: 'a' }), 'p.Statement'],
    [
      'with an unknown operator',
      policyOf({ ...statement, Condition: { Equals: { 'aws:x': 1 } } }),
      'p.Statement[0].Condition.Equals',
    ],
    [
      'with a key that CloudFormation would evaluate',
      policyOf({ ...statement, Condition: { StringEquals: { 'Fn::Sub': 'x' } } }),
      'p.Statement[0].Condition.StringEquals.Fn::Sub',
    ],
    [
      'with a reference that CloudFormation would resolve',
      policyOf({ ...statement, Condition: { StringEquals: { Ref: 'x' } } }),
      'p.Statement[0].Condition.StringEquals.Ref',
    ],
    ['with a dynamic reference', policyOf({ ...statement, Resource: 'arn:aws:s3:::{{resolve:ssm:x}}' }), 'p'],
    [
      'with a condition value that is an object',
      policyOf({ ...statement, Condition: { StringEquals: { 'aws:x': {} } } }),
      'p.Statement[0].Condition.StringEquals.aws:x',
    ],
  ])('%s', (_, policy, path) => {
    expect(findErrorPaths(policy)).toContain(path);
  });
});

test('never throws, and returns at most 20 errors, for any input', () => {
  fc.assert(
    fc.property(fc.anything(), (policy) => {
      expect(findPolicyErrors(JSON.parse(JSON.stringify(policy ?? null) ?? 'null'), 'p').length).toBeLessThan(
        21,
      );
    }),
  );
});
