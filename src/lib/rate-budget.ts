import type { Clock } from './clock.ts';

const SECOND_MS = 1000;

interface Taken {
  at: number;
  key: string | null;
}

/** Turned away: over whose limit, and after how long there is room again. */
export interface Refusal {
  limit: 'key' | 'all';
  retryAfterMs: number;
}

export interface RateBudgetOptions {
  clock: Clock;
  /** Most in any one second, of all keys together. */
  perSecond: number;
  /** Most in any one second, of one key. */
  perKey: number;
}

/**
 * Lets so many through in any one second, of each key and of all together. A log of the last second, not a bucket: a
 * bucket lets twice as many through in a second that straddles its refill. It holds no more than `perSecond` entries,
 * and a key that was quiet for a second is forgotten.
 */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  readonly #all: Taken[] = [];
  /** The entries of `#all`, by key and in the same order. */
  readonly #byKey = new Map<string, Taken[]>();

  constructor(options: RateBudgetOptions) {
    this.#options = options;
  }

  /** Takes one, or says why not. `null` counts for all and for no key. */
  take(key: string | null): Refusal | null {
    const now = this.#forget();
    const own = key === null ? [] : (this.#byKey.get(key) ?? []);
    // The key's own limit first: what a key over it asks for must not use up what is there for all.
    const refusal =
      (key === null ? null : refuse('key', own, this.#options.perKey, now)) ??
      refuse('all', this.#all, this.#options.perSecond, now);
    if (refusal) return refusal;
    const taken = { at: now, key };
    this.#all.push(taken);
    if (key !== null) {
      own.push(taken);
      this.#byKey.set(key, own);
    }
    return null;
  }

  /** How many may still go at this moment, of all keys together. */
  remaining(): number {
    this.#forget();
    return this.#options.perSecond - this.#all.length;
  }

  /** How many keys it knows of. */
  get keys(): number {
    return this.#byKey.size;
  }

  #forget(): number {
    const now = this.#options.clock.now().getTime();
    // A clock that was set back: what lies in its future counts as taken just now, and so for a second at most.
    if ((this.#all.at(-1)?.at ?? now) > now)
      for (const taken of this.#all) taken.at = Math.min(taken.at, now);
    while (this.#all[0] !== undefined && this.#all[0].at <= now - SECOND_MS) {
      const { key } = this.#all.shift() as Taken;
      if (key === null) continue;
      const own = this.#byKey.get(key);
      own?.shift();
      if (own?.length === 0) this.#byKey.delete(key);
    }
    return now;
  }
}

function refuse(limit: Refusal['limit'], taken: Taken[], most: number, now: number): Refusal | null {
  const oldest = taken[taken.length - most];
  return oldest === undefined ? null : { limit, retryAfterMs: oldest.at + SECOND_MS - now };
}
