import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'csk_';
const SHAPE = /^csk_([0-9a-f]{64})([0-9a-f]{8})$/;

/** A new API key: prefix, 256 random bits in hex, and a CRC-32 that reveals a typing error without a look-up. */
export function newApiKey(): string {
  const random = randomBytes(32).toString('hex');
  return PREFIX + random + checksum(random);
}

/** Whether a text has the form of a key, checksum included. It may still not exist. */
export function isApiKeyShaped(text: string): boolean {
  const [, random, sum] = SHAPE.exec(text) ?? [];
  return random !== undefined && sum === checksum(random);
}

/** The hash that is stored in place of the key. With 256 random bits a plain SHA-256 cannot be reversed. */
export function hashApiKey(key: string): Buffer {
  // With 'buffer', each hash would have memory of its own outside the heap, which costs garbage collection (decision 27).
  return Buffer.from(hash('sha256', key, 'hex'), 'hex');
}

function checksum(random: string): string {
  return crc32(PREFIX + random)
    .toString(16)
    .padStart(8, '0');
}
