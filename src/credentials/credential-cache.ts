import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type SessionOptions, StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import { singleFlight } from '../lib/single-flight.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import { type CredentialKey, type Credentials, SDK_PATIENCE_MS } from './credentials.ts';

const MINUTE = 60_000;
/** Renewed behind the callers' backs when less than this is left. */
const RENEW_MS = 20 * MINUTE;
/**
 * With less than this left the renewal is waited for: botocore fetches again before every call when a session has under
 * 15 minutes to live, so handing one out would be answered by the next request at once.
 */
const USEFUL_MS = 15 * MINUTE;
/** Of a session shorter than this, both in proportion. */
const SHORT_MS = 30 * MINUTE;
/** After a renewal that failed or is late, the next caller waits for one no sooner than this. */
const RETRY_MS = 5_000;

export interface Drawn {
  credentials: Credentials;
  /** False for the one caller whose request went to STS. */
  cached: boolean;
}

interface Entry {
  credentials: Credentials;
  renewAt: number;
  /** From here on it is handed out only if there is no other. */
  usefulUntil: number;
}

/** How one caller draws. */
export interface Drawing {
  /** Gets new credentials from STS; tells when STS throttles the call, which goes on. */
  assume: (onThrottled: () => void) => Promise<Credentials>;
  /** Told that a renewal was denied which no caller was waiting for any more. */
  onDenied: (error: StsError) => void;
  /** How long this caller waits for STS, in milliseconds; the call itself goes on. Left out: to its end. */
  patienceMs?: number | undefined;
}

export interface CredentialCacheOptions {
  clock: Clock;
  largest: number;
  /** Told how a credential was found, for the metrics. */
  onIssue: (result: 'hit' | 'miss' | 'joined' | 'kept') => void;
}

/**
 * The credentials in memory. One AssumeRole serves any number of simultaneous callers; while a session lives it is
 * handed out and renewed behind the callers' backs before its end; a passing fault or slowness of STS keeps it to that
 * end; a denial drops it at once. A call to STS belongs to nobody: it goes on when whoever asked has hung up.
 */
export class CredentialCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flight = singleFlight<Credentials>();
  /** The calls under way that STS has throttled. */
  readonly #throttled = new Set<string>();
  readonly #options: CredentialCacheOptions;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.largest });
  }

  /**
   * @throws StsError of `assume`; or, when that takes too long and there is nothing valid to hand out, `throttled` if STS
   *   has throttled it and `unavailable` if not
   */
  async draw(key: CredentialKey, drawing: Drawing): Promise<Drawn> {
    const id = textOf(key);
    const now = this.#now();
    const entry = this.#entries.get(id);
    if (!entry || entry.credentials.expiresAt.getTime() <= now) {
      return this.#renewed(id, drawing);
    }
    if (now < entry.renewAt) return this.#found(entry, 'hit');
    if (now < entry.usefulUntil) {
      this.#renew(id, drawing.assume).catch(tellDenial(drawing));
      return this.#found(entry, 'hit');
    }
    try {
      return await this.#renewed(id, { ...drawing, patienceMs: SDK_PATIENCE_MS });
    } catch (error) {
      const passing = error instanceof StsError && !isDenial(error);
      if (!passing || entry.credentials.expiresAt.getTime() <= this.#now()) throw error;
      entry.renewAt = this.#now() + RETRY_MS;
      return this.#found(entry, 'kept');
    }
  }

  #found(entry: Entry, result: 'hit' | 'kept'): Drawn {
    this.#options.onIssue(result);
    return { credentials: entry.credentials, cached: true };
  }

  async #renewed(id: string, drawing: Drawing): Promise<Drawn> {
    const { patienceMs } = drawing;
    let started = false;
    const renewal = this.#renew(id, (onThrottled) => {
      started = true;
      return drawing.assume(onThrottled);
    });
    const credentials =
      patienceMs === undefined
        ? await renewal
        : await withTimeout(patienceMs, renewal, () => {
            renewal.catch(tellDenial(drawing));
            const failure = this.#throttled.has(id) ? 'throttled' : 'unavailable';
            return new StsError(failure, 'STS has not answered yet');
          });
    this.#options.onIssue(started ? 'miss' : 'joined');
    return { credentials, cached: !started };
  }

  #renew(id: string, assume: Drawing['assume']): Promise<Credentials> {
    return this.#flight(id, async () => {
      const startedAt = this.#now();
      try {
        const credentials = await assume(() => this.#throttled.add(id));
        const endsAt = credentials.expiresAt.getTime();
        const scale = Math.min(1, (endsAt - startedAt) / SHORT_MS);
        this.#entries.set(id, {
          credentials,
          renewAt: endsAt - RENEW_MS * scale,
          usefulUntil: endsAt - USEFUL_MS * scale,
        });
        return credentials;
      } catch (error) {
        const entry = this.#entries.get(id);
        if (isDenial(error)) this.#entries.delete(id);
        else if (entry) entry.renewAt = this.#now() + RETRY_MS;
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

function textOf(key: CredentialKey): string {
  const { tenantId, connectionId, externalId, workerKeyId, durationSeconds, session } = key;
  return [tenantId, connectionId, externalId, workerKeyId, durationSeconds, digestOf(session)].join(' ');
}

/** By content and not by a profile's name: a changed profile has another key, whenever and wherever it was changed. */
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

function tellDenial({ onDenied }: Drawing): (error: unknown) => void {
  return (error) => {
    if (isDenial(error)) onDenied(error);
  };
}

function isDenial(error: unknown): error is StsError {
  return error instanceof StsError && error.failure === 'denied';
}
