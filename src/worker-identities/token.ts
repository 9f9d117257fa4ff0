import { hasDuplicateMembers } from '../lib/json-members.ts';

/** Longer than any workload's token; Node's own limit for all headers together is 16 kB. */
const MOST_CHARACTERS = 8192;
const SHAPE = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/** Asymmetric ones alone (RFC 7518, RFC 8037): with "none" or HS256 everybody could sign, with the public key or nothing. */
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

/** Whether a text could be a signed JWT (RFC 7515, compact serialization). It says nothing about whether it is valid. */
export function isTokenShaped(text: string): boolean {
  return text.length <= MOST_CHARACTERS && SHAPE.test(text);
}

/** What a token says of itself, to choose the keys that it is checked by. Nothing of it is true yet. */
export interface UnverifiedToken {
  issuer: string;
  alg: string;
  kid: string;
}

/** Reads a token's own words; null when it is malformed, or names an algorithm or key in no acceptable way. */
export function readUnverified(token: string): UnverifiedToken | null {
  const [, header, payload] = SHAPE.exec(token) ?? [];
  const { alg, kid } = readObject(header) ?? {};
  const { iss } = readObject(payload) ?? {};
  if (typeof alg !== 'string' || !(ALGORITHMS as readonly string[]).includes(alg)) return null;
  if (typeof kid !== 'string' || kid.length === 0 || kid.length > 512 || typeof iss !== 'string') return null;
  return { issuer: iss, alg, kid };
}

function readObject(part: string | undefined): Record<string, unknown> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part ?? '', 'base64url'));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    // What one reader takes for the subject must be what every reader does.
    return hasDuplicateMembers(text) ? null : (value as Record<string, unknown>);
  } catch {
    return null;
  }
}
