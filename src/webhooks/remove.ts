import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { deleteWebhook } from './store.ts';

/** Deletes a webhook. Its pending deliveries are not made. @throws Problem `not_found` */
export async function removeWebhook(
  deps: Pick<Deps, 'database' | 'clock'>,
  { actor, webhookId }: { actor: Actor; webhookId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    if (!(await deleteWebhook(database, webhookId))) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor,
      action: 'webhook.deleted',
      outcome: 'success',
      detail: { webhookId },
    });
  });
}
