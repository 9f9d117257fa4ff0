import type { Deps } from '../deps.ts';
import { findSecrets } from './store.ts';
import { readSecret } from './stored-secret.ts';

/** Reads the secrets that messages of a webhook are signed with, or why this is impossible, in words for the vendor. */
export async function readSecrets(
  { database, config }: Pick<Deps, 'database' | 'config'>,
  webhookId: string,
  now: Date,
): Promise<{ secrets: string[] } | { problem: string }> {
  const stored = await findSecrets(database, webhookId, now);
  try {
    return { secrets: stored.map((secret) => readSecret(secret, webhookId, config.webhooks.secretsKey)) };
  } catch {
    return {
      problem:
        'the signing secret cannot be read: COUNTERSIGN_WEBHOOK_SECRETS_KEY is not the one that it was stored with',
    };
  }
}
