import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRoleArn } from '../aws/arn.ts';
import { Problem } from '../http/problem.ts';
import { parseRoleInput, validateRoleArn } from './role-input.ts';

const CONTEXT = {
  vendor: { vendorName: 'Example', partitions: ['aws', 'aws-us-gov'], ownAccountIds: ['999988887777'] },
  partition: 'aws',
  role: { name: 'CountersignAccess', path: '/vendors/' },
};

test('returns a role that may be registered, or a message that says why not, for any input', () => {
  const piece = fc.constantFrom(
    'arn:',
    'aws',
    ':',
    'iam',
    'sts',
    '::',
    '111111111111',
    '999988887777',
    'role/',
    'user/',
    'X',
    ' ',
    '"',
    '/',
    '-',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 }), (pieces) => {
      try {
        const arn = parseRoleArn(parseRoleInput(pieces.join(''), CONTEXT));
        expect(['aws', 'aws-us-gov']).toContain(arn?.partition);
        expect(arn?.accountId).not.toBe('999988887777');
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        expect((error as Problem).detail).toMatch(/\.$/);
        expect((error as Problem).detail).not.toContain('see errors');
      }
    }),
    { numRuns: 3000 },
  );
});

test('an account ID stands for the role of the setup kit, with its path', () => {
  for (const typed of ['111111111111', ' 1111-1111-1111\n', '1111 1111 1111'])
    expect(parseRoleInput(typed, CONTEXT)).toBe('arn:aws:iam::111111111111:role/vendors/CountersignAccess');
  expect(() => parseRoleInput('999988887777', CONTEXT)).toThrow('in an AWS account of Example');
});

test.each([
  ['arn:aws:iam::111111111111:role/w\u00efth', 'cannot contain "\u00ef"'],
  ['arn:aws:iam::111111111111:role/a/*', 'cannot contain "*"'],
  [`arn:aws:iam::111111111111:role/${'x'.repeat(65)}`, 'at most 64 characters; this one has 65'],
  [`arn:aws:iam::111111111111:role/${'p/'.repeat(300)}x`, 'not a valid role ARN'],
  ['arn:aws:iam::1111-1111-1111:role/X', '12 digits; "1111-1111-1111" is not an account ID'],
  ['arn:aws:iam::111:role/X', 'the one in this ARN has 3'],
  ['arn:aws:iam:::role/X', 'this ARN has no account ID'],
  ['111111111111x', '12 digits and no other characters'],
  ['ARN:aws:iam::111111111111:role/X', 'lower case'],
  ['arn:aws:iam::111111111111:root', 'the root user of an account'],
  ['arn:aws:iam::111111111111:instance-profile/X', 'an instance profile'],
  ['CountersignAccess', 'looks like the name of a role'],
])('explains the mistake in %s', (typed, message) => {
  expect(() => parseRoleInput(typed, CONTEXT)).toThrow(message);
});

test('accepts a role of every partition that has a broker, and no other', () => {
  const arn = 'arn:aws-us-gov:iam::111111111111:role/X';
  expect(parseRoleInput(arn, CONTEXT)).toBe(arn);
  expect(parseRoleInput('111111111111', { ...CONTEXT, partition: 'aws-us-gov' })).toBe(
    'arn:aws-us-gov:iam::111111111111:role/vendors/CountersignAccess',
  );
  expect(() => parseRoleInput('arn:aws-cn:iam::111111111111:role/X', CONTEXT)).toThrow(
    'in the AWS partition aws-cn, but Example works in aws, aws-us-gov',
  );
});

test('removes quotes, commas and spaces around an ARN and changes nothing inside it', () => {
  const arn = 'arn:aws:iam::111111111111:role/a/b/C+=,.@-_1';
  for (const typed of [arn, `  "${arn}",`, `\u200b'${arn}'\n`])
    expect(parseRoleInput(typed, CONTEXT)).toBe(arn);
});

test.each([
  ['"arn:aws:iam::111111111111:role/X"', 'quotes around this ARN'],
  ['111111111111', 'Send the ARN of the role, like arn:aws:iam::111111111111:role/Name'],
  ['1111-1111-1111', 'Send the ARN of the role, like arn:aws:iam::111111111111:role/Name'],
  ['arn:aws:iam::1111-1111-1111:role/X', '"1111-1111-1111" is not an account ID'],
  [`arn:aws:iam::111111111111:role/${'x'.repeat(65)}`, 'this one has 65'],
  ['arn:aws:iam::111111111111:user/alice', 'the ARN of a user'],
  ['arn:aws:iam::111111111111:role/a//X', 'contains "//"'],
  ['arn:aws:iam::111111111111:role//X', 'contains "//"'],
  ['arn:aws-gov:iam::111111111111:role/X', '"arn:aws-gov:" is not the beginning'],
  ['arn:aws-cn:iam::111111111111:role/X', 'in the AWS partition aws-cn'],
  ['arn:aws:iam::111111111111:role/X Y', 'contains a space'],
  ['arn:aws:s3:::bucket', 'the service "s3"'],
  ['Name', 'looks like the name of a role'],
])('the API explains the mistake in %s', (roleArn, message) => {
  expect(() => validateRoleArn(roleArn, CONTEXT.vendor)).toThrow(message);
});
