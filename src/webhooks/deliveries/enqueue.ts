import type { Deps } from '../../deps.ts';
import type { Clock } from '../../lib/clock.ts';
import { planDeliveries } from './delivery.ts';
import { insertDeliveries, lockEnabledWebhooks } from './store.ts';

/** Creates the deliveries of published events, in the transaction that publishes them: none is lost, none is made twice. */
export function enqueueDeliveries(clock: Clock): Deps['onEventsPublished'] {
  return async (database, events) => {
    if (events.length === 0) return;
    const deliveries = planDeliveries(await lockEnabledWebhooks(database), events);
    if (deliveries.length > 0) await insertDeliveries(database, deliveries, clock.now());
  };
}
