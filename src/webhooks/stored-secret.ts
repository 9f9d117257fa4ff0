import { hkdfSync, randomBytes } from 'node:crypto';
import { decryptJson, encryptJson } from '../lib/encrypted-json.ts';

/** How a secret is stored: the first byte tells. */
const PLAIN = 0;
const ENCRYPTED = 1;

/** A signing secret as Standard Webhooks writes it, with 256 random bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Returns the secret as it is stored; encrypted if the configuration has a key. */
export function storeSecret(secret: string, webhookId: string, secretsKey: string | null): Buffer {
  return secretsKey === null
    ? Buffer.concat([Buffer.of(PLAIN), Buffer.from(secret)])
    : Buffer.concat([Buffer.of(ENCRYPTED), encryptJson(secret, deriveKey(secretsKey), webhookId)]);
}

/**
 * Reads a stored secret. One that was stored before the configuration had a key is read as it is.
 * @throws Error if it was encrypted with another key, or for another webhook
 */
export function readSecret(stored: Uint8Array, webhookId: string, secretsKey: string | null): string {
  const [format, content] = [stored[0], Buffer.from(stored.subarray(1))];
  if (format === PLAIN) return content.toString();
  if (secretsKey === null) throw new Error('COUNTERSIGN_WEBHOOK_SECRETS_KEY is not set, but was before');
  return decryptJson(content, deriveKey(secretsKey), webhookId) as string;
}

function deriveKey(secretsKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretsKey, '', 'countersign webhook secrets', 32));
}
