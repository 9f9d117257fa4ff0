import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRoleArn } from '../aws/arn.ts';
import { Problem } from '../http/problem.ts';
import { parseRoleInput } from './role-input.ts';

const RULES = {
  vendor: { partition: 'aws', ownAccountIds: ['999988887777'] },
  role: { name: 'CountersignAccess', path: '/vendors/' },
};

test('whatever is typed is a role that may be registered, or has a sentence that says why not', () => {
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
        const arn = parseRoleArn(parseRoleInput(pieces.join(''), RULES));
        expect(arn?.partition).toBe('aws');
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

test('an account alone stands for the role of the kit, with its path', () => {
  for (const typed of ['111111111111', ' 1111-1111-1111\n', '1111 1111 1111'])
    expect(parseRoleInput(typed, RULES)).toBe('arn:aws:iam::111111111111:role/vendors/CountersignAccess');
  expect(() => parseRoleInput('999988887777', RULES)).toThrow("vendor's own account");
});

test.each([
  ['arn:aws:iam::111111111111:role/w\u00efth', '"\u00ef" cannot stand in the name of a role'],
  ['arn:aws:iam::111111111111:role/a/*', '"*" cannot stand in the name of a role'],
  [`arn:aws:iam::111111111111:role/${'x'.repeat(65)}`, '64 characters at the most; this has 65'],
  [`arn:aws:iam::111111111111:role/${'p/'.repeat(300)}x`, 'not the ARN of a role as IAM writes it'],
  ['arn:aws:iam::1111-1111-1111:role/X', '12 digits; "1111-1111-1111" is none'],
  ['arn:aws:iam::111:role/X', 'this ARN has one of 3'],
  ['arn:aws:iam:::role/X', 'this ARN has none'],
  ['111111111111x', '12 digits, and nothing else'],
  ['ARN:aws:iam::111111111111:role/X', 'small letters'],
  ['arn:aws:iam::111111111111:root', 'the root user of an account'],
  ['arn:aws:iam::111111111111:instance-profile/X', 'an instance profile'],
  ['CountersignAccess', "a role's name alone"],
])('%s has a sentence of its own', (typed, says) => {
  expect(() => parseRoleInput(typed, RULES)).toThrow(says);
});

test('quotes, commas and spaces around an ARN are dropped, and nothing inside it', () => {
  const arn = 'arn:aws:iam::111111111111:role/a/b/C+=,.@-_1';
  for (const typed of [arn, `  "${arn}",`, `\u200b'${arn}'\n`])
    expect(parseRoleInput(typed, RULES)).toBe(arn);
});
