import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { fetchJson } from '../lib/fetch-json.ts';
import type { Log } from '../lib/log.ts';
import { isSourceUrl } from '../lib/urls.ts';

/** Older keys are fetched again, behind the callers' backs. */
const FRESH_MS = 10 * 60_000;
/** How long the last keys hold while the issuer gives no others. A key that it withdrew meanwhile holds as long. */
const KEPT_MS = 60 * 60_000;
/** No sooner is an issuer asked again, however many unknown keys are named to us. */
const COOLDOWN_MS = 30_000;
const COOLDOWN_AFTER_FAILURE_MS = 5_000;
/** Less than what SDKs give container credentials in all is not to be had from every issuer at the first time. */
const FETCH = { timeoutMs: 3_000, largestBytes: 256 * 1024 };

export interface KeySetOptions {
  issuer: string;
  /** null: as the issuer's discovery document says, when keys are first needed. */
  jwksUrl: string | null;
  clock: Clock;
  log: Log;
}

/** The issuer gave no keys, so that nothing can be said about a token. */
export class KeysUnavailable extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, cause: unknown) {
    super('the keys of a token issuer are not to be had', { cause });
    this.name = 'KeysUnavailable';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The public keys of one issuer, fetched when they are needed and kept for a while. */
export class KeySet {
  readonly #options: KeySetOptions;
  #keys: { find: ReturnType<typeof createLocalJWKSet>; fetchedAt: number } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failure: unknown = null;
  #flight: Promise<void> | null = null;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /**
   * The key that a token names; null: the issuer has none such.
   * @throws KeysUnavailable when the issuer cannot be asked, and what is known of it does not answer
   */
  async find(named: { alg: string; kid: string }): Promise<CryptoKey | null> {
    const known = await this.#look(named);
    if (known) {
      if (this.#ageMs() >= FRESH_MS) void this.#refresh();
      return known;
    }
    // A new key may have come into use, or there are no keys yet.
    await this.#refresh();
    const found = await this.#look(named);
    if (!found && this.#failure !== null) throw new KeysUnavailable(this.#waitSeconds(), this.#failure);
    return found;
  }

  async #look(named: { alg: string; kid: string }): Promise<CryptoKey | null> {
    if (!this.#keys || this.#ageMs() >= KEPT_MS) return null;
    try {
      return await this.#keys.find(named);
    } catch (err) {
      const { issuer, log } = this.#options;
      if (!(err instanceof errors.JWKSNoMatchingKey))
        log.warn({ issuer, err }, 'a key of a token issuer is not usable');
      return null;
    }
  }

  /** Fetches the keys, one at a time and not too often. What goes wrong is kept for whoever then has no key. */
  #refresh(): Promise<void> {
    if (!this.#flight && this.#waitMs() <= 0) {
      this.#askedAt = this.#now();
      this.#flight = this.#fetch().finally(() => {
        this.#flight = null;
      });
    }
    return this.#flight ?? Promise.resolve();
  }

  async #fetch(): Promise<void> {
    const { issuer, log } = this.#options;
    try {
      const url = this.#options.jwksUrl ?? (await discover(issuer));
      const find = createLocalJWKSet((await fetchJson(url, FETCH)) as JSONWebKeySet);
      this.#keys = { find, fetchedAt: this.#now() };
      this.#failure = null;
    } catch (err) {
      this.#failure = err;
      log.warn({ issuer, err }, 'the keys of a token issuer could not be fetched');
    }
  }

  #waitMs(): number {
    const cooldown = this.#failure === null ? COOLDOWN_MS : COOLDOWN_AFTER_FAILURE_MS;
    // Never longer than the cooldown, also after the clock was set back.
    return Math.min(cooldown, this.#askedAt + cooldown - this.#now());
  }

  #waitSeconds(): number {
    return Math.max(1, Math.ceil(this.#waitMs() / 1000));
  }

  #ageMs(): number {
    return this.#keys ? this.#now() - this.#keys.fetchedAt : Number.POSITIVE_INFINITY;
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}

/** Where an issuer says its keys are (OpenID Connect Discovery 1.0, section 4). */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { issuer: says, jwks_uri: jwksUri } = (await fetchJson(url, FETCH)) as Record<string, unknown>;
  if (says !== issuer) throw new Error(`${url} speaks of another issuer`);
  if (typeof jwksUri !== 'string' || !isSourceUrl(jwksUri)) throw new Error(`${url} names no https jwks_uri`);
  // A document from elsewhere must not make us ask our own host.
  if (issuer.startsWith('https:') && !jwksUri.startsWith('https:'))
    throw new Error(`${url} names a local jwks_uri`);
  return jwksUri;
}
