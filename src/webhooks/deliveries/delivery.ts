import type { PublishedEvent } from '../../events/event.ts';
import { newId } from '../../lib/ids.ts';
import type { DisabledReason } from '../webhook.ts';
import type { AttemptResult } from './send.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event for one webhook. */
export interface Delivery {
  id: string;
  webhookId: string;
  eventId: string;
  eventType: string;
  status: DeliveryStatus;
  attempts: number;
  lastAttemptAt: Date | null;
  /** null: it is not pending, or it waits for an earlier delivery of its connection. */
  nextAttemptAt: Date | null;
  responseStatus: number | null;
  responseExcerpt: string | null;
  error: string | null;
  createdAt: Date;
}

/** The delivery as the API shows it. */
export function toDeliveryBody({ lastAttemptAt, nextAttemptAt, createdAt, ...rest }: Delivery) {
  return {
    ...rest,
    lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

export interface NewDelivery {
  id: string;
  webhookId: string;
  eventId: string;
  position: bigint;
  orderingKey: string;
}

/** Events with the same key reach a webhook in order: those of a connection, the others of a tenant, the vendor's own. */
function orderingKeyOf({ connectionId, tenantId }: PublishedEvent): string {
  return connectionId ?? tenantId ?? 'vendor';
}

/** The deliveries of published events to the webhooks that want their types. */
export function planDeliveries(
  webhooks: readonly { id: string; types: readonly string[] }[],
  events: readonly PublishedEvent[],
): NewDelivery[] {
  return events.flatMap((event) =>
    webhooks
      .filter(({ types }) => types.length === 0 || types.includes(event.type))
      .map(({ id: webhookId }) => ({
        id: newId('delivery'),
        webhookId,
        eventId: event.id,
        position: event.position,
        orderingKey: orderingKeyOf(event),
      })),
  );
}

const RETRY_MS = { first: 5_000, factor: 4, max: 3_600_000 };
/** The part of a delay by which it varies, so that receivers are not called by all deliveries at the same moment. */
const JITTER = 0.25;
const MAX_RETRYING_MS = 3 * 86_400_000;

type NextStep =
  | { status: 'delivered' }
  | { status: 'pending'; dueAt: Date }
  | { status: 'failed'; disabledReason: DisabledReason };

/**
 * Decides what follows an attempt. After failures, attempts continue at growing intervals for three days from the first
 * attempt, or from when the webhook was enabled again.
 * @param attempt.attempts including this one
 * @param attempt.random between 0 and 1
 */
export function decideNextStep(
  { outcome }: Pick<AttemptResult, 'outcome'>,
  attempt: { attempts: number; retryingSince: Date; now: Date; random: number },
): NextStep {
  if (outcome === 'delivered') return { status: 'delivered' };
  if (outcome === 'gone') return { status: 'failed', disabledReason: 'gone' };
  const { attempts, retryingSince, now, random } = attempt;
  const endMs = retryingSince.getTime() + MAX_RETRYING_MS;
  if (now.getTime() >= endMs) return { status: 'failed', disabledReason: 'delivery_failed' };
  const delayMs = Math.min(RETRY_MS.max, RETRY_MS.first * RETRY_MS.factor ** (attempts - 1));
  const dueMs = now.getTime() + delayMs * (1 + JITTER * (2 * random - 1));
  return { status: 'pending', dueAt: new Date(Math.min(dueMs, endMs)) };
}
