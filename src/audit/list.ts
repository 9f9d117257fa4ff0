import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { invalidRequest } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { AuditAction, NewAuditEvent } from './audit-event.ts';
import { type EventRow, listEvents } from './store.ts';

interface ListInput {
  principal: Principal;
  tenantId: string | undefined;
  action: AuditAction | undefined;
  before: string | null;
  limit: number;
}

/**
 * Lists the newest events first, and one more than `limit`. A tenant sees only its own events.
 * @throws Problem `not_found` for another tenant's events, `validation_failed` for a cursor of another list
 */
export async function listAuditEvents(deps: Pick<Deps, 'database'>, input: ListInput): Promise<EventRow[]> {
  const { principal, action, before, limit } = input;
  const tenantId = input.tenantId ?? principal.tenantId;
  if (tenantId !== null) assertTenantAccess(principal, tenantId);
  const rows = await listEvents(deps.database, { tenantId, action, before, limit });
  if (rows) return rows;
  throw invalidRequest([{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }]);
}

type EventBody = NewAuditEvent & { id: string; at: string; detail: { [key: string]: Json } };

/** Returns the event as the API shows it: its body and, once it is sealed, its position in the hash chain. */
export function toEventBody({ body, sequence, previousHash, hash }: EventRow) {
  const { id, tenantId, at, actor, action, outcome, detail } = JSON.parse(body) as EventBody;
  return {
    id,
    tenantId,
    sequence: sequence === null ? null : Number(sequence),
    at,
    actor,
    action,
    outcome,
    detail,
    previousHash,
    hash,
  };
}
