import { randomInt } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Generates an ID in the format of AWS: a prefix of four letters and random base 32 characters. */
export function generateUniqueId(prefix: 'ASIA' | 'AROA'): string {
  const length = prefix === 'ASIA' ? 16 : 17;
  return prefix + Array.from({ length }, () => BASE32[randomInt(BASE32.length)]).join('');
}
