import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Identity } from '../identity/principal.ts';
import { authenticateToken } from '../worker-identities/authenticate-token.ts';
import { isTokenShaped } from '../worker-identities/token.ts';
import { hashApiKey, isApiKeyShaped } from './api-key.ts';
import type { KeyLookup } from './key-lookup.ts';

/**
 * Authenticates a bearer value: an API key, or a worker's token from a configured issuer.
 * - A key is read from the database for each request, so that revocation and expiry hold from the next request on.
 * - Text that has the form of neither is rejected without database or network.
 * - Keys are found by their hash, so that the time of a look-up reveals nothing about the key.
 * @throws Problem `unauthorized`, `identity_provider_unavailable`
 */
export async function authenticate(
  deps: Pick<Deps, 'keys' | 'clock' | 'log' | 'tokenIssuers' | 'isTokenRevoked'>,
  bearer: string | null,
  findKey: KeyLookup['find'] = deps.keys.find,
): Promise<Identity> {
  if (bearer === null) {
    throw unauthorized('Send an API key: "Authorization: Bearer <key>".');
  }
  const hash = hashApiKey(bearer);
  if (!isApiKeyShaped(bearer) && !deps.keys.isFromEnvironment(hash)) {
    if (deps.tokenIssuers.size > 0 && isTokenShaped(bearer)) return authenticateToken(deps, bearer);
    if (deps.tokenIssuers.size > 0 && /^eyJ[\w-]+\./.test(bearer))
      throw unauthorized(
        'This token is incomplete, or longer than 8192 characters. Check that it was copied completely, or have its issuer put fewer claims in it.',
      );
    throw unauthorized('This is not an API key of Countersign. Check that it was copied completely.');
  }
  const key = await findKey(hash);
  if (!key || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= deps.clock.now())) {
    throw unauthorized('This API key is unknown, expired or revoked.');
  }
  return key.principal;
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail);
}

/** The bearer token of an Authorization header (RFC 6750), up to the length of a JWT; null for any other header. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]{1,8192})$/i.exec(header ?? '')?.[1] ?? null;
}
