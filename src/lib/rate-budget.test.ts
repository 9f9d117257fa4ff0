import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { RateBudget } from './rate-budget.ts';

const START = new Date('2030-01-01T00:00:00Z');

/** Who asks, and how much later than the one before. */
const asking = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', null),
    laterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1500 })),
  }),
  { maxLength: 200 },
);
const limits = fc.record({
  perKey: fc.integer({ min: 1, max: 6 }),
  perSecond: fc.integer({ min: 1, max: 12 }),
});

test('in no second does a key get more than its own, nor all together more than theirs; and nobody is turned away while there is room', () => {
  fc.assert(
    fc.property(asking, limits, (requests, { perKey, perSecond }) => {
      const clock = manualClock(START);
      const budget = new RateBudget({ clock, perKey, perSecond });
      const passed: { at: number; key: string | null }[] = [];
      for (const { key, laterMs } of requests) {
        clock.advance(laterMs / 1000);
        const at = clock.now().getTime();
        // Those of the second that ends now: the windows that end at a passage are the fullest there are.
        const recent = passed.filter((one) => one.at > at - 1000);
        const own = recent.filter((one) => one.key === key && key !== null);
        const refusal = budget.take(key);
        expect(refusal === null).toBe(recent.length < perSecond && own.length < perKey);
        if (refusal === null) passed.push({ at, key });
        else expect(refusal.limit).toBe(own.length >= perKey ? 'key' : 'all');
        expect(budget.remaining()).toBe(perSecond - recent.length - (refusal === null ? 1 : 0));
        expect(budget.keys).toBeLessThanOrEqual(perSecond);
      }
      clock.advance(1);
      expect([budget.remaining(), budget.keys]).toEqual([perSecond, 0]);
    }),
    { numRuns: 500 },
  );
});

test('the time it gives is true: after it there is room, a millisecond sooner there is none', () => {
  fc.assert(
    fc.property(asking, limits, (requests, { perKey, perSecond }) => {
      const clock = manualClock(START);
      const budget = new RateBudget({ clock, perKey, perSecond });
      for (const { key, laterMs } of requests) {
        clock.advance(laterMs / 1000);
        const refusal = budget.take(key);
        if (!refusal) continue;
        expect(refusal.retryAfterMs).toBeGreaterThan(0);
        expect(refusal.retryAfterMs).toBeLessThanOrEqual(1000);
        clock.advance((refusal.retryAfterMs - 1) / 1000);
        expect(budget.take(key)?.limit).toBe(refusal.limit);
        clock.advance(1 / 1000);
        // Its own limit is free now; whether the one of all is, is another question.
        expect(budget.take(key)?.limit).not.toBe(refusal.limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('a key that is over its own limit uses up nothing of what is there for all', () => {
  const clock = manualClock(START);
  const budget = new RateBudget({ clock, perKey: 2, perSecond: 4 });
  for (let i = 0; i < 1000; i++) budget.take('noisy');
  expect(budget.remaining()).toBe(2);
  expect([budget.take('quiet'), budget.take('quiet')]).toEqual([null, null]);
  expect(budget.take('third')?.limit).toBe('all');
});

test('a clock that is set back turns nobody away for more than a second', () => {
  const clock = manualClock(START);
  const budget = new RateBudget({ clock, perKey: 1, perSecond: 1 });
  expect(budget.take('a')).toBeNull();
  clock.advance(-3600);
  expect(budget.take('a')).toEqual({ limit: 'key', retryAfterMs: 1000 });
  clock.advance(1);
  expect(budget.take('a')).toBeNull();
});
