import type { Clock } from './clock.ts';

const WINDOW_MS = 1000;

interface Entry {
  atMs: number;
  key: string | null;
}

/** The limit that was reached, and the time until a retry can succeed. */
interface BudgetExceeded {
  limit: 'key' | 'all';
  retryAfterMs: number;
}

interface RateBudgetOptions {
  clock: Clock;
  /** Maximum in any one second, over all keys. */
  maxPerSecond: number;
  /** Maximum in any one second, for one key. */
  maxPerSecondPerKey: number;
}

/**
 * Limits the calls in any window of one second, per key and in total. It keeps a sliding log instead of a token bucket,
 * because a bucket allows twice the rate in a second that includes its refill. The log holds at most `maxPerSecond`
 * entries, and keys without calls in the last second use no memory.
 */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  readonly #entries: Entry[] = [];
  /** The same entries by key, in the same order. */
  readonly #entriesByKey = new Map<string, Entry[]>();

  constructor(options: RateBudgetOptions) {
    this.#options = options;
  }

  /** Counts one call, or returns the limit that it would exceed. A `null` key counts only towards the total. */
  consume(key: string | null): BudgetExceeded | null {
    const nowMs = this.#deleteExpired();
    const keyEntries = key === null ? [] : (this.#entriesByKey.get(key) ?? []);
    // The key's own limit comes first, so that rejected calls of a noisy key do not use up the total.
    const exceeded =
      (key === null ? null : checkLimit('key', keyEntries, this.#options.maxPerSecondPerKey, nowMs)) ??
      checkLimit('all', this.#entries, this.#options.maxPerSecond, nowMs);
    if (exceeded) return exceeded;
    const entry = { atMs: nowMs, key };
    this.#entries.push(entry);
    if (key !== null) {
      keyEntries.push(entry);
      this.#entriesByKey.set(key, keyEntries);
    }
    return null;
  }

  /** Calls that are still allowed at this moment, over all keys. */
  remaining(): number {
    this.#deleteExpired();
    return this.#options.maxPerSecond - this.#entries.length;
  }

  /** Number of keys with calls in the log. */
  get keyCount(): number {
    return this.#entriesByKey.size;
  }

  #deleteExpired(): number {
    const nowMs = this.#options.clock.now().getTime();
    // After the clock was set back, entries of its future count as made now. They expire within a second.
    if ((this.#entries.at(-1)?.atMs ?? nowMs) > nowMs)
      for (const entry of this.#entries) entry.atMs = Math.min(entry.atMs, nowMs);
    for (
      let oldest = this.#entries[0];
      oldest && oldest.atMs <= nowMs - WINDOW_MS;
      oldest = this.#entries[0]
    ) {
      this.#entries.shift();
      this.#deleteFromKey(oldest.key);
    }
    return nowMs;
  }

  #deleteFromKey(key: string | null): void {
    if (key === null) return;
    const keyEntries = this.#entriesByKey.get(key);
    keyEntries?.shift();
    if (keyEntries?.length === 0) this.#entriesByKey.delete(key);
  }
}

function checkLimit(
  limit: BudgetExceeded['limit'],
  entries: Entry[],
  max: number,
  nowMs: number,
): BudgetExceeded | null {
  const oldest = entries[entries.length - max];
  return oldest === undefined ? null : { limit, retryAfterMs: oldest.atMs + WINDOW_MS - nowMs };
}
