import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from './environment.ts';
import type { EventReaders } from './event-readers.ts';

const RETRY_DELAY_MS = 200;

/** An event of the database. */
interface StoredEvent {
  id: string;
  /** Events with the same key must be delivered in order. */
  orderingKey: string;
  /** null: it is not published yet. */
  position: string | null;
  isPending: boolean;
}

/**
 * Waits until all events are published and delivered, and compares both readers with the database.
 * @param options.expiresLeases whether to make deliveries due at once that wait for a retry, or for the end of the lease of
 *   a process that was killed. It saves up to half a minute
 */
export async function checkEvents(
  environment: Environment,
  readers: EventReaders,
  { expiresLeases }: { expiresLeases: boolean },
): Promise<void> {
  readers.acceptAll();
  if (expiresLeases) await environment.queryAsOwner('UPDATE webhook_queues SET due_at = now()');
  const stored = await awaitDeliveries(environment);
  await readers.stopPolling();
  checkFeed(environment, readers, stored);
  checkDeliveries(environment, readers, stored);
}

async function awaitDeliveries({ queryAsOwner, ledger, limits }: Environment): Promise<StoredEvent[]> {
  const deadline = performance.now() + limits.deliveryMs;
  for (;;) {
    const stored = await queryAsOwner<StoredEvent>(
      `SELECT id, coalesce(connection_id, tenant_id, 'vendor') AS "orderingKey", position, EXISTS (
         SELECT FROM webhook_deliveries d WHERE d.event_id = e.id AND d.status = 'pending') AS "isPending"
       FROM events e ORDER BY position`,
    );
    const waiting = stored.filter(({ position, isPending }) => position === null || isPending);
    if (waiting.length === 0) return stored;
    if (performance.now() > deadline) {
      ledger.addViolation(`${waiting.length} events are not delivered after ${limits.deliveryMs / 1000} s`);
      return stored;
    }
    await delay(RETRY_DELAY_MS);
  }
}

/** The poller got every event once, in order. */
function checkFeed({ ledger }: Environment, { polled }: EventReaders, stored: readonly StoredEvent[]): void {
  const published = stored.filter(({ position }) => position !== null).map(({ id }) => id);
  const ids = polled.map(({ id }) => id);
  const got = new Set(ids);
  const missed = published.filter((id) => !got.has(id));
  if (missed.length > 0) ledger.addViolation(`the poller missed ${missed.length} events: ${missed[0]}, …`);
  // Events may have come since the database was read.
  else if (!isDeepStrictEqual(ids.slice(0, published.length), published))
    ledger.addViolation('the poller got events twice or in another order');
}

/** The receiver got every event, those of a connection in order, and each as it is in the feed. */
function checkDeliveries(
  { ledger }: Environment,
  { polled, delivered, createdAtPosition }: EventReaders,
  stored: readonly StoredEvent[],
): void {
  const expected = stored.filter(({ position }) => Number(position) > createdAtPosition);
  const lost = expected.filter(({ id }) => !delivered.has(id));
  if (lost.length > 0) ledger.addViolation(`${lost.length} events were not delivered: ${lost[0]?.id}, …`);
  const positions = new Map([...delivered.keys()].map((id, position) => [id, position]));
  const latest = new Map<string, number>();
  for (const { id, orderingKey } of expected) {
    const position = positions.get(id);
    if (position === undefined) continue;
    if (position < (latest.get(orderingKey) ?? -1))
      ledger.addViolation(`${id} was delivered after a later event of ${orderingKey}`);
    latest.set(orderingKey, position);
  }
  for (const event of polled)
    if (delivered.has(event.id) && !isDeepStrictEqual(delivered.get(event.id), event))
      ledger.addViolation(`${event.id} was delivered otherwise than it is in the feed`);
}
