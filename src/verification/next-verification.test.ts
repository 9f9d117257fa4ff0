import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secondsUntilNextVerification } from './next-verification.ts';

const INTERVAL = 21_600;
const after = (failures: number, changes: Partial<Parameters<typeof secondsUntilNextVerification>[0]> = {}) =>
  secondsUntilNextVerification({
    status: 'unreachable',
    failures,
    isInconclusive: false,
    isLegacy: false,
    intervalSeconds: INTERVAL,
    random: 0,
    ...changes,
  });

test('retries after 15 s, 30 s, 1, 2, 5 and 15 minutes, then hourly for a day, then at the interval', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 30, 31, 1000].map((failures) => after(failures))).toEqual([
    15,
    30,
    60,
    120,
    300,
    900,
    3600,
    3600,
    INTERVAL,
    INTERVAL,
  ]);
  expect(after(0, { status: 'pending' })).toBe(15);
});

test('verifies a verified or insecure connection at the interval, and a disabled one never', () => {
  expect(after(0, { status: 'verified' })).toBe(INTERVAL);
  expect(after(3, { status: 'insecure' })).toBe(INTERVAL);
  expect(after(0, { status: 'disabled' })).toBeNull();
});

test('verifies an imported role that was never verified at the interval, without retries', () => {
  expect(after(1, { isLegacy: true })).toBe(INTERVAL);
  expect(after(0, { status: 'pending', isLegacy: true })).toBe(INTERVAL);
});

test('repeats a verification without an outcome after a minute, whatever the status', () => {
  expect(after(5, { status: 'verified', isInconclusive: true })).toBe(60);
  expect(after(0, { isInconclusive: true })).toBe(60);
});

test('never waits longer than the interval, and spreads by at most a tenth', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('pending', 'verified', 'insecure', 'unreachable') as fc.Arbitrary<'pending'>,
      fc.nat(100),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 10, max: 2_592_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (status, failures, isInconclusive, isLegacy, intervalSeconds, random) => {
        const input = { status, failures, isInconclusive, isLegacy, intervalSeconds };
        const seconds = secondsUntilNextVerification({ ...input, random }) ?? Number.NaN;
        const unspread = secondsUntilNextVerification({ ...input, random: 0 }) ?? Number.NaN;
        expect(seconds).toBeLessThanOrEqual(intervalSeconds);
        expect(seconds).toBeGreaterThanOrEqual(unspread * 0.9 - 1e-6);
      },
    ),
  );
});
