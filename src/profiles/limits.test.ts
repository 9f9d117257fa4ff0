import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProfileErrors, LIMITS } from './limits.ts';
import { DEFAULT_SETTINGS, type ProfileSettings, serializePolicy } from './profile.ts';

const findErrors = (settings: Partial<ProfileSettings>) =>
  findProfileErrors({ ...DEFAULT_SETTINGS, ...settings }, ['aws', 'aws-us-gov']);
const arns = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:iam::aws:policy/Policy${i}`);

/** Returns a policy whose serialized text has exactly this many characters. */
function policyOf(characters: number) {
  const policy = (filler: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${filler}` }],
  });
  return policy('x'.repeat(characters - serializePolicy(policy('')).length));
}

describe('a profile that exceeds a limit of IAM or STS is rejected, and the limit is named:', () => {
  test('10 managed policies of a role', () => {
    expect(findErrors({ managedPolicyArns: arns(10) })).toEqual([]);
    expect(findErrors({ managedPolicyArns: arns(11) })).toEqual([
      { path: 'managedPolicyArns', message: expect.stringContaining('10') },
    ]);
  });

  test('10,240 characters of the inline policy, without white space', () => {
    expect(findErrors({ inlinePolicy: policyOf(10_240) })).toEqual([]);
    expect(findErrors({ inlinePolicy: policyOf(10_241) })).toEqual([
      { path: 'inlinePolicy', message: expect.stringContaining('10240') },
    ]);
    const spaced = policyOf(10_200);
    expect(findErrors({ inlinePolicy: { ...spaced, Id: ' '.repeat(500) } })).toEqual([]);
  });

  test('10 session policy ARNs', () => {
    expect(findErrors({ sessionPolicyArns: arns(10) })).toEqual([]);
    expect(findErrors({ sessionPolicyArns: arns(11) })).toEqual([
      { path: 'sessionPolicyArns', message: expect.stringContaining('10') },
    ]);
  });

  test('2,048 characters of session policy and ARNs together', () => {
    const [arn] = arns(1) as [string];
    expect(findErrors({ sessionPolicy: policyOf(2_048) })).toEqual([]);
    expect(findErrors({ sessionPolicy: policyOf(2_048 - arn.length), sessionPolicyArns: [arn] })).toEqual([]);
    expect(findErrors({ sessionPolicy: policyOf(2_049 - arn.length), sessionPolicyArns: [arn] })).toEqual([
      { path: 'sessionPolicy', message: expect.stringContaining('2048') },
    ]);
    const long = arns(10).map((name) => name + 'x'.repeat(200));
    expect(findErrors({ sessionPolicyArns: long })).toEqual([
      { path: 'sessionPolicyArns', message: expect.stringContaining('2048') },
    ]);
  });

  test('a session policy that passes is sent in at most 2,048 characters that STS allows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const sessionPolicy = { ...policyOf(400), Id: text };
        if (findErrors({ sessionPolicy }).length > 0) return;
        expect(serializePolicy(sessionPolicy)).toMatch(/^[\x20-\x7e]{1,2048}$/);
        expect(JSON.parse(serializePolicy(sessionPolicy))).toEqual(sessionPolicy);
      }),
    );
  });
});

test('rejects policies of a partition without a broker, texts that are not policy ARNs, and duplicates', () => {
  for (const arn of [
    'arn:aws-cn:iam::aws:policy/A',
    'file://x',
    'arn:aws:iam::1:policy/A',
    'arn:aws:iam::aws:role/A',
  ]) {
    expect(findErrors({ managedPolicyArns: [arn] }), arn).toMatchObject([{ path: 'managedPolicyArns.0' }]);
    expect(findErrors({ sessionPolicyArns: [arn] }), arn).toMatchObject([{ path: 'sessionPolicyArns.0' }]);
  }
  expect(findErrors({ managedPolicyArns: ['arn:aws-us-gov:iam::111111111111:policy/A'] })).toEqual([]);
  expect(findErrors({ managedPolicyArns: [...arns(1), ...arns(1)] })).toMatchObject([
    { path: 'managedPolicyArns' },
  ]);
  expect(LIMITS.sessionCharacters).toBe(2048);
});
