import type { Actor } from '../identity/principal.ts';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';

/** The closed list of what is recorded. */
export const AUDIT_ACTIONS = [
  'tenant.created',
  'tenant.updated',
  'tenant.offboarded',
  'external_id.issued',
  'external_id.retired',
  'rotation.started',
  'rotation.completed',
  'rotation.cancelled',
  'connection.registered',
  'connection.updated',
  'connection.verified',
  'connection.refused',
  'connection.degraded',
  'connection.deleted',
  'credentials.issued',
  'credentials.refused',
  'profile.created',
  'profile.updated',
  'profile.deleted',
  'api_key.created',
  'api_key.revoked',
  'tokens.revoked',
  'tokens.restored',
  'connect_link.created',
  'connect_link.opened',
  'connect_link.revoked',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an operation says happened. Never a secret: an access key's ID may stand in `detail`, the key never. */
export interface NewAuditEvent {
  /** null: it concerns the vendor, not one tenant. */
  tenantId: string | null;
  actor: Actor;
  action: AuditAction;
  outcome: 'success' | 'failure';
  detail: { [key: string]: Json };
}

/** The text that is stored and hashed: canonical JSON with a new event ID and the time. */
export function auditBody(event: NewAuditEvent, at: Date): string {
  return canonicalJson({
    id: newId('event'),
    tenantId: event.tenantId,
    at: at.toISOString(),
    actor: { type: event.actor.type, id: event.actor.id, name: event.actor.name },
    action: event.action,
    outcome: event.outcome,
    detail: event.detail,
  });
}
