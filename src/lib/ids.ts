import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type Id<Prefix extends string> = `${Prefix}_${string}`;

/**
 * A new TypeID (TypeID specification 0.3): a prefix, an underscore, and a UUID version 7 as 26 characters of
 * Crockford's base 32. The prefix keeps a resource's ID from being mistaken for an external ID, a bare UUID.
 */
export function newId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return typeId(prefix, Buffer.from(uuidv7().replaceAll('-', ''), 'hex'));
}

/** An ID in the same form that is always the same for the same parts; nobody finds other parts with it. */
export function derivedId<Prefix extends string>(prefix: Prefix, parts: readonly string[]): Id<Prefix> {
  return typeId(prefix, createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16));
}

/** 128 bits as 26 characters of 5 bits; the first has the two bits that are missing, as zeros. */
function typeId<Prefix extends string>(prefix: Prefix, bytes: Uint8Array): Id<Prefix> {
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
