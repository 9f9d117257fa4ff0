import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { hashApiKey, isApiKeyShaped, newApiKey } from './api-key.ts';
import { authenticate, bearerOf } from './authenticate.ts';
import type { KeyLookup } from './key-lookup.ts';

const clock = manualClock(new Date('2030-01-01T00:00:00Z'));

const none = {
  clock,
  log: pino({ level: 'silent' }),
  tokenIssuers: new Map(),
  isTokenRevoked: async () => false,
};

/** A database that must not be asked. */
const untouchable: KeyLookup = {
  find: () => {
    throw new Error('the database was asked');
  },
  isFromEnvironment: () => false,
};

describe('a key', () => {
  test('has its prefix, 256 bits and a checksum, and never comes twice', () => {
    const keys = Array.from({ length: 5_000 }, newApiKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keys.map((key) => key.slice(4, 68))).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatch(/^csk_[0-9a-f]{72}$/);
      expect(isApiKeyShaped(key)).toBe(true);
    }
  });

  test('with any one character changed, dropped, doubled or swapped with its neighbour is no key', () => {
    const key = newApiKey();
    for (let at = 0; at < key.length; at++) {
      const [before, here, after] = [key.slice(0, at), key.charAt(at), key.slice(at + 1)];
      expect(isApiKeyShaped(before + after)).toBe(false);
      expect(isApiKeyShaped(before + here + here + after)).toBe(false);
      for (const other of '0123456789abcdefABCDEFgz_ ') {
        if (other !== here) expect(isApiKeyShaped(before + other + after), `${other} at ${at}`).toBe(false);
      }
      const next = key.charAt(at + 1);
      if (next !== '' && next !== here) {
        expect(isApiKeyShaped(before + next + here + key.slice(at + 2))).toBe(false);
      }
    }
  });

  test('is stored as a hash of 32 bytes that differs for each key and holds nothing of it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(hashApiKey(one)).toHaveLength(32);
        expect(hashApiKey(one).equals(hashApiKey(other))).toBe(one === other);
      }),
    );
  });
});

describe('garbage', () => {
  test('is turned away without asking the database', async () => {
    const key = newApiKey();
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.stringMatching(/^csk_[0-9a-f]{72}$/).filter((text) => !isApiKeyShaped(text)),
      fc.constantFrom(
        '',
        'null',
        "' OR 1=1 --",
        `${key} `,
        ` ${key}`,
        `${key}\n`,
        key.toUpperCase(),
        key + key,
      ),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (text) => {
        await expect(authenticate({ ...none, keys: untouchable }, text)).rejects.toMatchObject({
          code: 'unauthorized',
        });
      }),
      { numRuns: 1_000 },
    );
    await expect(authenticate({ ...none, keys: untouchable }, null)).rejects.toMatchObject({
      code: 'unauthorized',
    });
  });

  test('that looks like a key is looked up once, by its hash alone, and refused in the same words as an expired one', async () => {
    const key = newApiKey();
    const lookedUp: Buffer[] = [];
    const principal = {
      keyId: 'key_1',
      name: 'n',
      role: 'admin',
      tenantId: null,
      tenants: 'any',
      profiles: 'any',
    } as const;
    const answering = (found: Awaited<ReturnType<KeyLookup['find']>>): KeyLookup => ({
      find: async (hash) => {
        lookedUp.push(hash);
        return found;
      },
      isFromEnvironment: () => false,
    });
    const now = clock.now();
    const refused = await Promise.all(
      [
        null,
        { principal, expiresAt: now, revokedAt: null },
        { principal, expiresAt: null, revokedAt: now },
      ].map((found) =>
        authenticate({ ...none, keys: answering(found) }, key).catch(
          (error: { detail: string }) => error.detail,
        ),
      ),
    );
    expect(lookedUp).toEqual([hashApiKey(key), hashApiKey(key), hashApiKey(key)]);
    expect(new Set(refused)).toEqual(new Set(['This API key is unknown, expired or revoked.']));
    const valid = answering({ principal, expiresAt: new Date(now.getTime() + 1), revokedAt: null });
    expect(await authenticate({ ...none, keys: valid }, key)).toBe(principal);
  });
});

describe('an Authorization header', () => {
  test('gives the bearer token of exactly one shape, and null for everything else', () => {
    expect(bearerOf('Bearer abc')).toBe('abc');
    expect(bearerOf('bearer   abc')).toBe('abc');
    for (const header of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Basic abc',
      'Bearer a b',
      'Bearer a\n',
      ' Bearer a',
      'Bearer ä',
      `Bearer ${'a'.repeat(8193)}`,
      'Bearer a, Bearer b',
    ]) {
      expect(bearerOf(header), JSON.stringify(header)).toBeNull();
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void bearerOf(text)));
  });
});
