import type { Agent } from 'node:http';
import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { fetchJson } from '../lib/fetch-json.ts';
import { isObject } from '../lib/is-object.ts';
import type { Log } from '../lib/log.ts';
import { isTrustedSourceUrl } from '../lib/urls.ts';

/** Older keys are still used, and refreshed in the background. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** Limits how long keys are used while the issuer is down, and so how long a withdrawn key stays valid then. */
const MAX_AGE_MS = 60 * 60_000;
/** An attacker could otherwise cause a request to the issuer with every token that names an unknown key. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5_000;
/** Some issuers take seconds for the first response, but AWS SDKs wait only a few seconds for container credentials. */
const FETCH_LIMITS = { timeoutMs: 3_000, maxBytes: 256 * 1024 };

interface KeySetOptions {
  issuer: string;
  /** null takes the URL from the issuer's discovery document when keys are first needed. */
  jwksUrl: string | null;
  clock: Clock;
  log: Log;
  /** Opens the connections to the issuer, through a proxy where one is configured. */
  agent?: Agent | undefined;
}

/** Identifies a key by the header of a token. */
type KeyReference = { alg: string; kid: string };

/**
 * The issuer's current keys are not known, so that a token can be neither accepted nor rejected.
 * - `fetch_failed`: they could not be fetched
 * - `cooldown`: they were fetched before the token arrived, and may not be fetched again yet
 */
export class KeysUnavailableError extends Error {
  readonly reason: 'fetch_failed' | 'cooldown';
  readonly retryAfterSeconds: number;

  constructor(reason: KeysUnavailableError['reason'], retryAfterSeconds: number, cause?: unknown) {
    super('The keys of a token issuer are unavailable', { cause });
    this.name = 'KeysUnavailableError';
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The public keys of one issuer: fetched on first use and cached. */
export class KeySet {
  readonly #options: KeySetOptions;
  #cached: { find: ReturnType<typeof createLocalJWKSet>; fetchedAt: number } | null = null;
  #lastFetchStartedAt = Number.NEGATIVE_INFINITY;
  #lastError: unknown = null;
  #currentFetch: Promise<void> | null = null;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /**
   * Finds the key that a token names. null: the issuer had no such key in a fetch that began after this call. An older
   * fetch proves nothing, because the issuer may have published the key since: a client would drop valid credentials.
   * @throws KeysUnavailableError if the key is not cached and there is no such fetch
   */
  async find(reference: KeyReference): Promise<CryptoKey | null> {
    const cached = await this.#findCached(reference);
    if (cached) {
      if (this.#ageMs() >= REFRESH_AFTER_MS) this.#startFetch();
      return cached;
    }
    const isFetchedAnew = this.#startFetch();
    await this.#currentFetch;
    const found = await this.#findCached(reference);
    if (found) return found;
    if (this.#lastError !== null)
      throw new KeysUnavailableError('fetch_failed', this.#retryAfterSeconds(), this.#lastError);
    if (!isFetchedAnew) throw new KeysUnavailableError('cooldown', this.#retryAfterSeconds());
    return null;
  }

  async #findCached(reference: KeyReference): Promise<CryptoKey | null> {
    if (!this.#cached || this.#ageMs() >= MAX_AGE_MS) return null;
    try {
      return await this.#cached.find(reference);
    } catch (err) {
      const { issuer, log } = this.#options;
      if (!(err instanceof errors.JWKSNoMatchingKey))
        log.warn({ issuer, err }, 'A key of a token issuer cannot be used');
      return null;
    }
  }

  /** Starts to fetch the keys unless a fetch is in progress or the cooldown runs. Returns whether it did. */
  #startFetch(): boolean {
    if (this.#currentFetch || this.#remainingCooldownMs() > 0) return false;
    this.#lastFetchStartedAt = this.#now();
    this.#currentFetch = this.#fetch().finally(() => {
      this.#currentFetch = null;
    });
    return true;
  }

  /** It never rejects. */
  async #fetch(): Promise<void> {
    const { issuer, log } = this.#options;
    try {
      const options = { ...FETCH_LIMITS, agent: this.#options.agent };
      const url = this.#options.jwksUrl ?? (await discoverJwksUrl(issuer, options));
      const find = createLocalJWKSet((await fetchJson(url, options)) as JSONWebKeySet);
      this.#cached = { find, fetchedAt: this.#now() };
      this.#lastError = null;
    } catch (err) {
      this.#lastError = err;
      log.warn({ issuer, err }, 'The keys of a token issuer could not be fetched');
    }
  }

  #remainingCooldownMs(): number {
    const cooldown = this.#lastError === null ? COOLDOWN_MS : COOLDOWN_AFTER_FAILURE_MS;
    // A clock that was set back must not extend the cooldown.
    return Math.min(cooldown, this.#lastFetchStartedAt + cooldown - this.#now());
  }

  #retryAfterSeconds(): number {
    return Math.max(1, Math.ceil(this.#remainingCooldownMs() / 1000));
  }

  #ageMs(): number {
    return this.#cached ? this.#now() - this.#cached.fetchedAt : Number.POSITIVE_INFINITY;
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}

/** Reads the URL of the issuer's keys from its discovery document (OpenID Connect Discovery 1.0, section 4). */
async function discoverJwksUrl(issuer: string, options: Parameters<typeof fetchJson>[1]): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchJson(url, options);
  if (!isObject(document) || document.issuer !== issuer) throw new Error(`${url} names another issuer`);
  const jwksUrl = document.jwks_uri;
  if (typeof jwksUrl !== 'string' || !isTrustedSourceUrl(jwksUrl))
    throw new Error(`${url} names no https jwks_uri`);
  // A remote document must not make the service send requests to its own host.
  if (issuer.startsWith('https:') && !jwksUrl.startsWith('https:'))
    throw new Error(`${url} names a jwks_uri on loopback`);
  return jwksUrl;
}
