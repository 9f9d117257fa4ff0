import { createHash, hkdfSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonicalJson, type Json } from '../../lib/canonical-json.ts';
import { invalidRequest, Problem } from '../problem.ts';
import type { KeyOfRequest, StoredKey } from './store.ts';

/** How long a response can be replayed. */
export const IDEMPOTENCY_HOURS = 24;

/** A key whose response is stored encrypted. */
export interface ReplayableKey extends KeyOfRequest {
  /** Derived from the caller's API key, so that the database alone cannot decrypt the response. */
  secret: Buffer;
}

/** Reads the Idempotency-Key header, for a response that is not stored. Null without the header. */
export function readKey(request: FastifyRequest): KeyOfRequest | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = parseKey(String(header));
  if (key === null) {
    throw invalidRequest([
      {
        path: 'Idempotency-Key',
        message: 'must have 1 to 255 printable ASCII characters, in double quotes if it contains spaces',
      },
    ]);
  }
  const [path] = request.url.split('?');
  const content = canonicalJson([
    request.method,
    path ?? '',
    (request.body ?? null) as Json,
    request.query as Json,
  ]);
  return {
    apiKeyId: callerOf(request).principal.keyId,
    key,
    requestHash: createHash('sha256').update(content).digest(),
  };
}

/**
 * Reads a key as a string of Structured Fields (RFC 9651, section 3.3.3), as draft-ietf-httpapi-idempotency-key-header
 * requires, or as plain text, as most clients send it. Both forms are the same key. Null if it is neither.
 */
function parseKey(header: string): string | null {
  const [, quoted] = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(header) ?? [];
  const key = quoted?.replace(/\\(.)/g, '$1') ?? (/^[!#-~][!-~]*$/.test(header) ? header : '');
  return key.length >= 1 && key.length <= 255 ? key : null;
}

/**
 * Reads the Idempotency-Key header, for a response that is stored. Null without the header.
 * A worker's token changes with each renewal, so no response can be encrypted for it.
 */
export function readReplayableKey(request: FastifyRequest): ReplayableKey | null {
  const keyOfRequest = readKey(request);
  if (!keyOfRequest) return null;
  const { key: apiKey } = callerOf(request);
  if (apiKey === null) {
    throw invalidRequest([
      { path: 'Idempotency-Key', message: 'is accepted here with an API key only, not with a token' },
    ]);
  }
  const secret = hkdfSync('sha256', apiKey, keyOfRequest.key, 'countersign idempotent answer', 32);
  return { ...keyOfRequest, secret: Buffer.from(secret) };
}

function callerOf(request: FastifyRequest): NonNullable<FastifyRequest['caller']> {
  if (!request.caller) throw new Error('a public route accepts no Idempotency-Key');
  return request.caller;
}

/** @throws Problem `idempotency_key_reused` */
export function assertSameRequest(stored: StoredKey | null, key: KeyOfRequest): void {
  if (stored && key.requestHash.equals(stored.requestHash)) return;
  throw new Problem(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Use a new key for each new request.',
  );
}
