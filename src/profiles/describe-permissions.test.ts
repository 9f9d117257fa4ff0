import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describePermissions, describeStatement } from './describe-permissions.ts';

const say = (statement: object) => describeStatement(statement, 3);
const allow = (Action: unknown, Resource: unknown = '*', more: object = {}) =>
  say({ Effect: 'Allow', Action, Resource, ...more });

describe('a statement in words', () => {
  test.each<[string, string]>([
    [allow('*'), 'May do anything in every service, on every resource.'],
    [allow('s3:*', 'arn:aws:s3:::b'), 'May do anything in Amazon S3, only on arn:aws:s3:::b.'],
    [
      allow(['s3:ListBucket', 's3:GetBucketLocation'], ['arn:aws:s3:::a', 'arn:aws:s3:::b']),
      'May list (ListBucket) and read (GetBucketLocation) in Amazon S3, only on arn:aws:s3:::a and arn:aws:s3:::b.',
    ],
    [
      allow(['ec2:Describe*', 'ec2:TerminateInstances', 'cloudwatch:PutMetricData']),
      'May list (Describe*) and delete (TerminateInstances) in Amazon EC2 and create or change (PutMetricData) in CloudWatch, on every resource.',
    ],
    [allow('newthing:Frobnicate'), 'May use (Frobnicate) in the service "newthing", on every resource.'],
    [allow('s3:Get*'), 'May read (Get*) in Amazon S3 (including: the contents of files), on every resource.'],
    [
      say({ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }),
      'May not delete (DeleteObject) in Amazon S3, on any resource.',
    ],
    [
      say({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
      'May do anything in every service except: do anything in IAM (users, roles and their permissions), on every resource.',
    ],
    [
      say({ Effect: 'Allow', Action: 'sqs:SendMessage', NotResource: 'arn:aws:sqs:*:*:x' }),
      'May send (SendMessage) in Amazon SQS, on every resource except arn:aws:sqs:*:*:x.',
    ],
    [
      allow('logs:GetLogEvents', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      'May read (GetLogEvents) in CloudWatch Logs, on every resource, and only under conditions on aws:SourceIp.',
    ],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });

  test.each<[string, object]>([
    ['no effect', { Action: 's3:*', Resource: '*' }],
    ['no action', { Effect: 'Allow', Resource: '*' }],
    ['an action that is none', { Effect: 'Allow', Action: 'S3', Resource: '*' }],
    ['both kinds of resource', { Effect: 'Allow', Action: 's3:*', Resource: '*', NotResource: 'x' }],
    ['a strange condition', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: 'no' }],
  ])('with %s is not made up', (_, statement) => {
    expect(say(statement)).toBe(
      'Statement 3 of the inline policy cannot be put in words here; read it in the policy itself.',
    );
  });

  test('is never said only to read or list when it can mean more', () => {
    const pattern = fc.stringMatching(/^[A-Za-z*?]{1,12}$/);
    fc.assert(
      fc.property(pattern, (action) => {
        const said = allow(`newthing:${action}`);
        if (!/^May (list|read) \(/.test(said)) return;
        expect(action).toMatch(/^(List|Describe|Search|BatchGet|Get|Head|Query|Read|Scan|View|Lookup)/);
      }),
      { numRuns: 2000 },
    );
    for (const action of ['*', '?et*', 'G*', 'L?st*', 'getting']) {
      expect(allow(`newthing:${action}`), action).not.toMatch(/^May (list|read)/);
    }
  });

  test('names what it does not understand and hides no action: each stands in the sentence or in its count', () => {
    expect(allow(Array.from({ length: 9 }, (_, i) => `s3:GetX${i}`))).toContain('GetX4 and 4 more');
  });

  test('is one line that no name in it can rewrite', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(allow('s3:GetObject', `arn:aws:s3:::${text}`)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      }),
    );
  });
});

describe('managed policies', () => {
  const managed = (...managedPolicyArns: string[]) =>
    describePermissions({ managedPolicyArns, inlinePolicy: null });

  test('are named, those of AWS that tell too little in plain words', () => {
    expect(
      managed(
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
        'arn:aws:iam::aws:policy/constructor',
        'arn:aws:iam::111122223333:policy/AdministratorAccess',
      ),
    ).toEqual([
      'May do anything in every service, without limit (the managed policy AdministratorAccess of AWS).',
      'May list what there is in most services, without reading what is stored (the managed policy ViewOnlyAccess of AWS).',
      'May do what the managed policy constructor allows, which AWS wrote and may extend.',
      'May do what the managed policy AdministratorAccess of account 111122223333 allows.',
    ]);
  });

  test('none, and no inline policy, is said', () => {
    expect(managed()).toEqual(['Nothing: the role has no permissions.']);
  });
});

test('a policy with one statement outside a list is described too', () => {
  const Statement = { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: '*' };
  expect(describePermissions({ managedPolicyArns: [], inlinePolicy: { Statement } })).toEqual([
    'May use (ReceiveMessage) in Amazon SQS, on every resource.',
  ]);
});
