/** While requests wait without a pause for no longer than this, they are a burst that is only delayed. */
const MAX_BURST_MS = 500;
/** After a burst, while more requests wait than may be in progress, one that has waited longer than this is outdated. */
const MAX_OVERLOAD_WAIT_MS = 50;
/** A request that has waited longer is outdated in any case, since many clients would give up soon. */
export const MAX_WAIT_MS = 2_000;
/** The share of time that rejections may take. Reading the requests that follow them takes about twice as long again. */
const REJECTION_SHARE = 0.05;
/** The same while requests have waited for longer than MAX_WAIT_MS. */
const LATE_REJECTION_SHARE = 0.12;
const MAX_REJECTIONS_AT_ONCE = 64;
const MIN_REJECTION_INTERVAL_MS = 10;
/** So many times the limit may wait for other services: such a request needs memory, but hardly any CPU time. */
const MAX_SUSPENDED_FACTOR = 16;
const COMPACT_AT = 1_024;

/** A request that is started or rejected by exactly one call. */
export interface LimitedRequest {
  start(): void;
  reject(): void;
  /** Whether the client has disconnected, so that neither has to be called. */
  isGone(): boolean;
}

interface LimitOptions {
  /** Maximum number of requests in progress. */
  max: number;
  /** The time in milliseconds of a clock that never goes back. */
  now(): number;
  /** Whether no request should be admitted or rejected at the moment. */
  isPaused(): boolean;
}

/**
 * Bounds the number of requests in progress. A request beyond the bound waits, which costs nearly nothing.
 *
 * - The oldest is admitted first, so that a short burst is only delayed.
 * - When the oldest is outdated, the newest is admitted first, and the oldest are rejected. So the requests that are admitted
 *   have hardly waited, whatever the load. A request is outdated much earlier when the queue has not been empty for a while
 *   ("adaptive LIFO" and "controlled delay", B. Maurer: Fail at Scale, ACM Queue 13(8), 2015).
 * - Rejections take a small share of the time, however many requests wait. A client sends its next request on a connection
 *   only after the response, so a late rejection also slows down clients that repeat at once.
 */
export class RequestLimit {
  #active = 0;
  #suspended = 0;
  /** The waiting requests from `#oldest` on, in order of arrival. */
  #entries: ({ request: LimitedRequest; since: number } | undefined)[] = [];
  #oldest = 0;
  /** When the first request began to wait since none did. */
  #waitingSince = 0;
  readonly #options: LimitOptions;

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#entries.length - this.#oldest;
  }

  /** Admits a request at once, or lets it wait. */
  enter(request: LimitedRequest): void {
    if (this.waiting === 0 && this.#mayStart()) {
      this.#start(request);
      return;
    }
    const since = this.#options.now();
    if (this.waiting === 0) this.#waitingSince = since;
    this.#entries.push({ request, since });
  }

  /** Ends a request in progress. */
  leave(): void {
    this.#active--;
  }

  /** Stops to count a request that waits for another service. Returns false if too many wait already. */
  suspend(): boolean {
    if (this.#suspended >= this.#options.max * MAX_SUSPENDED_FACTOR) return false;
    this.#suspended++;
    this.#active--;
    return true;
  }

  /** Counts a suspended request again. It was admitted before, so it does not wait. */
  resume(): void {
    this.#suspended--;
    this.#active++;
  }

  /** Admits as many waiting requests as the bound allows. */
  startWaiting(): void {
    while (this.waiting > 0 && this.#mayStart()) {
      const request = this.#isOldestOutdated() ? this.#takeNewest() : this.#takeOldest();
      if (!request.isGone()) this.#start(request);
    }
  }

  /** Rejects some of the requests that have waited for too long. Returns in how many milliseconds to call this again. */
  rejectOutdated(): number {
    if (this.#options.isPaused()) return MIN_REJECTION_INTERVAL_MS;
    const startedAt = this.#options.now();
    for (let i = 0; i < MAX_REJECTIONS_AT_ONCE && this.#isOldestOutdated(); i++) {
      const request = this.#takeOldest();
      if (!request.isGone()) request.reject();
    }
    const share = this.#oldestWaitMs() > MAX_WAIT_MS ? LATE_REJECTION_SHARE : REJECTION_SHARE;
    return Math.max(MIN_REJECTION_INTERVAL_MS, (this.#options.now() - startedAt) / share);
  }

  #mayStart(): boolean {
    return this.#active < this.#options.max && !this.#options.isPaused();
  }

  #start(request: LimitedRequest): void {
    this.#active++;
    request.start();
  }

  #isOldestOutdated(): boolean {
    const isBurst = this.#options.now() - this.#waitingSince <= MAX_BURST_MS;
    const isOverload = !isBurst && this.waiting > this.#options.max;
    return this.#oldestWaitMs() > (isOverload ? MAX_OVERLOAD_WAIT_MS : MAX_WAIT_MS);
  }

  #oldestWaitMs(): number {
    const oldest = this.#entries[this.#oldest];
    return oldest ? this.#options.now() - oldest.since : 0;
  }

  #takeNewest(): LimitedRequest {
    const newest = this.#entries.pop();
    if (!newest) throw new Error('no request waits');
    return newest.request;
  }

  #takeOldest(): LimitedRequest {
    const oldest = this.#entries[this.#oldest];
    if (!oldest) throw new Error('no request waits');
    this.#entries[this.#oldest++] = undefined;
    // Moving the entries each time would take as long as there are.
    if (this.waiting === 0 || (this.#oldest >= COMPACT_AT && this.#oldest * 2 > this.#entries.length)) {
      this.#entries = this.#entries.slice(this.#oldest);
      this.#oldest = 0;
    }
    return oldest.request;
  }
}
