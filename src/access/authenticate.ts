import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { authenticateToken } from '../worker-identities/authenticate-token.ts';
import { isTokenShaped } from '../worker-identities/token.ts';
import { hashApiKey, isApiKeyShaped } from './api-key.ts';

/**
 * Who the bearer of this text is: an API key, read from the database now, so that a revoked or expired one ends with the
 * next request; or a worker by the token of a configured issuer. Garbage is turned away without database and network;
 * a key's hash is compared, so equal time tells nothing of it.
 * @throws Problem `unauthorized`, `identity_provider_unavailable`
 */
export async function authenticate(
  deps: Pick<Deps, 'keys' | 'clock' | 'log' | 'tokenIssuers' | 'isTokenRevoked'>,
  bearer: string | null,
): Promise<Principal> {
  if (bearer === null) {
    throw unauthorized('Send an API key: "Authorization: Bearer <key>".');
  }
  const hash = hashApiKey(bearer);
  if (!isApiKeyShaped(bearer) && !deps.keys.isFromEnvironment(hash)) {
    if (deps.tokenIssuers.size > 0 && isTokenShaped(bearer)) return authenticateToken(deps, bearer);
    if (deps.tokenIssuers.size > 0 && /^eyJ[\w-]+\./.test(bearer))
      throw unauthorized(
        'This token is no whole JWT of 8192 characters or fewer. Ask its issuer for fewer claims.',
      );
    throw unauthorized('This is not an API key of Countersign. Check that it was copied whole.');
  }
  const key = await deps.keys.find(hash);
  if (!key || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= deps.clock.now())) {
    throw unauthorized('This API key is unknown, expired or revoked.');
  }
  return key.principal;
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail);
}

/** The bearer token of an Authorization header (RFC 6750), or null. As long as a JWT may be. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]{1,8192})$/i.exec(header ?? '')?.[1] ?? null;
}
