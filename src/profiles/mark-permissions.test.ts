import { expect, test } from 'vitest';
import { formatMessage } from '../lib/message.ts';
import { markPermissions } from './mark-permissions.ts';
import { PERMISSION_TEXTS } from './permission-texts.ts';

const marksOf = (Statement: unknown) =>
  markPermissions({ managedPolicyArns: [], inlinePolicy: { Statement } }).map(
    ({ access, message }) => `${access} ${formatMessage(PERMISSION_TEXTS, message)}`,
  );
const allow = (Action: unknown, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });

test.each<[string, string]>([
  ['s3:GetObject', 'read'],
  ['EC2:describe*', 'read'],
  ['dynamodb:BatchGetItem', 'read'],
  ['s3:PutObject', 'change'],
  ['s3:*', 'change'],
  ['*', 'change'],
  ['s3:G*', 'change'],
  ['kms:Decrypt', 'change'],
  ['sts:AssumeRole', 'change'],
])('the action %s is marked as %s', (action, access) => {
  expect(marksOf(allow(action))[0]).toMatch(new RegExp(`^${access} `));
});

test('actions of one statement are told apart', () => {
  expect(marksOf([allow(['s3:GetObject', 's3:PutObject', 's3:ListBucket'])])).toEqual([
    'read Amazon S3: s3:GetObject, s3:ListBucket on all resources',
    'change Amazon S3: s3:PutObject on all resources',
  ]);
});

test('what is denied, and what cannot be understood, is never marked as reading', () => {
  expect(marksOf({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' })).toEqual([
    'denied Amazon S3: s3:GetObject on all resources',
  ]);
  expect(marksOf({ Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' })[0]).toMatch(/^change /);
  for (const broken of [null, 'text', { Effect: 'Allow' }, allow(7), allow([])])
    expect(marksOf([broken])[0]).toMatch(/^change Statement 1 /);
});

test('managed policies are marked by their names, if they are those of AWS', () => {
  const accessOf = (arn: string) =>
    markPermissions({ managedPolicyArns: [arn], inlinePolicy: null })[0]?.access;
  expect(accessOf('arn:aws:iam::aws:policy/SecurityAudit')).toBe('read');
  expect(accessOf('arn:aws-us-gov:iam::aws:policy/job-function/ViewOnlyAccess')).toBe('read');
  expect(accessOf('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess')).toBe('read');
  expect(accessOf('arn:aws:iam::aws:policy/AdministratorAccess')).toBe('change');
  expect(accessOf('arn:aws:iam::aws:policy/AmazonS3FullAccess')).toBe('change');
  expect(accessOf('arn:aws:iam::aws:policy/job-function/Billing')).toBe('policy');
  expect(accessOf('arn:aws:iam::111111111111:policy/ReadOnlyAccess')).toBe('policy');
});
