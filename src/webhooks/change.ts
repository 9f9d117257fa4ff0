import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import type { EventType } from '../events/event.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { bringQueuesForward } from './deliveries/store.ts';
import { disableWebhook } from './disable.ts';
import { lockWebhook, updateWebhook } from './store.ts';
import type { Webhook, WebhookStatus } from './webhook.ts';

interface Changes {
  url?: string;
  types?: EventType[];
  description?: string | null;
  status?: WebhookStatus;
}

type ChangeDeps = Pick<Deps, 'database' | 'clock' | 'log'>;

/**
 * Changes a webhook. A webhook that is enabled again gets what was pending when it was disabled.
 * @throws Problem `not_found`
 */
export async function changeWebhook(
  deps: ChangeDeps,
  { actor, webhookId, changes }: { actor: Actor; webhookId: string; changes: Changes },
): Promise<Webhook> {
  const { status, ...properties } = changes;
  return deps.database.transaction(async (database) => {
    const before = await lockWebhook(database, webhookId);
    if (!before) throw notFound();
    const after = await updateWebhook(database, webhookId, properties, deps.clock.now());
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor,
      action: 'webhook.updated',
      outcome: 'success',
      detail: {
        webhookId,
        host: new URL(after.url).host,
        changed: Object.keys(changes).sort(),
        status: status ?? after.status,
      },
    });
    if (status === undefined || status === before.status) return after;
    if (status === 'enabled') return enableWebhook(database, deps, webhookId);
    return disableWebhook(database, deps, { webhook: after, reason: 'requested', actor });
  });
}

async function enableWebhook(database: Database, { clock }: ChangeDeps, id: string): Promise<Webhook> {
  const now = clock.now();
  await bringQueuesForward(database, { webhookId: id, now });
  return updateWebhook(database, id, { status: 'enabled', statusReason: null, statusSince: now }, now);
}
