import { isObject } from '../lib/is-object.ts';
import { hasDuplicateKeys } from '../lib/json-keys.ts';

/** Tokens of workloads are shorter; Node limits all headers of a request together to 16 kB. */
const MAX_TOKEN_LENGTH = 8192;
/** Header, payload and signature of a JWT (RFC 7515, compact serialization). */
const COMPACT_FORM = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/**
 * Only asymmetric algorithms are accepted (RFC 7518, RFC 8037): with "none" anybody could sign a token, and with HS256
 * anybody who has the public key.
 */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
] as const;

/** Returns whether a text has the form of a signed JWT; it may still be invalid. */
export function isTokenShaped(text: string): boolean {
  return text.length <= MAX_TOKEN_LENGTH && COMPACT_FORM.test(text);
}

/** The parts of a token that select the keys to verify it with. They must not be trusted. */
export interface UnverifiedToken {
  issuer: string;
  alg: string;
  kid: string;
}

/** Reads a token without verifying it; null if it is malformed, or its algorithm or key ID is not acceptable. */
export function readUnverifiedToken(token: string): UnverifiedToken | null {
  const [, header, payload] = COMPACT_FORM.exec(token) ?? [];
  const { alg, kid } = parsePart(header) ?? {};
  const { iss } = parsePart(payload) ?? {};
  if (typeof alg !== 'string' || !(ALGORITHMS as readonly string[]).includes(alg)) return null;
  if (typeof kid !== 'string' || kid.length === 0 || kid.length > 512 || typeof iss !== 'string') return null;
  return { issuer: iss, alg, kid };
}

function parsePart(part: string | undefined): Record<string, unknown> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part ?? '', 'base64url'));
    const value: unknown = JSON.parse(text);
    // Parsers differ in which of two values they use for a duplicate key such as "sub".
    return isObject(value) && !hasDuplicateKeys(text) ? value : null;
  } catch {
    return null;
  }
}
