import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Identity } from '../identity/principal.ts';
import { type KeySet, KeysUnavailableError } from './key-set.ts';
import { ALGORITHMS, readUnverifiedToken, type UnverifiedToken } from './token.ts';
import { matchesIdentity, toPrincipal, type WorkerIdentity } from './worker-identity.ts';

/** Tolerates this difference between the clocks of issuer and service. */
const CLOCK_SKEW_SECONDS = 30;
/** A token with a longer lifetime is as dangerous as a stored secret. */
export const MAX_TOKEN_LIFETIME_SECONDS = 86_400;

/**
 * Authenticates the bearer of a JWT as a worker. The unverified token only selects one of the configured issuers. The
 * address of the keys, the accepted algorithms and the worker's permissions come from configuration. A malformed token
 * or an unknown issuer is rejected without network access.
 * @throws Problem `unauthorized`, or `identity_provider_unavailable` if the issuer's current keys are not known
 */
export async function authenticateToken(
  deps: Pick<Deps, 'tokenIssuers' | 'isTokenRevoked' | 'clock' | 'log'>,
  token: string,
): Promise<Identity> {
  const unverified = readUnverifiedToken(token);
  if (!unverified) {
    throw unauthorized(
      `This token is malformed. It must be a JWT with "iss" and "kid", signed with one of ${ALGORITHMS.join(', ')}.`,
    );
  }
  const issuer = deps.tokenIssuers.get(unverified.issuer);
  if (!issuer) throw unauthorized('No worker identity is configured for the issuer of this token.');
  const claims = await verifyToken(deps, token, unverified, issuer.keys);
  const identity = issuer.identities.find((identity) => matchesIdentity(identity, claims));
  if (!identity) {
    throw unauthorized(
      'The token is valid, but its audience and claims match no configured worker identity.',
    );
  }
  assertMaxAge(identity, claims, deps.clock.now());
  const { sub: subject, iat } = claims;
  const issuedAt = new Date(iat * 1000);
  if (await deps.isTokenRevoked({ identity: identity.name, subject, issuedAt })) {
    throw unauthorized(
      'This token was revoked. Ask the operator of Countersign whether a new one is accepted.',
    );
  }
  return toPrincipal(identity, subject);
}

type Claims = JWTPayload & { sub: string; iat: number };

/** Limits how long a stolen token can be used when its issuer sets a longer lifetime than this worker needs. */
function assertMaxAge({ maxTokenAgeSeconds }: WorkerIdentity, { iat }: Claims, now: Date): void {
  if (maxTokenAgeSeconds === undefined) return;
  if (now.getTime() / 1000 - iat <= maxTokenAgeSeconds + CLOCK_SKEW_SECONDS) return;
  throw unauthorized(
    `This token was issued more than ${maxTokenAgeSeconds} seconds ago, the maximum age for this worker. Get a new one from its issuer.`,
  );
}

async function verifyToken(
  deps: Pick<Deps, 'clock' | 'log'>,
  token: string,
  unverified: UnverifiedToken,
  keys: KeySet,
): Promise<Claims> {
  try {
    const key = await keys.find(unverified);
    if (!key)
      throw unauthorized(
        'The issuer of this token has no key with its key ID. Get a new token from its issuer.',
      );
    const { payload } = await jwtVerify(token, key, {
      algorithms: [...ALGORITHMS],
      issuer: unverified.issuer,
      currentDate: deps.clock.now(),
      clockTolerance: CLOCK_SKEW_SECONDS,
      maxTokenAge: MAX_TOKEN_LIFETIME_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    return assertClaims(payload);
  } catch (error) {
    throw toProblem(deps, error);
  }
}

/** Checks what jose does not: the lifetime, and that the subject can be stored and logged unchanged. */
function assertClaims(payload: JWTPayload): Claims {
  const { exp = Number.NaN, iat = Number.NaN, sub } = payload;
  if (!(exp - iat <= MAX_TOKEN_LIFETIME_SECONDS)) {
    throw unauthorized(
      `This token is valid for more than ${MAX_TOKEN_LIFETIME_SECONDS / 3600} hours. Request one with a shorter lifetime.`,
    );
  }
  if (typeof sub !== 'string' || !sub.isWellFormed() || !/^\P{Cc}{1,1024}$/u.test(sub)) {
    throw unauthorized('The "sub" of this token must have 1 to 1024 characters without control characters.');
  }
  return { ...payload, sub, iat };
}

const KEYS_UNAVAILABLE: Record<KeysUnavailableError['reason'], string> = {
  fetch_failed:
    'The keys of the issuer of this token could not be fetched, so the token could not be verified. Try again after the time in Retry-After.',
  cooldown:
    'The key of this token is not among the keys that its issuer had published before. They are fetched again soon. Try again after the time in Retry-After.',
};

/** Converts an error into one that describes the caller's token, without revealing configuration. */
function toProblem(deps: Pick<Deps, 'log'>, error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof KeysUnavailableError) {
    const { reason, retryAfterSeconds } = error;
    const detail = KEYS_UNAVAILABLE[reason];
    return new Problem('identity_provider_unavailable', detail, { cause: error, retryAfterSeconds });
  }
  if (error instanceof errors.JWTExpired)
    return unauthorized('This token has expired. Get a new one from its issuer.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthorized(`The "${error.claim}" of this token is missing or currently not acceptable.`);
  }
  if (!(error instanceof errors.JOSEError)) deps.log.warn({ err: error }, 'A token could not be verified');
  return unauthorized('The signature of this token is not valid.');
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail);
}
