import { createHash, randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Crockford's base 32. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

type Id<Prefix extends string> = `${Prefix}_${string}`;

/**
 * Creates a TypeID (TypeID specification 0.3): a prefix, an underscore, and a UUID version 7 as 26 characters of base
 * 32. The prefix shows the kind of resource, and no TypeID can be mistaken for a plain UUID.
 */
export function newId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  const random = takeRandomBytes();
  const now = Date.now();
  if (now > newest.msecs) newest = { msecs: now, seq: random.readUInt32BE() >>> 1 };
  else newest.seq++;
  return encodeTypeId(prefix, uuidv7({ random, ...newest }, new Uint8Array(16)));
}

/** IDs of one millisecond are numbered from a random number on, so that each sorts after the one before it. */
let newest = { msecs: 0, seq: 0 };

const BYTES_PER_ID = 16;
const randomBytes = Buffer.alloc(256 * BYTES_PER_ID);
let usedBytes = randomBytes.length;

/** Reads the random bytes of many IDs at once. Reading them for each took longer than all the rest (decision 27). */
function takeRandomBytes(): Buffer {
  if (usedBytes === randomBytes.length) {
    randomFillSync(randomBytes);
    usedBytes = 0;
  }
  usedBytes += BYTES_PER_ID;
  return randomBytes.subarray(usedBytes - BYTES_PER_ID, usedBytes);
}

/** Derives an ID in the same format from a hash: equal parts give the same ID, and no collision can be constructed. */
export function deriveId<Prefix extends string>(prefix: Prefix, parts: readonly string[]): Id<Prefix> {
  return encodeTypeId(prefix, createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16));
}

/** Encodes 128 bits as 26 characters of 5 bits each; two zero bits come first to fill the 130 bits. */
function encodeTypeId<Prefix extends string>(prefix: Prefix, bytes: Uint8Array): Id<Prefix> {
  let suffix = '';
  let bits = 2;
  let pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      suffix += ALPHABET[pending >> bits];
      pending &= (1 << bits) - 1;
    }
  }
  return `${prefix}_${suffix}`;
}

/** The pattern of a TypeID with this prefix, for request schemas. */
export function idPattern(prefix: string): RegExp {
  return new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);
}
