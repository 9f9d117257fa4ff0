import type { Deps } from '../../deps.ts';
import { SYSTEM } from '../../identity/principal.ts';
import { disableWebhook } from '../disable.ts';
import { readSecrets } from '../read-secrets.ts';
import { lockWebhook } from '../store.ts';
import { decideNextStep } from './delivery.ts';
import { toMessageBody } from './message.ts';
import type { AttemptResult } from './send.ts';
import {
  bringQueuesForward,
  type ClaimedQueue,
  type DueDelivery,
  findDueDelivery,
  lockQueue,
  releaseQueue,
  updateDelivery,
} from './store.ts';

export type DeliverDeps = Pick<Deps, 'database' | 'clock' | 'config' | 'log' | 'metrics' | 'webhookSender'>;

/** Makes one attempt at the first delivery of a claimed queue. Returns its outcome; null: nothing is pending. */
export async function deliverFirst(
  deps: DeliverDeps,
  queue: ClaimedQueue,
): Promise<AttemptResult['outcome'] | null> {
  const due = await findDueDelivery(deps.database, queue);
  if (!due) {
    await releaseEmptyQueue(deps, queue);
    return null;
  }
  const result = await attempt(deps, queue.webhookId, due);
  await recordAttempt(deps, { queue, due, result });
  // The receiver works again: what waits for a retry need not wait longer.
  if (result.outcome === 'delivered' && due.attempts > 0)
    await bringQueuesForward(deps.database, { webhookId: queue.webhookId, now: deps.clock.now() });
  return result.outcome;
}

async function releaseEmptyQueue({ database, clock }: DeliverDeps, queue: ClaimedQueue): Promise<void> {
  await database.transaction(async (database) => {
    if (await lockQueue(database, queue)) await releaseQueue(database, queue, clock.now());
  });
}

async function attempt(
  { database, clock, config, webhookSender }: DeliverDeps,
  webhookId: string,
  { url, event }: DueDelivery,
): Promise<AttemptResult> {
  const sentAt = clock.now();
  const secrets = await readSecrets({ database, config }, webhookId, sentAt);
  if ('problem' in secrets)
    return { outcome: 'failed', responseStatus: null, responseExcerpt: null, error: secrets.problem };
  return webhookSender.send({ url, id: event.id, body: toMessageBody(event), ...secrets, sentAt });
}

/** Records an attempt, unless the lease has ended: then another process makes the delivery again. */
async function recordAttempt(
  deps: DeliverDeps,
  { queue, due, result }: { queue: ClaimedQueue; due: DueDelivery; result: AttemptResult },
): Promise<void> {
  const now = deps.clock.now();
  const retryingSince = new Date(Math.max((due.firstAttemptAt ?? now).getTime(), due.enabledSince.getTime()));
  const attempts = due.attempts + 1;
  const next = decideNextStep(result, { attempts, retryingSince, now, random: Math.random() });
  await deps.database.transaction(async (database) => {
    // Locked before the queue, in the order in which enabling a webhook locks them.
    const webhook = next.status === 'failed' ? await lockWebhook(database, queue.webhookId) : null;
    if (!(await lockQueue(database, queue))) return;
    await updateDelivery(database, due.id, { result, status: next.status, now });
    await releaseQueue(database, queue, next.status === 'pending' ? next.dueAt : now);
    if (next.status === 'failed' && webhook?.status === 'enabled')
      await disableWebhook(database, deps, { webhook, reason: next.disabledReason, actor: SYSTEM });
  });
  deps.metrics.webhookAttempts.inc({ outcome: next.status === 'pending' ? 'retried' : next.status });
}
