import { v7 as uuidv7 } from 'uuid';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type Id<Prefix extends string> = `${Prefix}_${string}`;

/**
 * A new TypeID (TypeID specification 0.3): a prefix, an underscore, and a UUID version 7 as 26 characters of
 * Crockford's base 32. The prefix keeps a resource's ID from being mistaken for an external ID, a bare UUID.
 */
export function newId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  let value = BigInt(`0x${uuidv7().replaceAll('-', '')}`);
  let suffix = '';
  for (let i = 0; i < 26; i++) {
    suffix = ALPHABET[Number(value & 31n)] + suffix;
    value >>= 5n;
  }
  return `${prefix}_${suffix}`;
}

/** The pattern of a TypeID with this prefix, for request schemas. */
export function idPattern(prefix: string): RegExp {
  return new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);
}
