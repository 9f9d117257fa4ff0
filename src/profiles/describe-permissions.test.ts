import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describePermissions } from './describe-permissions.ts';

const describeStatement = (statement: unknown, position: number): string[] =>
  describePermissions({
    managedPolicyArns: [],
    inlinePolicy: { Statement: [...Array(position - 1).fill({}), statement] },
  }).slice(position - 1);

const describeAllow = (Action: unknown, Resource: unknown = '*', more: object = {}) =>
  describeStatement({ Effect: 'Allow', Action, Resource, ...more }, 3);

describe('the lines of a statement', () => {
  test.each<[string, string[], string[]]>([
    ['all actions', describeAllow('*'), ['All AWS services: all actions on all resources']],
    [
      'all actions of one service',
      describeAllow('s3:*', 'arn:aws:s3:::b'),
      ['Amazon S3: s3:* on arn:aws:s3:::b'],
    ],
    [
      'several resources',
      describeAllow(['s3:ListBucket', 's3:GetObject'], ['arn:aws:s3:::a', 'arn:aws:s3:::b']),
      ['Amazon S3: s3:ListBucket, s3:GetObject on arn:aws:s3:::a, arn:aws:s3:::b'],
    ],
    [
      'several services',
      describeAllow(['ec2:Describe*', 'cloudwatch:PutMetricData', 'EC2:TerminateInstances']),
      [
        'Amazon EC2: ec2:Describe*, EC2:TerminateInstances on all resources',
        'Amazon CloudWatch: cloudwatch:PutMetricData on all resources',
      ],
    ],
    [
      'an unknown service',
      describeAllow('constructor:Frobnicate'),
      ['constructor: constructor:Frobnicate on all resources'],
    ],
    [
      'a Deny',
      describeStatement({ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }, 3),
      ['Denied: Amazon S3: s3:DeleteObject on all resources'],
    ],
    [
      'NotAction',
      describeStatement({ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }, 3),
      ['All AWS services: all actions except iam:*, sts:* on all resources'],
    ],
    [
      'NotResource',
      describeStatement({ Effect: 'Allow', Action: 'sqs:SendMessage', NotResource: 'arn:aws:sqs:*:*:x' }, 3),
      ['Amazon SQS: sqs:SendMessage on all resources except arn:aws:sqs:*:*:x'],
    ],
    [
      'conditions',
      describeAllow('logs:GetLogEvents', '*', {
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, Bool: { 'aws:SecureTransport': 'true' } },
      }),
      [
        'Amazon CloudWatch Logs: logs:GetLogEvents on all resources, under conditions on aws:SourceIp, aws:SecureTransport',
      ],
    ],
  ])('show %s', (_, lines, expected) => {
    expect(lines).toEqual(expected);
  });

  test.each<[string, object]>([
    ['no effect', { Action: 's3:*', Resource: '*' }],
    ['no action', { Effect: 'Allow', Resource: '*' }],
    ['an action that is not text', { Effect: 'Allow', Action: [1], Resource: '*' }],
    ['both Action and NotAction', { Effect: 'Allow', Action: 's3:*', NotAction: 'x', Resource: '*' }],
    ['both Resource and NotResource', { Effect: 'Allow', Action: 's3:*', Resource: '*', NotResource: 'x' }],
    ['a condition that is not an object', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: 'x' }],
  ])('refer to the policy for a statement with %s', (_, statement) => {
    expect(describeStatement(statement, 3)).toEqual([
      'Statement 3 of the inline policy: see the policy itself',
    ]);
  });

  test('contain every action and every resource as it is in the policy', () => {
    const service = fc.constantFrom('s3', 'ec2', 'newthing', 'constructor');
    const action = fc.tuple(service, fc.stringMatching(/^[A-Za-z*?]{1,12}$/)).map((parts) => parts.join(':'));
    const resource = fc.stringMatching(/^arn:aws:s3:::[a-z*/-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 1, maxLength: 30 }),
        fc.array(resource, { minLength: 1, maxLength: 30 }),
        (actions, resources) => {
          const lines = describeAllow(actions, resources);
          for (const action of actions) expect(lines.join('\n')).toContain(action);
          for (const line of lines) for (const resource of resources) expect(line).toContain(resource);
        },
      ),
    );
  });

  test('have no control or formatting characters, whatever a resource is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const line of describeAllow('s3:GetObject', `arn:aws:s3:::${text}`))
          expect(line).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      }),
    );
  });
});

test('managed policies are listed by name, with the account of those that AWS did not write', () => {
  const managedPolicyArns = [
    'arn:aws:iam::aws:policy/AdministratorAccess',
    'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
    'arn:aws:iam::111122223333:policy/AdministratorAccess',
  ];
  expect(describePermissions({ managedPolicyArns, inlinePolicy: null })).toEqual([
    'AWS managed policy AdministratorAccess',
    'AWS managed policy ViewOnlyAccess',
    'Managed policy AdministratorAccess of account 111122223333',
  ]);
});

test('a role without policies has no permissions', () => {
  expect(describePermissions({ managedPolicyArns: [], inlinePolicy: null })).toEqual(['No permissions']);
});

test('a single statement outside a list is described too', () => {
  const Statement = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: '*' };
  expect(describePermissions({ managedPolicyArns: [], inlinePolicy: { Statement } })).toEqual([
    'Amazon SQS: sqs:ReceiveMessage on all resources',
  ]);
});
