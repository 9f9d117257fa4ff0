import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProfileErrors, LIMITS } from './limits.ts';
import { DEFAULT_SETTINGS, type ProfileSettings, serializePolicy } from './profile.ts';

const problems = (settings: Partial<ProfileSettings>) =>
  findProfileErrors({ ...DEFAULT_SETTINGS, ...settings }, 'aws');
const arns = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:iam::aws:policy/Policy${i}`);

/** A policy whose stored text has exactly so many characters. */
function policyOf(characters: number) {
  const policy = (filler: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${filler}` }],
  });
  return policy('x'.repeat(characters - serializePolicy(policy('')).length));
}

describe('a profile is held to the limits of IAM and STS, each named when it is passed:', () => {
  test('ten managed policies of a role', () => {
    expect(problems({ managedPolicyArns: arns(10) })).toEqual([]);
    expect(problems({ managedPolicyArns: arns(11) })).toEqual([
      { path: 'managedPolicyArns', message: expect.stringContaining('10') },
    ]);
  });

  test('10,240 characters of the inline policy, white space not counted', () => {
    expect(problems({ inlinePolicy: policyOf(10_240) })).toEqual([]);
    expect(problems({ inlinePolicy: policyOf(10_241) })).toEqual([
      { path: 'inlinePolicy', message: expect.stringContaining('10240') },
    ]);
    const spaced = policyOf(10_200);
    expect(problems({ inlinePolicy: { ...spaced, Id: ' '.repeat(500) } })).toEqual([]);
  });

  test('ten session policy ARNs', () => {
    expect(problems({ sessionPolicyArns: arns(10) })).toEqual([]);
    expect(problems({ sessionPolicyArns: arns(11) })).toEqual([
      { path: 'sessionPolicyArns', message: expect.stringContaining('10') },
    ]);
  });

  test('2,048 characters of session policy and ARNs together', () => {
    const [arn] = arns(1) as [string];
    expect(problems({ sessionPolicy: policyOf(2_048) })).toEqual([]);
    expect(problems({ sessionPolicy: policyOf(2_048 - arn.length), sessionPolicyArns: [arn] })).toEqual([]);
    expect(problems({ sessionPolicy: policyOf(2_049 - arn.length), sessionPolicyArns: [arn] })).toEqual([
      { path: 'sessionPolicy', message: expect.stringContaining('2048') },
    ]);
    const long = arns(10).map((name) => name + 'x'.repeat(200));
    expect(problems({ sessionPolicyArns: long })).toEqual([
      { path: 'sessionPolicyArns', message: expect.stringContaining('2048') },
    ]);
  });

  test('whatever passes is sent in at most 2,048 characters that STS takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const sessionPolicy = { ...policyOf(400), Id: text };
        if (problems({ sessionPolicy }).length > 0) return;
        expect(serializePolicy(sessionPolicy)).toMatch(/^[\x20-\x7e]{1,2048}$/);
        expect(JSON.parse(serializePolicy(sessionPolicy))).toEqual(sessionPolicy);
      }),
    );
  });
});

test('policies of another partition, texts that are no ARNs and repeated ones are refused', () => {
  for (const arn of [
    'arn:aws-cn:iam::aws:policy/A',
    'file://x',
    'arn:aws:iam::1:policy/A',
    'arn:aws:iam::aws:role/A',
  ]) {
    expect(problems({ managedPolicyArns: [arn] }), arn).toMatchObject([{ path: 'managedPolicyArns.0' }]);
    expect(problems({ sessionPolicyArns: [arn] }), arn).toMatchObject([{ path: 'sessionPolicyArns.0' }]);
  }
  expect(problems({ managedPolicyArns: [...arns(1), ...arns(1)] })).toMatchObject([
    { path: 'managedPolicyArns' },
  ]);
  expect(LIMITS.sessionCharacters).toBe(2048);
});
