import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type SessionOptions, StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { CredentialKey, Credentials } from './credentials.ts';

/** Renewed when less than this share of the session is left. */
const RENEW_SHARE = 1 / 3;
/** With less than this left a session is of no use to a caller who is only starting, so the renewal is waited for. */
const USEFUL_MS = 60_000;
/** After a renewal that failed, the next is tried no sooner than this. */
const RETRY_MS = 5_000;

export interface Drawn {
  credentials: Credentials;
  /** False for the one caller whose request went to STS. */
  cached: boolean;
}

interface Entry {
  credentials: Credentials;
  renewAt: number;
}

export interface CredentialCacheOptions {
  clock: Clock;
  largest: number;
  /** Told how a credential was found, for the metrics. */
  onDraw: (result: 'hit' | 'miss' | 'joined' | 'kept') => void;
}

/**
 * The credentials in memory. One AssumeRole serves any number of simultaneous callers; while a session lives it is
 * handed out and renewed behind the callers' backs before its end; a passing fault of STS keeps it to that end; a
 * denial drops it at once.
 */
export class CredentialCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flight = singleFlight<Credentials>();
  readonly #options: CredentialCacheOptions;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.largest });
  }

  /**
   * @param assume gets new credentials from STS
   * @param onDenied is told when a renewal in the background was denied, since no caller hears of it
   * @throws StsError of `assume`, when there is nothing valid to hand out
   */
  async draw(
    key: CredentialKey,
    assume: () => Promise<Credentials>,
    onDenied: (error: StsError) => void,
  ): Promise<Drawn> {
    const id = textOf(key);
    const now = this.#now();
    const entry = this.#entries.get(id);
    if (!entry || entry.credentials.expiresAt.getTime() <= now) {
      let started = false;
      const credentials = await this.#renew(id, () => {
        started = true;
        return assume();
      });
      this.#options.onDraw(started ? 'miss' : 'joined');
      return { credentials, cached: !started };
    }
    if (now < entry.renewAt) {
      this.#options.onDraw('hit');
      return { credentials: entry.credentials, cached: true };
    }
    const renewal = this.#renew(id, assume);
    if (entry.credentials.expiresAt.getTime() - now >= USEFUL_MS) {
      renewal.catch((error) => {
        if (isDenial(error)) onDenied(error);
      });
      this.#options.onDraw('hit');
      return { credentials: entry.credentials, cached: true };
    }
    return this.#renewedOrKept(renewal, entry);
  }

  async #renewedOrKept(renewal: Promise<Credentials>, entry: Entry): Promise<Drawn> {
    try {
      return { credentials: await renewal, cached: false };
    } catch (error) {
      const passing = error instanceof StsError && !isDenial(error);
      if (!passing || entry.credentials.expiresAt.getTime() <= this.#now()) throw error;
      this.#options.onDraw('kept');
      return { credentials: entry.credentials, cached: true };
    }
  }

  #renew(id: string, assume: () => Promise<Credentials>): Promise<Credentials> {
    return this.#flight(id, async () => {
      const startedAt = this.#now();
      try {
        const credentials = await assume();
        const lifeMs = credentials.expiresAt.getTime() - startedAt;
        this.#entries.set(id, {
          credentials,
          renewAt: credentials.expiresAt.getTime() - lifeMs * RENEW_SHARE,
        });
        return credentials;
      } catch (error) {
        const entry = this.#entries.get(id);
        if (isDenial(error)) this.#entries.delete(id);
        else if (entry) entry.renewAt = this.#now() + RETRY_MS;
        throw error;
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

function isDenial(error: unknown): error is StsError {
  return error instanceof StsError && error.failure === 'denied';
}
