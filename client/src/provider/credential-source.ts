import { CountersignError } from '../error.ts';

/** Renewed when less is left than this share of what was left when they came. */
const RENEW_SHARE = 1 / 3;
/** With less than this left credentials are of no use to somebody who is only starting, so a renewal is waited for. */
const USEFUL_MS = 60_000;
/** The service renews behind its callers' backs, so the first to ask may get the old ones again. */
const ASK_AGAIN_MS = 30_000;
/** After a fault the next renewal waits for this, doubled each time. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

interface Held<T> {
  value: T;
  renewAt: number;
  faults: number;
}

export interface CredentialSourceOptions<T> {
  draw(): Promise<T>;
  /** In milliseconds since 1970. */
  now(): number;
  /** Told why a renewal in the background came to nothing, since no caller hears of it. */
  onFault?(error: CountersignError): void;
}

/**
 * Keeps one connection's credentials. One request serves any number of simultaneous callers; while credentials live
 * they are handed out and renewed behind the callers' backs before their end; a passing fault keeps them to that end;
 * a refusal drops them at once.
 */
export class CredentialSource<T extends { expiration: Date }> {
  readonly #options: CredentialSourceOptions<T>;
  #held: Held<T> | undefined;
  #renewal: Promise<T> | undefined;

  constructor(options: CredentialSourceOptions<T>) {
    this.#options = options;
  }

  /**
   * Valid credentials, at once whenever there are any.
   * @throws CountersignError when there are none and none can be got
   */
  async get({ forceRefresh = false } = {}): Promise<T> {
    const held = this.#held;
    if (!held || this.#leftMs(held.value) <= 0) return this.#renew();
    if (!forceRefresh && this.#options.now() < held.renewAt) return held.value;
    if (forceRefresh || this.#leftMs(held.value) < USEFUL_MS) return this.#renewedOrKept(held);
    this.renewIfDue();
    return held.value;
  }

  /** Renews in the background what is held, if it is time to; for whoever is not asked all the time. */
  renewIfDue(): void {
    if (!this.#held || this.#options.now() < this.#held.renewAt) return;
    this.#renew().catch((error: CountersignError) => this.#options.onFault?.(error));
  }

  async #renewedOrKept({ value }: Held<T>): Promise<T> {
    try {
      return await this.#renew();
    } catch (error) {
      if (!isPassing(error) || this.#leftMs(value) <= 0) throw error;
      return value;
    }
  }

  #renew(): Promise<T> {
    this.#renewal ??= this.#draw().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #draw(): Promise<T> {
    try {
      const value = await this.#options.draw();
      this.#held = { value, renewAt: this.#renewAt(value), faults: 0 };
      return value;
    } catch (error) {
      if (!isPassing(error)) this.#held = undefined;
      else if (this.#held) this.#postpone(this.#held, error);
      throw error;
    }
  }

  #renewAt(value: T): number {
    const expiresAt = value.expiration.getTime();
    const leftMs = this.#leftMs(value);
    const renewed = this.#held === undefined || expiresAt > this.#held.value.expiration.getTime();
    const waitMs = leftMs - leftMs * RENEW_SHARE;
    return this.#options.now() + (renewed ? waitMs : Math.min(waitMs, ASK_AGAIN_MS));
  }

  #postpone(held: Held<T>, { retryAfterSeconds }: CountersignError): void {
    const waitMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** held.faults++);
    held.renewAt = this.#options.now() + Math.max(waitMs, (retryAfterSeconds ?? 0) * 1000);
  }

  #leftMs(value: T): number {
    return value.expiration.getTime() - this.#options.now();
  }
}

/** A fault of our own code, or anything unknown, is no reason to keep credentials. */
function isPassing(error: unknown): error is CountersignError {
  return error instanceof CountersignError && error.passing;
}
