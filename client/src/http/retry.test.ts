import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountersignError } from '../error.ts';
import { readRetryAfter } from './answer.ts';
import { waitSeconds } from './retry.ts';

const throttled = (retryAfterSeconds?: number) =>
  new CountersignError('aws_throttled', 'x', { status: 503, retryAfterSeconds });
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('nobody comes back sooner than Retry-After says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.nat(50), part, (seconds, retries, random) => {
      expect(waitSeconds(throttled(seconds), retries, () => random)).toBeGreaterThanOrEqual(seconds);
    }),
  );
});

test('without it the wait lies anywhere between nothing and a bound that doubles up to five seconds', () => {
  fc.assert(
    fc.property(fc.nat(50), part, (retries, random) => {
      const seconds = waitSeconds(throttled(), retries, () => random) as number;
      expect(seconds).toBeCloseTo(random * Math.min(5, 0.2 * 2 ** retries));
    }),
  );
});

test('what was not thrown by this client is never repeated', () => {
  expect(waitSeconds(new TypeError('a fault of the code'), 0)).toBeUndefined();
});

test.each([
  [null, undefined],
  ['5', 5],
  ['0', 0],
  ['Tue, 24 Nov 2026 10:00:30 GMT', 30],
  ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-3', 0],
])('Retry-After: %s is read as %s', (header, seconds) => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(readRetryAfter(header, now)).toBe(seconds);
});
