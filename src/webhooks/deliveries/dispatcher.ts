import { queuedSingleFlight } from '../../lib/single-flight.ts';
import { type DeliverDeps, deliverFirst } from './deliver.ts';
import type { AttemptResult } from './send.ts';
import { type ClaimedQueue, claimQueues } from './store.ts';

/** How many attempts this process makes at the same time. */
const MAX_CONCURRENT = 100;
const MAX_CONCURRENT_PER_WEBHOOK = 4;
/** A receiver that does not respond keeps only one attempt waiting, so that even many of them do not use up all. */
const MAX_CONCURRENT_WHILE_FAILING = 1;

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
  const active = new Map<string, number>();
  const failing = new Set<string>();
  const attempts = new Set<Promise<void>>();
  // One at a time, so that the limits are counted once.
  const oneByOne = queuedSingleFlight<void>();
  let stopped = false;

  const freeSlots = (): Map<string, number> =>
    new Map(
      [...new Set([...active.keys(), ...failing])].map((id) => {
        const limit = failing.has(id) ? MAX_CONCURRENT_WHILE_FAILING : MAX_CONCURRENT_PER_WEBHOOK;
        return [id, Math.max(0, limit - (active.get(id) ?? 0))];
      }),
    );

  const recordOutcome = (webhookId: string, outcome: AttemptResult['outcome'] | null): void => {
    if (outcome === 'delivered') failing.delete(webhookId);
    else if (outcome !== null) failing.add(webhookId);
  };

  const run = async (queue: ClaimedQueue): Promise<void> => {
    const { webhookId } = queue;
    active.set(webhookId, (active.get(webhookId) ?? 0) + 1);
    try {
      recordOutcome(webhookId, await deliverFirst(deps, queue));
    } catch (err) {
      deps.log.error({ err, webhookId }, 'a delivery failed and will be repeated when its lease ends');
    } finally {
      const rest = (active.get(webhookId) ?? 1) - 1;
      if (rest > 0) active.set(webhookId, rest);
      else active.delete(webhookId);
    }
  };

  const start = async (): Promise<void> => {
    const total = MAX_CONCURRENT - attempts.size;
    if (stopped || total <= 0) return;
    const limits = { total, perWebhook: MAX_CONCURRENT_PER_WEBHOOK, ofWebhooks: freeSlots() };
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
