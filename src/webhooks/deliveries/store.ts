import type { Database } from '../../database/database.ts';
import { Prisma } from '../../database/generated/client.ts';
import type { ChangeEvent } from '../../events/event.ts';
import type { Delivery, DeliveryStatus, NewDelivery } from './delivery.ts';
import type { AttemptResult } from './send.ts';

/** Longer than an attempt takes. If a process dies, another one makes the attempt after this time. */
const LEASE_SECONDS = 30;

/** What is due later than this many seconds from now waits for a retry. The clocks of two replicas may differ a little. */
const MAX_LEASE_SECONDS = LEASE_SECONDS + 5;

const addSeconds = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);

/** The enabled webhooks, which cannot be deleted until the end of the transaction. */
export async function lockEnabledWebhooks(database: Database): Promise<{ id: string; types: string[] }[]> {
  return database.prisma.$queryRaw`
    SELECT id, types FROM public.webhooks WHERE status = 'enabled' ORDER BY id FOR KEY SHARE`;
}

/**
 * Inserts deliveries, and locks their queues until the end of the transaction: a process that has just made the last
 * delivery of a queue then sees these before it deletes the queue.
 */
export async function insertDeliveries(
  database: Database,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<void> {
  const rows = JSON.stringify(deliveries.map((one) => ({ ...one, position: Number(one.position) })));
  await database.prisma.$executeRaw`
    INSERT INTO public.webhook_queues (webhook_id, ordering_key, due_at)
    SELECT DISTINCT d ->> 'webhookId', d ->> 'orderingKey', ${now}::timestamptz
    FROM jsonb_array_elements(${rows}::jsonb) AS deliveries (d) ORDER BY 1, 2
    ON CONFLICT (webhook_id, ordering_key) DO UPDATE SET due_at = webhook_queues.due_at`;
  await database.prisma.$executeRaw`
    INSERT INTO public.webhook_deliveries (id, webhook_id, event_id, position, ordering_key, status, created_at)
    SELECT d ->> 'id', d ->> 'webhookId', d ->> 'eventId', (d ->> 'position')::bigint, d ->> 'orderingKey', 'pending',
      ${now}::timestamptz
    FROM jsonb_array_elements(${rows}::jsonb) AS deliveries (d)`;
}

/** A queue whose first delivery this process makes. */
export interface ClaimedQueue {
  webhookId: string;
  orderingKey: string;
  /** End of the lease: until then no other process claims the queue. */
  until: Date;
}

/**
 * Claims queues that are due, the oldest first.
 * @param limits.perWebhook how many of each webhook at most, and `ofWebhooks` of some
 */
export async function claimQueues(
  database: Database,
  now: Date,
  limits: { total: number; perWebhook: number; ofWebhooks: ReadonlyMap<string, number> },
): Promise<ClaimedQueue[]> {
  const until = addSeconds(now, LEASE_SECONDS);
  const [ids, numbers] = [[...limits.ofWebhooks.keys()], [...limits.ofWebhooks.values()]];
  const rows = await database.prisma.$queryRaw<Omit<ClaimedQueue, 'until'>[]>`
    WITH due AS MATERIALIZED (
      SELECT q.webhook_id, q.ordering_key FROM public.webhooks w
      LEFT JOIN unnest(${ids}::text[], ${numbers}::int[]) AS limits (webhook_id, number) ON limits.webhook_id = w.id
      CROSS JOIN LATERAL (
        SELECT webhook_id, ordering_key, due_at FROM public.webhook_queues
        WHERE webhook_id = w.id AND due_at <= ${now}
        ORDER BY due_at LIMIT coalesce(limits.number, ${limits.perWebhook}::int) FOR UPDATE SKIP LOCKED) q
      WHERE w.status = 'enabled' ORDER BY q.due_at LIMIT ${limits.total})
    UPDATE public.webhook_queues q SET due_at = ${until} FROM due
    WHERE q.webhook_id = due.webhook_id AND q.ordering_key = due.ordering_key
    RETURNING q.webhook_id AS "webhookId", q.ordering_key AS "orderingKey"`;
  return rows.map((row) => ({ ...row, until }));
}

/** The first pending delivery of a queue, with its event and its webhook. */
export interface DueDelivery {
  id: string;
  attempts: number;
  firstAttemptAt: Date | null;
  url: string;
  /** When the webhook was enabled. */
  enabledSince: Date;
  event: ChangeEvent;
}

interface DueRow extends Omit<DueDelivery, 'event'> {
  eventId: string;
  type: ChangeEvent['type'];
  at: Date;
  tenantId: string | null;
  connectionId: string | null;
  data: ChangeEvent['data'];
}

export async function findDueDelivery(
  database: Database,
  { webhookId, orderingKey }: ClaimedQueue,
): Promise<DueDelivery | null> {
  const [row] = await database.prisma.$queryRaw<DueRow[]>`
    SELECT d.id, d.attempts, d.first_attempt_at AS "firstAttemptAt", w.url, w.status_since AS "enabledSince",
      e.id AS "eventId", e.type, e.at, e.tenant_id AS "tenantId", e.connection_id AS "connectionId", e.data
    FROM public.webhook_deliveries d
    JOIN public.webhooks w ON w.id = d.webhook_id
    JOIN public.events e ON e.id = d.event_id
    WHERE d.webhook_id = ${webhookId} AND d.ordering_key = ${orderingKey} AND d.status = 'pending'
    ORDER BY d.position LIMIT 1`;
  if (!row) return null;
  const { eventId, type, at, tenantId, connectionId, data, ...delivery } = row;
  return { ...delivery, event: { id: eventId, type, at, tenantId, connectionId, data } };
}

/** Locks a claimed queue until the end of the transaction. False: the lease has ended, and another process claimed it. */
export async function lockQueue(database: Database, queue: ClaimedQueue): Promise<boolean> {
  const rows = await database.prisma.$queryRaw<unknown[]>`
    SELECT FROM public.webhook_queues
    WHERE webhook_id = ${queue.webhookId} AND ordering_key = ${queue.orderingKey} AND due_at = ${queue.until}
    FOR UPDATE`;
  return rows.length === 1;
}

export async function updateDelivery(
  database: Database,
  id: string,
  { result, status, now }: { result: AttemptResult; status: DeliveryStatus; now: Date },
): Promise<void> {
  const { responseStatus, responseExcerpt, error } = result;
  await database.prisma.$executeRaw`
    UPDATE public.webhook_deliveries SET status = ${status}, attempts = attempts + 1,
      first_attempt_at = coalesce(first_attempt_at, ${now}), last_attempt_at = ${now},
      response_status = ${responseStatus}, response_excerpt = ${responseExcerpt}, error = ${error}
    WHERE id = ${id}`;
}

/** Releases a locked queue: it is due at this time, or deleted if it has no pending delivery any more. */
export async function releaseQueue(database: Database, queue: ClaimedQueue, dueAt: Date): Promise<void> {
  const { webhookId, orderingKey } = queue;
  const released = await database.prisma.$executeRaw`
    UPDATE public.webhook_queues q SET due_at = ${dueAt}
    WHERE webhook_id = ${webhookId} AND ordering_key = ${orderingKey} AND EXISTS (
      SELECT FROM public.webhook_deliveries d
      WHERE d.webhook_id = q.webhook_id AND d.ordering_key = q.ordering_key AND d.status = 'pending')`;
  if (released > 0) return;
  await database.prisma.webhookQueue.deleteMany({ where: { webhookId, orderingKey } });
}

/** Makes the queues of a webhook due that wait for a retry. Those that a process has a lease of are left alone. */
export async function bringQueuesForward(
  database: Database,
  { webhookId, now }: { webhookId: string; now: Date },
): Promise<void> {
  await database.prisma.$executeRaw`
    UPDATE public.webhook_queues SET due_at = ${now}
    WHERE (webhook_id, ordering_key) IN (
      SELECT webhook_id, ordering_key FROM public.webhook_queues
      WHERE webhook_id = ${webhookId} AND due_at > ${addSeconds(now, MAX_LEASE_SECONDS)} FOR UPDATE SKIP LOCKED)`;
}

const DELIVERY_COLUMNS = Prisma.sql`
  d.id, d.webhook_id AS "webhookId", d.event_id AS "eventId", e.type AS "eventType", d.status, d.attempts,
  d.last_attempt_at AS "lastAttemptAt", d.response_status AS "responseStatus",
  d.response_excerpt AS "responseExcerpt", d.error, d.created_at AS "createdAt",
  CASE WHEN d.status = 'pending' AND NOT EXISTS (
    SELECT FROM public.webhook_deliveries earlier
    WHERE earlier.webhook_id = d.webhook_id AND earlier.ordering_key = d.ordering_key
      AND earlier.status = 'pending' AND earlier.position < d.position) THEN q.due_at END AS "nextAttemptAt"`;

const DELIVERIES = Prisma.sql`
  public.webhook_deliveries d JOIN public.events e ON e.id = d.event_id
  LEFT JOIN public.webhook_queues q ON q.webhook_id = d.webhook_id AND q.ordering_key = d.ordering_key`;

/** Lists the newest deliveries first, and one more than `limit`. */
export async function listDeliveries(
  database: Database,
  filter: { webhookId: string; status: DeliveryStatus | undefined; before: string | null; limit: number },
): Promise<Delivery[]> {
  const ofStatus = filter.status === undefined ? Prisma.empty : Prisma.sql`AND d.status = ${filter.status}`;
  const older = filter.before === null ? Prisma.empty : Prisma.sql`AND d.id < ${filter.before}`;
  return database.prisma.$queryRaw<Delivery[]>`
    SELECT ${DELIVERY_COLUMNS} FROM ${DELIVERIES}
    WHERE d.webhook_id = ${filter.webhookId} ${ofStatus} ${older}
    ORDER BY d.id DESC LIMIT ${filter.limit + 1}`;
}

export async function findDelivery(
  database: Database,
  { id, webhookId }: { id: string; webhookId: string },
): Promise<Delivery | null> {
  const rows = await database.prisma.$queryRaw<Delivery[]>`
    SELECT ${DELIVERY_COLUMNS} FROM ${DELIVERIES} WHERE d.id = ${id} AND d.webhook_id = ${webhookId}`;
  return rows[0] ?? null;
}

/** Makes a delivery pending and due, as if it had never been tried. Its queue keeps the lease that a process has. */
export async function restartDelivery(database: Database, id: string, now: Date): Promise<void> {
  await database.prisma.$executeRaw`
    INSERT INTO public.webhook_queues AS q (webhook_id, ordering_key, due_at)
    SELECT webhook_id, ordering_key, ${now}::timestamptz FROM public.webhook_deliveries WHERE id = ${id}
    ON CONFLICT (webhook_id, ordering_key) DO UPDATE
      SET due_at = CASE WHEN q.due_at > ${addSeconds(now, MAX_LEASE_SECONDS)} THEN ${now} ELSE q.due_at END`;
  await database.prisma.$executeRaw`
    UPDATE public.webhook_deliveries SET status = 'pending', attempts = 0, first_attempt_at = NULL WHERE id = ${id}`;
}

/** The creation of the oldest pending delivery of the enabled webhooks; null: none is pending. */
export async function findOldestPending(database: Database): Promise<Date | null> {
  const [row] = await database.prisma.$queryRaw<[{ createdAt: Date | null }]>`
    SELECT min(oldest.created_at) AS "createdAt" FROM public.webhooks w
    CROSS JOIN LATERAL (
      SELECT created_at FROM public.webhook_deliveries
      WHERE webhook_id = w.id AND status = 'pending' ORDER BY position LIMIT 1) oldest
    WHERE w.status = 'enabled'`;
  return row.createdAt;
}
