import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * A value as JSON, encrypted with AES-256-GCM: 12 bytes of nonce, the text, 16 bytes of authentication tag.
 * @param context must be the same for decryption, so that what is stored in one place is not accepted in another
 */
export function encryptJson(value: unknown, key: Buffer, context = ''): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const text = JSON.stringify(value ?? null);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error if it was changed, or encrypted with another key or context */
export function decryptJson(encrypted: Buffer, key: Buffer, context = ''): unknown {
  const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12));
  decipher.setAAD(Buffer.from(context)).setAuthTag(encrypted.subarray(-16));
  const text = Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]);
  return JSON.parse(text.toString('utf8'));
}
