import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountersignError } from '../error.ts';
import { parseRetryAfter } from './error-response.ts';
import { retryDelaySeconds } from './retry.ts';

const throttled = (retryAfterSeconds?: number) =>
  new CountersignError('aws_throttled', 'x', { status: 503, retryAfterSeconds });
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('never retries sooner than Retry-After allows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.nat(50), fraction, (seconds, retries, random) => {
      expect(retryDelaySeconds(throttled(seconds), retries, () => random)).toBeGreaterThanOrEqual(seconds);
    }),
  );
});

test('without Retry-After, waits a random time up to a bound that doubles from 0.2 s to 5 s', () => {
  fc.assert(
    fc.property(fc.nat(50), fraction, (retries, random) => {
      const delaySeconds = retryDelaySeconds(throttled(), retries, () => random);
      expect(delaySeconds).toBeCloseTo(random * Math.min(5, 0.2 * 2 ** retries));
    }),
  );
});

test('never retries after an error that is not a CountersignError', () => {
  expect(retryDelaySeconds(new TypeError('a bug'), 0)).toBeUndefined();
});

test.each([
  [null, undefined],
  ['5', 5],
  ['0', 0],
  ['Tue, 24 Nov 2026 10:00:30 GMT', 30],
  ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-3', 0],
])('parses Retry-After %s as %s', (header, seconds) => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(parseRetryAfter(header, now)).toBe(seconds);
});
