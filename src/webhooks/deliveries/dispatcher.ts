import { queuedSingleFlight } from '../../lib/single-flight.ts';
import { AttemptSlots, MAX_CONCURRENT_PER_WEBHOOK } from './attempt-slots.ts';
import { type DeliverDeps, deliverFirst } from './deliver.ts';
import { type ClaimedQueue, claimQueues } from './store.ts';

/** How many attempts this process makes at the same time. */
const MAX_CONCURRENT = 100;

export interface Dispatcher {
  /** Starts the attempts that are due, as many as the limits allow, and more when these end. Does not wait for them. */
  dispatch(): Promise<void>;
  /** Waits until no attempt is in progress and none is due. */
  settle(): Promise<void>;
  /** Starts no further attempt, and waits for those in progress. */
  stop(): Promise<void>;
}

/** Makes the deliveries that are due. Replicas share the work; the limits are those of this process. */
export function createDispatcher(deps: DeliverDeps): Dispatcher {
  const slots = new AttemptSlots();
  const attempts = new Set<Promise<void>>();
  // One at a time, so that the limits are counted once.
  const oneByOne = queuedSingleFlight<void>();
  let stopped = false;

  const run = async (queue: ClaimedQueue): Promise<void> => {
    const { webhookId } = queue;
    slots.acquire(webhookId);
    try {
      const outcome = await deliverFirst(deps, queue);
      if (outcome !== null) slots.record(webhookId, outcome === 'delivered');
    } catch (err) {
      deps.log.error({ err, webhookId }, 'a delivery failed and will be repeated when its lease ends');
    } finally {
      slots.release(webhookId);
    }
  };

  const start = async (): Promise<void> => {
    const total = MAX_CONCURRENT - attempts.size;
    if (stopped || total <= 0) return;
    const limits = { total, perWebhook: MAX_CONCURRENT_PER_WEBHOOK, ofWebhooks: slots.free() };
    for (const queue of await claimQueues(deps.database, deps.clock.now(), limits)) {
      const attempt = run(queue)
        .then(dispatch)
        .catch((err) => deps.log.error({ err }, 'due deliveries could not be read'))
        .finally(() => attempts.delete(attempt));
      attempts.add(attempt);
    }
  };
  const dispatch = (): Promise<void> => oneByOne('start', start);
  const settle = async (): Promise<void> => {
    while (attempts.size > 0) await Promise.all(attempts);
  };

  return {
    dispatch,
    settle,
    async stop() {
      stopped = true;
      await settle();
    },
  };
}
