import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type SessionOptions, StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import { type CredentialCacheKey, type Credentials, SDK_MAX_WAIT_MS } from './credentials.ts';

const MINUTE_MS = 60_000;
/** A session with less time left than this is renewed in the background. */
const BACKGROUND_RENEWAL_MS = 20 * MINUTE_MS;
/**
 * A session with less time left than this is renewed before the caller gets an answer: botocore requests credentials
 * again before every call when theirs expire within 15 minutes, so issuing such a session would cause a flood of requests.
 */
const BLOCKING_RENEWAL_MS = 15 * MINUTE_MS;
/** For sessions shorter than this, both times are shortened in proportion. */
const SHORT_SESSION_MS = 30 * MINUTE_MS;
/** The shortest time between a failed or slow renewal and the next attempt. */
const MIN_RETRY_INTERVAL_MS = 5_000;

export interface CacheResult {
  credentials: Credentials;
  /** False for the one caller whose request caused the AssumeRole call. */
  cached: boolean;
}

interface Entry {
  credentials: Credentials;
  renewInBackgroundAt: number;
  /** From then on the session is issued only if it cannot be renewed. */
  renewBeforeIssueAt: number;
}

interface CacheRequest {
  /** Calls AssumeRole. Calls `onThrottled` each time that STS throttles it and it continues. */
  assume: (onThrottled: () => void) => Promise<Credentials>;
  /** Called when AWS denied a renewal whose result no caller was waiting for. */
  onDenied: (error: StsError) => void;
  /** How long this caller waits for STS; the call continues afterwards. Left out: until the call ends. */
  maxWaitMs?: number | undefined;
}

interface CredentialCacheOptions {
  clock: Clock;
  maxEntries: number;
  /**
   * Called for each issue, for the metrics: `coalesced` shared another caller's AssumeRole call, `stale` was issued
   * because its renewal failed or was slow.
   */
  onIssue: (result: 'hit' | 'miss' | 'coalesced' | 'stale') => void;
}

/**
 * Keeps sessions in memory.
 * - Any number of simultaneous callers share one AssumeRole call.
 * - A session is renewed before it expires. If STS fails or is slow, the session is issued until it expires.
 * - A denial by AWS deletes the session at once.
 * - An AssumeRole call continues after its callers disconnected, so that an SDK's retry finds its result.
 */
export class CredentialCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flight = singleFlight<Credentials>();
  /** The entries whose AssumeRole call is in flight and has been throttled. */
  readonly #throttled = new Set<string>();
  readonly #options: CredentialCacheOptions;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
  }

  /**
   * @throws StsError of `request.assume`. If it takes longer than `maxWaitMs` and there is no valid session: `throttled`
   *   if STS has throttled the call, else `unavailable`.
   */
  async issue(key: CredentialCacheKey, request: CacheRequest): Promise<CacheResult> {
    const id = serializeKey(key);
    const now = this.#now();
    const entry = this.#entries.get(id);
    if (!entry || entry.credentials.expiresAt.getTime() <= now) {
      return this.#issueRenewed(id, request);
    }
    if (now < entry.renewInBackgroundAt) return this.#issueCached(entry, 'hit');
    if (now < entry.renewBeforeIssueAt) {
      this.#renew(id, request.assume).catch(reportDenialTo(request));
      return this.#issueCached(entry, 'hit');
    }
    try {
      return await this.#issueRenewed(id, { ...request, maxWaitMs: SDK_MAX_WAIT_MS });
    } catch (error) {
      const isTransient = error instanceof StsError && !isDenial(error);
      if (!isTransient || entry.credentials.expiresAt.getTime() <= this.#now()) throw error;
      entry.renewInBackgroundAt = this.#now() + MIN_RETRY_INTERVAL_MS;
      return this.#issueCached(entry, 'stale');
    }
  }

  #issueCached(entry: Entry, result: 'hit' | 'stale'): CacheResult {
    this.#options.onIssue(result);
    return { credentials: entry.credentials, cached: true };
  }

  async #issueRenewed(id: string, request: CacheRequest): Promise<CacheResult> {
    const { maxWaitMs } = request;
    let isOwnCall = false;
    const renewal = this.#renew(id, (onThrottled) => {
      isOwnCall = true;
      return request.assume(onThrottled);
    });
    const credentials =
      maxWaitMs === undefined
        ? await renewal
        : await withTimeout(maxWaitMs, renewal, () => {
            renewal.catch(reportDenialTo(request));
            const failure = this.#throttled.has(id) ? 'throttled' : 'unavailable';
            return new StsError(failure, `STS did not answer within ${maxWaitMs} ms`);
          });
    this.#options.onIssue(isOwnCall ? 'miss' : 'coalesced');
    return { credentials, cached: !isOwnCall };
  }

  #renew(id: string, assume: CacheRequest['assume']): Promise<Credentials> {
    return this.#flight(id, async () => {
      const startedAt = this.#now();
      try {
        const credentials = await assume(() => this.#throttled.add(id));
        const expiresAt = credentials.expiresAt.getTime();
        const scale = Math.min(1, (expiresAt - startedAt) / SHORT_SESSION_MS);
        this.#entries.set(id, {
          credentials,
          renewInBackgroundAt: expiresAt - BACKGROUND_RENEWAL_MS * scale,
          renewBeforeIssueAt: expiresAt - BLOCKING_RENEWAL_MS * scale,
        });
        return credentials;
      } catch (error) {
        const entry = this.#entries.get(id);
        if (isDenial(error)) this.#entries.delete(id);
        else if (entry) entry.renewInBackgroundAt = this.#now() + MIN_RETRY_INTERVAL_MS;
        throw error;
      } finally {
        this.#throttled.delete(id);
      }
    });
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}

function serializeKey(key: CredentialCacheKey): string {
  const { tenantId, connectionId, externalId, workerKeyId, durationSeconds, session } = key;
  return [tenantId, connectionId, externalId, workerKeyId, durationSeconds, digestOf(session)].join(' ');
}

/** Digests the content, not the profile's name: after a profile was changed, no request gets a session of the old one. */
function digestOf(session: SessionOptions | null): string {
  if (session === null) return '-';
  const { policy, policyArns, tags, sourceIdentity } = session;
  const text = JSON.stringify([
    policy,
    policyArns,
    tags.map(({ key, value }) => [key, value]),
    sourceIdentity,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

function reportDenialTo({ onDenied }: CacheRequest): (error: unknown) => void {
  return (error) => {
    if (isDenial(error)) onDenied(error);
  };
}

function isDenial(error: unknown): error is StsError {
  return error instanceof StsError && error.failure === 'denied';
}
