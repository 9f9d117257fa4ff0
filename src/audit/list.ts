import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { invalidRequest } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { NewAuditEvent } from './audit-event.ts';
import { type EventFilter, type EventRow, listEvents } from './store.ts';

interface ListInput extends Omit<EventFilter, 'tenantId'> {
  principal: Principal;
  tenantId?: string | undefined;
}

/**
 * Lists the newest events first, and one more than `limit`. A tenant sees only its own events.
 * @throws Problem `not_found` for another tenant's events, `validation_failed` for a cursor of another list
 */
export async function listAuditEvents(deps: Pick<Deps, 'database'>, input: ListInput): Promise<EventRow[]> {
  const { principal, ...filter } = input;
  const tenantId = input.tenantId ?? principal.tenantId;
  if (tenantId !== null) assertTenantAccess(principal, tenantId);
  const rows = await listEvents(deps.database, { ...filter, tenantId });
  if (rows) return rows;
  throw invalidRequest([{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }]);
}

type EventBody = NewAuditEvent & {
  id: string;
  at: string;
  requestId?: string | null;
  detail: { [key: string]: Json };
};

/** Returns the event as the API shows it: its body and, once it is sealed, its position in the hash chain. */
export function toEventBody({ body, sequence, previousHash, hash }: EventRow) {
  const {
    id,
    tenantId,
    at,
    requestId = null,
    actor,
    action,
    outcome,
    detail,
  } = JSON.parse(body) as EventBody;
  return {
    id,
    tenantId,
    sequence: sequence === null ? null : Number(sequence),
    at,
    requestId,
    actor,
    action,
    outcome,
    detail,
    previousHash,
    hash,
  };
}
