import type { Clock } from '../../lib/clock.ts';

/** The Date header has a resolution of one second: the response was sent up to a second later. */
const DATE_RESOLUTION_MS = 1000;

/** AWS's clock, as the Date headers of STS show it (RFC 9110, "Date"), so that a wrong clock of this host does no harm. */
export interface AwsClock extends Clock {
  /** By how much AWS's clock is ahead of the given one, in milliseconds; null until STS has responded. */
  offsetMs(): number | null;
  /** Records the Date header of a response to a request that was sent at `sentAt` by the given clock. */
  recordDate(date: string, sentAt: Date): void;
}

export function createAwsClock(clock: Clock): AwsClock {
  const monotonicMs = (): number => clock.monotonicMs?.() ?? clock.now().getTime();
  let measured: { offsetMs: number; monotonicOffsetMs: number } | null = null;
  /**
   * By the wall clock and by the monotonic one, the later counts: a session that may have ended is not handed out. A wall
   * clock that is set back makes its time too early, and a host that was suspended that of the monotonic clock.
   */
  const nowMs = (): number => {
    const wallMs = clock.now().getTime();
    if (measured === null) return wallMs;
    return Math.max(wallMs + measured.offsetMs, monotonicMs() + measured.monotonicOffsetMs);
  };
  return {
    now: () => new Date(nowMs()),
    offsetMs: () => (measured === null ? null : nowMs() - clock.now().getTime()),
    recordDate(date, sentAt) {
      const sent = Date.parse(date);
      if (Number.isNaN(sent)) return;
      const wallMs = clock.now().getTime();
      const earliest = sent - wallMs;
      const latest = sent + DATE_RESOLUTION_MS - sentAt.getTime();
      // The true offset lies between these two. A clock that agrees within them is right.
      const offsetMs = earliest <= 0 && latest >= 0 ? 0 : (earliest + latest) / 2;
      measured = { offsetMs, monotonicOffsetMs: wallMs + offsetMs - monotonicMs() };
    },
  };
}

/** A middleware of the SDK that reads the Date header of every response, also of errors: a wrong clock can cause them. */
export function recordDates(awsClock: AwsClock, clock: Clock) {
  return <Args, Output extends { response: unknown }>(
    next: (args: Args) => Promise<Output>,
  ): ((args: Args) => Promise<Output>) =>
    async (args) => {
      const sentAt = clock.now();
      const output = await next(args);
      const { date } = (output.response as { headers: Record<string, string | undefined> }).headers;
      if (date !== undefined) awsClock.recordDate(date, sentAt);
      return output;
    };
}
