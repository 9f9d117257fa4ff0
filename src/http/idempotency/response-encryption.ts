import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The response as JSON, encrypted with AES-256-GCM: 12 bytes of nonce, the text, 16 bytes of authentication tag. */
export function encryptResponse(response: unknown, secret: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  const text = JSON.stringify(response ?? null);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

export function decryptResponse(encrypted: Buffer, secret: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', secret, encrypted.subarray(0, 12));
  decipher.setAuthTag(encrypted.subarray(-16));
  const text = Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]);
  return JSON.parse(text.toString('utf8'));
}
