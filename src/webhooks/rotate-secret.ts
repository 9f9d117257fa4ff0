import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { replaceSecret } from './store.ts';
import { newWebhookSecret, storeSecret } from './stored-secret.ts';

/** For how long messages are signed with both secrets. */
const OVERLAP_HOURS = 24;

/**
 * Replaces a webhook's secret. The secret is returned only here. A receiver has a day to learn it, since messages are signed
 * with the previous one too.
 * @throws Problem `not_found`
 */
export async function rotateWebhookSecret(
  { database, clock, config }: Pick<Deps, 'database' | 'clock' | 'config'>,
  { actor, webhookId }: { actor: Actor; webhookId: string },
): Promise<{ secret: string; previousSecretExpiresAt: Date }> {
  const secret = newWebhookSecret();
  const stored = storeSecret(secret, webhookId, config.webhooks.secretsKey);
  return database.transaction(async (database) => {
    const now = clock.now();
    const previousExpiresAt = new Date(now.getTime() + OVERLAP_HOURS * 3_600_000);
    if (!(await replaceSecret(database, webhookId, { secret: stored, previousExpiresAt, now })))
      throw notFound();
    await recordEvents(database, clock, {
      tenantId: null,
      actor,
      action: 'webhook.secret_rotated',
      outcome: 'success',
      detail: { webhookId },
    });
    return { secret, previousSecretExpiresAt: previousExpiresAt };
  });
}
