import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import type { Actor } from '../identity/principal.ts';
import { updateWebhook } from './store.ts';
import type { DisabledReason, Webhook } from './webhook.ts';

/**
 * Disables a webhook that the caller has locked, in its transaction: with an event for the other webhooks and the feed.
 * Pending deliveries wait until it is enabled again; events of the meantime are not delivered.
 */
export async function disableWebhook(
  database: Database,
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  { webhook, reason, actor }: { webhook: Webhook; reason: DisabledReason; actor: Actor },
): Promise<Webhook> {
  const now = clock.now();
  const changes = { status: 'disabled', statusReason: reason, statusSince: now } as const;
  const disabled = await updateWebhook(database, webhook.id, changes, now);
  // The URL may contain a token, so only its host is told.
  const detail = { webhookId: webhook.id, host: new URL(webhook.url).host, reason };
  const outcome = reason === 'requested' ? 'success' : 'failure';
  await recordEvents(database, clock, {
    tenantId: null,
    actor,
    action: 'webhook.disabled',
    outcome,
    detail,
  });
  await recordChange(database, clock, {
    type: 'webhook.disabled',
    tenantId: null,
    connectionId: null,
    data: detail,
  });
  log.warn(detail, 'a webhook is disabled');
  return disabled;
}
