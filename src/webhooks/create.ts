import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { EventType } from '../events/event.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { insertWebhook } from './store.ts';
import { newWebhookSecret, storeSecret } from './stored-secret.ts';
import type { Webhook } from './webhook.ts';

interface Input {
  actor: Actor;
  url: string;
  types: EventType[];
  description: string | null;
}

/** Creates a webhook. Its secret is returned only here. `checkDestination` has allowed its URL before. */
export async function createWebhook(
  { database, clock, config }: Pick<Deps, 'database' | 'clock' | 'config'>,
  { actor, ...properties }: Input,
): Promise<{ webhook: Webhook; secret: string }> {
  const id = newId('webhook');
  const secret = newWebhookSecret();
  const stored = storeSecret(secret, id, config.webhooks.secretsKey);
  return database.transaction(async (database) => {
    const webhook = await insertWebhook(database, { id, ...properties, secret: stored, now: clock.now() });
    await recordEvents(database, clock, {
      tenantId: null,
      actor,
      action: 'webhook.created',
      outcome: 'success',
      detail: { webhookId: id, host: new URL(webhook.url).host, types: webhook.types },
    });
    return { webhook, secret };
  });
}
