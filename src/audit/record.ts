import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { auditBody, type NewAuditEvent } from './audit-event.ts';
import { insertAuditEvents } from './store.ts';

/** Writes events in the transaction of the change they tell of: both are there afterwards, or neither is. */
export async function recordWith(
  deps: Pick<Deps, 'database' | 'clock'>,
  ...events: NewAuditEvent[]
): Promise<void> {
  const at = deps.clock.now();
  await insertAuditEvents(
    deps.database,
    events.map((event) => auditBody(event, at)),
  );
}

/**
 * Writes an event by itself and comes back when it is durable; many at once share one insert.
 * @throws Problem `audit_unavailable`: whatever it was to be written for must not happen then
 */
export async function record(deps: Pick<Deps, 'auditLog' | 'clock'>, event: NewAuditEvent): Promise<void> {
  try {
    await deps.auditLog(auditBody(event, deps.clock.now()));
  } catch (cause) {
    throw new Problem(
      'audit_unavailable',
      'The audit record could not be written, so nothing was handed out. Try again shortly.',
      { cause, retryAfterSeconds: 5 },
    );
  }
}
