import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { RateBudget } from './rate-budget.ts';

const START = new Date('2030-01-01T00:00:00Z');

/** Calls with their key and the time since the previous call. */
const callSequences = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', null),
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1500 })),
  }),
  { maxLength: 200 },
);
const limits = fc.record({
  maxPerSecondPerKey: fc.integer({ min: 1, max: 6 }),
  maxPerSecond: fc.integer({ min: 1, max: 12 }),
});

test('allows a call exactly when neither the key nor the total has reached its limit in the last second', () => {
  fc.assert(
    fc.property(callSequences, limits, (calls, { maxPerSecondPerKey, maxPerSecond }) => {
      const clock = manualClock(START);
      const budget = new RateBudget({ clock, maxPerSecondPerKey, maxPerSecond });
      const allowed: { atMs: number; key: string | null }[] = [];
      for (const { key, waitMs } of calls) {
        clock.advance(waitMs / 1000);
        const atMs = clock.now().getTime();
        // Checking only windows that end at a call is enough: no other window contains more calls.
        const recent = allowed.filter((call) => call.atMs > atMs - 1000);
        const recentOfKey = recent.filter((call) => call.key === key && key !== null);
        const exceeded = budget.consume(key);
        expect(exceeded === null).toBe(
          recent.length < maxPerSecond && recentOfKey.length < maxPerSecondPerKey,
        );
        if (exceeded === null) allowed.push({ atMs, key });
        else expect(exceeded.limit).toBe(recentOfKey.length >= maxPerSecondPerKey ? 'key' : 'all');
        expect(budget.remaining()).toBe(maxPerSecond - recent.length - (exceeded === null ? 1 : 0));
        expect(budget.keyCount).toBeLessThanOrEqual(maxPerSecond);
      }
      clock.advance(1);
      expect([budget.remaining(), budget.keyCount]).toEqual([maxPerSecond, 0]);
    }),
    { numRuns: 500 },
  );
});

test('returns the exact time after which the exceeded limit allows a call again', () => {
  fc.assert(
    fc.property(callSequences, limits, (calls, { maxPerSecondPerKey, maxPerSecond }) => {
      const clock = manualClock(START);
      const budget = new RateBudget({ clock, maxPerSecondPerKey, maxPerSecond });
      for (const { key, waitMs } of calls) {
        clock.advance(waitMs / 1000);
        const exceeded = budget.consume(key);
        if (!exceeded) continue;
        expect(exceeded.retryAfterMs).toBeGreaterThan(0);
        expect(exceeded.retryAfterMs).toBeLessThanOrEqual(1000);
        clock.advance((exceeded.retryAfterMs - 1) / 1000);
        expect(budget.consume(key)?.limit).toBe(exceeded.limit);
        clock.advance(1 / 1000);
        // The other limit may still be exceeded.
        expect(budget.consume(key)?.limit).not.toBe(exceeded.limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('rejected calls of a noisy key do not use up the total', () => {
  const clock = manualClock(START);
  const budget = new RateBudget({ clock, maxPerSecondPerKey: 2, maxPerSecond: 4 });
  for (let i = 0; i < 1000; i++) budget.consume('noisy');
  expect(budget.remaining()).toBe(2);
  expect([budget.consume('quiet'), budget.consume('quiet')]).toEqual([null, null]);
  expect(budget.consume('third')?.limit).toBe('all');
});

test('allows calls again one second after the clock was set back', () => {
  const clock = manualClock(START);
  const budget = new RateBudget({ clock, maxPerSecondPerKey: 1, maxPerSecond: 1 });
  expect(budget.consume('a')).toBeNull();
  clock.advance(-3600);
  expect(budget.consume('a')).toEqual({ limit: 'key', retryAfterMs: 1000 });
  clock.advance(1);
  expect(budget.consume('a')).toBeNull();
});
