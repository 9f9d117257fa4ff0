/** The only source of the current time, so that tests can control it. */
export interface Clock {
  now(): Date;
  /** Milliseconds from any fixed moment, which no correction of the clock changes; left out: `now` is never corrected. */
  monotonicMs?(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };

/** A clock for tests. Its time changes only through `advance`. */
export function manualClock(start: Date): Clock & { advance(seconds: number): void } {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    advance: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
}
