import type { Deps } from '../../deps.ts';
import { notFound, Problem } from '../../http/problem.ts';
import { findWebhook } from '../store.ts';
import type { Delivery } from './delivery.ts';
import { findDelivery, restartDelivery } from './store.ts';

/**
 * Makes a delivery again at once, whatever became of it. Later ones of its connection wait for it.
 * @throws Problem `not_found`, `conflict` (the webhook is disabled)
 */
export async function retryDelivery(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { webhookId, deliveryId }: { webhookId: string; deliveryId: string },
): Promise<Delivery> {
  return database.transaction(async (database) => {
    const webhook = await findWebhook(database, webhookId);
    const delivery = await findDelivery(database, { id: deliveryId, webhookId });
    if (!webhook || !delivery) throw notFound();
    if (webhook.status === 'disabled')
      throw new Problem('conflict', 'This webhook is disabled. Enable it; then retry the delivery.');
    await restartDelivery(database, deliveryId, clock.now());
    const restarted = await findDelivery(database, { id: deliveryId, webhookId });
    if (!restarted) throw notFound();
    return restarted;
  });
}
