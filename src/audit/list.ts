import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { invalidRequest } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
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

type EventBody = NewAuditEvent & { id: string; at: string; requestId?: string | null };
type EventSeal = { sequence: number | null; previousHash: string | null; hash: string | null };

/** Returns the event as the API shows it: its body and, once it is sealed, its position in the hash chain. */
export function toEventBody({ body, seal }: EventRow) {
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
  const { sequence, previousHash, hash } = JSON.parse(`{${seal}}`) as EventSeal;
  return {
    id,
    tenantId,
    sequence,
    at,
    requestId,
    actor: { type: actor.type, id: actor.id, name: actor.name },
    action,
    outcome,
    detail,
    previousHash,
    hash,
  };
}

/**
 * The text that `auditBody` writes: it has exactly the members that the API shows. Versions before wrote no request ID.
 */
const STORED_FORMAT =
  /^\{"action":"[a-z_.]+","actor":\{"id":(?:null|"[^"\\]*"),"name":"(?:[^"\\]|\\.)*","type":"[a-z_]+"\},"at":"[\d:.TZ-]+","detail":\{.*\},"id":"\w+","outcome":"[a-z]+","requestId":(?:null|"[\w.-]+"),"tenantId":(?:null|"\w+")\}$/s;

/** Returns the same as JSON text. A stored text is passed on as it is, which takes a fifth of the time of parsing it. */
export function toEventText(row: EventRow): string {
  if (!STORED_FORMAT.test(row.body)) return JSON.stringify(toEventBody(row));
  return `${row.body.slice(0, -1)},${row.seal}}`;
}
