import { CountersignError } from '../error.ts';

/** Credentials are refreshed once only this share of their remaining lifetime at receipt is left. */
const REFRESH_AT_REMAINING_SHARE = 1 / 3;
/** With less time left, a caller may not finish its work, so it waits for the refresh. */
const MIN_USABLE_MS = 60_000;
/** The service itself refreshes in the background, so the first request may still return the previous session. */
const REPEAT_REFRESH_AFTER_MS = 30_000;
/** The delay after a failed refresh; it doubles with each failure. */
const BASE_BACKOFF_MS = 5_000;
const MAX_BACKOFF_MS = 60_000;

interface Cached<T> {
  credentials: T;
  /** In milliseconds since 1970. */
  refreshAt: number;
  failedRefreshes: number;
}

interface CredentialSourceOptions<T> {
  fetchCredentials(): Promise<T>;
  /** The current time in milliseconds since 1970. */
  now(): number;
  /** Called when a refresh in the background fails, since no caller receives that error. */
  onRefreshError?(error: CountersignError): void;
}

/**
 * Caches the credentials of one connection.
 *
 * - Simultaneous callers share one request.
 * - Credentials are refreshed in the background before they expire.
 * - A retryable error keeps cached credentials until they expire.
 * - Any other error discards them at once, since access may have been revoked.
 */
export class CredentialSource<T extends { expiration: Date }> {
  readonly #options: CredentialSourceOptions<T>;
  #cached: Cached<T> | undefined;
  #refreshInFlight: Promise<T> | undefined;

  constructor(options: CredentialSourceOptions<T>) {
    this.#options = options;
  }

  /**
   * Returns valid credentials, from the cache if possible.
   * @throws CountersignError if there are no valid credentials and none could be fetched
   */
  async get({ forceRefresh = false } = {}): Promise<T> {
    const cached = this.#cached;
    if (!cached || this.#remainingMs(cached.credentials) <= 0) return this.#refresh();
    if (!forceRefresh && this.#options.now() < cached.refreshAt) return cached.credentials;
    if (forceRefresh || this.#remainingMs(cached.credentials) < MIN_USABLE_MS) {
      return this.#refreshOrKeep(cached.credentials);
    }
    this.refreshIfDue();
    return cached.credentials;
  }

  /** Refreshes cached credentials in the background if they are due; for sources that nobody calls for a long time. */
  refreshIfDue(): void {
    if (!this.#cached || this.#options.now() < this.#cached.refreshAt) return;
    this.#refresh().catch((error: CountersignError) => this.#options.onRefreshError?.(error));
  }

  async #refreshOrKeep(credentials: T): Promise<T> {
    try {
      return await this.#refresh();
    } catch (error) {
      if (!isRetryable(error) || this.#remainingMs(credentials) <= 0) throw error;
      return credentials;
    }
  }

  #refresh(): Promise<T> {
    this.#refreshInFlight ??= this.#fetchAndCache().finally(() => {
      this.#refreshInFlight = undefined;
    });
    return this.#refreshInFlight;
  }

  async #fetchAndCache(): Promise<T> {
    try {
      const credentials = await this.#options.fetchCredentials();
      this.#cached = { credentials, refreshAt: this.#nextRefreshAt(credentials), failedRefreshes: 0 };
      return credentials;
    } catch (error) {
      if (!isRetryable(error)) this.#cached = undefined;
      else if (this.#cached) this.#postponeRefresh(this.#cached, error);
      throw error;
    }
  }

  #nextRefreshAt(credentials: T): number {
    const previous = this.#cached?.credentials;
    const isNewSession = previous === undefined || credentials.expiration > previous.expiration;
    const remainingMs = this.#remainingMs(credentials);
    const delayMs = remainingMs - remainingMs * REFRESH_AT_REMAINING_SHARE;
    return this.#options.now() + (isNewSession ? delayMs : Math.min(delayMs, REPEAT_REFRESH_AFTER_MS));
  }

  #postponeRefresh(cached: Cached<T>, { retryAfterSeconds }: CountersignError): void {
    const backoffMs = Math.min(MAX_BACKOFF_MS, BASE_BACKOFF_MS * 2 ** cached.failedRefreshes++);
    cached.refreshAt = this.#options.now() + Math.max(backoffMs, (retryAfterSeconds ?? 0) * 1000);
  }

  #remainingMs(credentials: T): number {
    return credentials.expiration.getTime() - this.#options.now();
  }
}

/** An unknown error, such as a bug in this package, does not keep credentials in use. */
function isRetryable(error: unknown): error is CountersignError {
  return error instanceof CountersignError && error.retryable;
}
