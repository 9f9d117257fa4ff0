import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { type KeySet, KeysUnavailable } from './key-set.ts';
import { ALGORITHMS, readUnverified } from './token.ts';
import { admits, toPrincipal, type WorkerIdentity } from './worker-identity.ts';

/** How far the clocks of issuer and service may differ. */
const SKEW_SECONDS = 30;
/** A token that is valid for longer is as good as a stored secret. */
const MOST_LIFE_SECONDS = 86_400;

/**
 * Which worker the bearer of a JWT is. The token's own words choose among the configured issuers and nothing else;
 * where keys lie, which algorithms count and what may be done is configuration. Garbage and unknown issuers are turned
 * away without the network.
 * @throws Problem `unauthorized`, or `identity_provider_unavailable` when the issuer's keys are not to be had
 */
export async function authenticateToken(
  deps: Pick<Deps, 'tokenIssuers' | 'isTokenRevoked' | 'clock' | 'log'>,
  token: string,
): Promise<Principal> {
  const said = readUnverified(token);
  if (!said) {
    throw unauthorized(
      `This token is not acceptable. It must be a JWT with "iss" and "kid", signed by one of ${ALGORITHMS.join(', ')}.`,
    );
  }
  const issuer = deps.tokenIssuers.get(said.issuer);
  if (!issuer) throw unauthorized('No worker identity is configured for the issuer of this token.');
  const claims = await verified(deps, token, said, issuer.keys);
  const identity = issuer.identities.find((one) => admits(one, claims));
  if (!identity) {
    throw unauthorized(
      'The token is genuine, but its audience and claims fit no configured worker identity.',
    );
  }
  assertYoung(identity, claims, deps.clock.now());
  const { sub: subject, iat } = claims;
  const issuedAt = new Date(iat * 1000);
  if (await deps.isTokenRevoked({ identity: identity.name, subject, issuedAt })) {
    throw unauthorized('This token was revoked. Ask whoever runs Countersign whether a new one is accepted.');
  }
  return toPrincipal(identity, subject);
}

type Claims = JWTPayload & { sub: string; iat: number };

/** A token that its issuer made for longer than this worker needs is taken for that long and no longer. */
function assertYoung({ maxTokenAgeSeconds }: WorkerIdentity, { iat }: Claims, now: Date): void {
  if (maxTokenAgeSeconds === undefined) return;
  if (now.getTime() / 1000 - iat <= maxTokenAgeSeconds + SKEW_SECONDS) return;
  throw unauthorized(
    `This token was issued more than ${maxTokenAgeSeconds} seconds ago, which is the longest that this worker's are taken for. Get a new one from its issuer.`,
  );
}

async function verified(
  deps: Pick<Deps, 'clock' | 'log'>,
  token: string,
  said: { issuer: string; alg: string; kid: string },
  keys: KeySet,
): Promise<Claims> {
  try {
    const key = await keys.find(said);
    if (!key)
      throw unauthorized('The issuer of this token has no key of that ID. If it is new, try again shortly.');
    const { payload } = await jwtVerify(token, key, {
      algorithms: [...ALGORITHMS],
      issuer: said.issuer,
      currentDate: deps.clock.now(),
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: MOST_LIFE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    return assertBounded(payload);
  } catch (error) {
    throw refusal(deps, error);
  }
}

/** What jose leaves open: how long a token may live, and that its subject can be written down as it is. */
function assertBounded(payload: JWTPayload): Claims {
  const { exp = Number.NaN, iat = Number.NaN, sub } = payload;
  if (!(exp - iat <= MOST_LIFE_SECONDS)) {
    throw unauthorized(
      `This token is valid for more than ${MOST_LIFE_SECONDS / 3600} hours. Ask for a shorter one.`,
    );
  }
  if (typeof sub !== 'string' || !sub.isWellFormed() || !/^\P{Cc}{1,1024}$/u.test(sub)) {
    throw unauthorized(
      'The "sub" of this token must have 1 to 1024 characters, none of them a control character.',
    );
  }
  return { ...payload, sub, iat };
}

/** What a caller is told: about the token, which is theirs, and never what is configured. */
function refusal(deps: Pick<Deps, 'log'>, error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof KeysUnavailable) {
    return new Problem(
      'identity_provider_unavailable',
      'The issuer of this token did not give its keys, so the token could not be checked. Try again shortly.',
      { cause: error, retryAfterSeconds: error.retryAfterSeconds },
    );
  }
  if (error instanceof errors.JWTExpired)
    return unauthorized('This token has expired. Get a new one from its issuer.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthorized(`The "${error.claim}" of this token is missing, or not acceptable now.`);
  }
  if (!(error instanceof errors.JOSEError)) deps.log.warn({ err: error }, 'a token could not be checked');
  return unauthorized('The signature of this token is not valid.');
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail);
}
