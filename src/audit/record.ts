import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Clock } from '../lib/clock.ts';
import { auditBody, type NewAuditEvent } from './audit-event.ts';
import { insertAuditEvents } from './store.ts';

/** Inserts events in the caller's transaction, so that a change and its events are committed together or not at all. */
export async function recordEvents(
  database: Database,
  clock: Clock,
  ...events: NewAuditEvent[]
): Promise<void> {
  const at = clock.now();
  await insertAuditEvents(
    database,
    events.map((event) => auditBody(event, at)),
  );
}

/**
 * Inserts an event outside any transaction and returns when it is durable. Concurrent calls share one insert.
 * @throws Problem `audit_unavailable`: the caller must then not do what the event would have recorded
 */
export async function recordDurably(
  deps: Pick<Deps, 'auditLog' | 'clock'>,
  event: NewAuditEvent,
): Promise<void> {
  try {
    await deps.auditLog(auditBody(event, deps.clock.now()));
  } catch (cause) {
    throw new Problem(
      'audit_unavailable',
      'The audit event could not be written, so no credentials were issued. Try again shortly.',
      { cause, retryAfterSeconds: 5 },
    );
  }
}
