import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Sts, StsError } from '../../aws/sts.ts';
import type { Log } from '../../lib/log.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { withTimeout } from '../../lib/with-timeout.ts';
import { type Credentials, type Recovery, SDK_MAX_WAIT_MS } from '../credentials.ts';
import type { AllowedSession } from '../decide.ts';
import { buildSessionName, type SessionNameTemplate, UNIQUE_LENGTH } from '../session/session-name.ts';
import { cacheKey } from './cache-key.ts';

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

export interface CacheRequest {
  /** Finds out why AWS denied AssumeRole; null: this call follows a recovery, so a denial is final. */
  recover: (() => Promise<Recovery>) | null;
  /** How long this caller waits; the call and the recovery continue afterwards. Left out: until they end. */
  maxWaitMs?: number | undefined;
}

/**
 * - `issued`: `cached` is false for the one caller whose request caused the AssumeRole call
 * - `denied`: AWS denied AssumeRole; `recovery` is null if the request had none
 * - `failed`: STS gave no answer, or rejected the session
 */
export type CacheResult =
  | { kind: 'issued'; credentials: Credentials; cached: boolean }
  | Denied
  | { kind: 'failed'; error: StsError };

interface Denied {
  kind: 'denied';
  error: StsError;
  recovery: Recovery | null;
}

type Renewal = { kind: 'allowed'; credentials: Credentials } | Denied;

interface Entry {
  credentials: Credentials;
  renewInBackgroundAt: number;
  /** From then on the session is issued only if it cannot be renewed. */
  renewBeforeIssueAt: number;
}

interface CredentialCacheOptions {
  sts: Pick<Sts, 'assumeRole'>;
  /** The time by AWS's clock, which decides when a session ends. */
  awsNow: (partition: string) => Date;
  log: Log;
  sessionNameTemplate: SessionNameTemplate;
  maxEntries: number;
  /**
   * Called for each issue, for the metrics: `coalesced` shared another caller's AssumeRole call, `stale` was issued
   * because its renewal failed or was slow.
   */
  onIssue: (result: 'hit' | 'miss' | 'coalesced' | 'stale') => void;
}

/**
 * Keeps sessions in memory and gets them from STS.
 * - Any number of simultaneous callers share one AssumeRole call and, if AWS denies it, one recovery.
 * - A session is renewed before it ends. It is issued until it ends if STS fails or is slow, and also if STS denies the
 *   renewal, unless the recovery finds that the connection or its profile is not usable: that deletes the session.
 * - An AssumeRole call continues after its callers disconnected, so that an SDK's retry finds its result.
 */
export class CredentialCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flight = singleFlight<Renewal>();
  /** The entries whose AssumeRole call is in flight and has been throttled. */
  readonly #throttled = new Set<string>();
  readonly #options: CredentialCacheOptions;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
  }

  /** Issues the cached session or a new one. The caller has checked that the worker may have it now. */
  async issue(session: AllowedSession, request: CacheRequest): Promise<CacheResult> {
    const key = cacheKey(session);
    const now = this.#now(session);
    const entry = this.#entries.get(key);
    if (!entry || hasEnded(entry, now)) return this.#issueRenewed(key, session, request);
    if (now < entry.renewInBackgroundAt) return this.#issueCached(entry, 'hit');
    if (now < entry.renewBeforeIssueAt) {
      this.#renew(key, session, request).catch((error) => this.#logUnexpected(session, error));
      return this.#issueCached(entry, 'hit');
    }
    const renewed = await this.#issueRenewed(key, session, { ...request, maxWaitMs: SDK_MAX_WAIT_MS });
    if (!mayIssueStale(renewed) || hasEnded(entry, this.#now(session))) return renewed;
    this.#postponeRenewal(entry, session);
    return this.#issueCached(entry, 'stale');
  }

  #issueCached(entry: Entry, result: 'hit' | 'stale'): CacheResult {
    this.#options.onIssue(result);
    return { kind: 'issued', credentials: entry.credentials, cached: true };
  }

  async #issueRenewed(key: string, session: AllowedSession, request: CacheRequest): Promise<CacheResult> {
    let isOwnCall = false;
    const onStart = (): void => {
      isOwnCall = true;
    };
    try {
      const renewal = this.#renew(key, session, request, onStart);
      const renewed = await this.#waitFor(key, session, renewal, request.maxWaitMs);
      if (renewed.kind === 'denied') return renewed;
      this.#options.onIssue(isOwnCall ? 'miss' : 'coalesced');
      return { kind: 'issued', credentials: renewed.credentials, cached: !isOwnCall };
    } catch (error) {
      if (!(error instanceof StsError)) throw error;
      return { kind: 'failed', error };
    }
  }

  /** @throws StsError when it takes longer: `throttled` if STS has throttled the call, else `unavailable` */
  #waitFor(
    key: string,
    session: AllowedSession,
    renewal: Promise<Renewal>,
    maxWaitMs: number | undefined,
  ): Promise<Renewal> {
    if (maxWaitMs === undefined) return renewal;
    return withTimeout(maxWaitMs, renewal, () => {
      renewal.catch((error) => this.#logUnexpected(session, error));
      const failure = this.#throttled.has(key) ? 'throttled' : 'unavailable';
      return new StsError(failure, `STS did not answer within ${maxWaitMs} ms`);
    });
  }

  /** @throws StsError if STS neither allowed nor denied the call */
  #renew(
    key: string,
    session: AllowedSession,
    { recover }: CacheRequest,
    onStart?: () => void,
  ): Promise<Renewal> {
    return this.#flight(key, async () => {
      onStart?.();
      try {
        return { kind: 'allowed', credentials: await this.#assumeRole(key, session) };
      } catch (error) {
        const entry = this.#entries.get(key);
        if (entry) this.#postponeRenewal(entry, session);
        if (!(error instanceof StsError) || error.failure !== 'denied') throw error;
        return this.#recover(key, session, error, recover);
      }
    });
  }

  async #assumeRole(key: string, session: AllowedSession): Promise<Credentials> {
    const startedAt = this.#now(session);
    const { tenantId, roleArn, externalId, durationSeconds, options, nameValues } = session;
    const unique = randomBytes(UNIQUE_LENGTH / 2).toString('hex');
    const sessionName = buildSessionName(this.#options.sessionNameTemplate, { ...nameValues, unique });
    const assumed = await this.#options.sts
      .assumeRole({
        tenantId,
        roleArn,
        externalId: externalId.value,
        sessionName,
        durationSeconds,
        session: options,
        onThrottled: () => this.#throttled.add(key),
      })
      .finally(() => this.#throttled.delete(key));
    const credentials = { ...assumed, sessionName };
    const expiresAt = credentials.expiresAt.getTime();
    const scale = Math.min(1, (expiresAt - startedAt) / SHORT_SESSION_MS);
    this.#entries.set(key, {
      credentials,
      renewInBackgroundAt: expiresAt - BACKGROUND_RENEWAL_MS * scale,
      renewBeforeIssueAt: expiresAt - BLOCKING_RENEWAL_MS * scale,
    });
    return credentials;
  }

  async #recover(
    key: string,
    session: AllowedSession,
    error: StsError,
    recover: CacheRequest['recover'],
  ): Promise<Denied> {
    const recovery = (await recover?.()) ?? null;
    const outcome = recovery?.outcome;
    const entry = this.#entries.get(key);
    if (outcome === 'retry' && entry) entry.renewInBackgroundAt = this.#now(session);
    if (outcome === 'not_usable' || outcome === 'session_attributes_denied') {
      this.#entries.delete(key);
      const { connectionId } = session;
      this.#options.log.warn({ connectionId, outcome, err: error }, 'AWS denied a session');
    }
    return { kind: 'denied', error, recovery };
  }

  #postponeRenewal(entry: Entry, session: AllowedSession): void {
    entry.renewInBackgroundAt = this.#now(session) + MIN_RETRY_INTERVAL_MS;
  }

  /** Logs an error that no caller waits for. Errors of STS are counted in the metrics, and the next request retries. */
  #logUnexpected({ connectionId }: AllowedSession, err: unknown): void {
    if (err instanceof StsError) return;
    this.#options.log.error({ connectionId, err }, 'the renewal of a session failed');
  }

  #now({ partition }: AllowedSession): number {
    return this.#options.awsNow(partition).getTime();
  }
}

function hasEnded({ credentials }: Entry, now: number): boolean {
  return credentials.expiresAt.getTime() <= now;
}

/** Whether a session that is still valid is issued although it was not renewed: nothing is known against it. */
function mayIssueStale(result: CacheResult): boolean {
  if (result.kind !== 'denied') return result.kind === 'failed';
  return result.recovery === null || result.recovery.outcome === 'unknown';
}
