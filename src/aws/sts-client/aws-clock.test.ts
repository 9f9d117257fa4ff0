import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { createAwsClock } from './aws-clock.ts';

test('without a response, and with a Date header that is none, the offset is unknown and the own clock counts', () => {
  const clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  const aws = createAwsClock(clock);
  aws.recordDate('yesterday', clock.now());
  expect(aws.offsetMs()).toBeNull();
  expect(aws.now()).toEqual(clock.now());
});

test('finds any offset to within a second and half the round trip, and none where the clocks agree', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: 0, max: 8_000 }),
      fc.integer({ min: 0, max: 999 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (offsetMs, roundTripMs, phaseMs, share) => {
        const clock = manualClock(new Date(Date.parse('2030-01-01T00:00:00Z') + phaseMs));
        const aws = createAwsClock(clock);
        const sentAt = clock.now();
        const responded = new Date(sentAt.getTime() + offsetMs + roundTripMs * share);
        clock.advance(roundTripMs / 1000);
        aws.recordDate(responded.toUTCString(), sentAt);
        expect(Math.abs((aws.offsetMs() ?? Number.NaN) - offsetMs)).toBeLessThanOrEqual(1000 + roundTripMs);
        if (offsetMs === 0) expect(aws.offsetMs()).toBe(0);
      },
    ),
  );
});

test.each([
  ['is set back', -1800, 0],
  ['is set forward', 1800, 1800],
])(
  "AWS's time never goes back when the clock of this host %s by half an hour",
  (_, stepSeconds, aheadSeconds) => {
    let stepMs = 0;
    let passedMs = 0;
    const start = Date.parse('2030-01-01T00:00:00Z');
    const clock = { now: () => new Date(start + passedMs + stepMs), monotonicMs: () => passedMs };
    const aws = createAwsClock(clock);
    aws.recordDate(clock.now().toUTCString(), clock.now());
    passedMs = 60_000;
    stepMs = stepSeconds * 1000;
    expect(aws.now().getTime() - start).toBe(60_000 + aheadSeconds * 1000);
  },
);
