import type { Actor } from '../identity/principal.ts';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';

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
  'connection.recovered',
  'connection.deleted',
  'credentials.issued',
  'credentials.refused',
  'broker.failing',
  'broker.recovered',
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
  'webhook.created',
  'webhook.updated',
  'webhook.secret_rotated',
  'webhook.disabled',
  'webhook.deleted',
  'console.signed_in',
  'console.signed_out',
  'console.sign_in_refused',
  'console.session_revoked',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** An event that an operation records. `detail` may contain the ID of an access key, but never a secret. */
export interface NewAuditEvent {
  /** null when the event concerns the vendor and not one tenant. */
  tenantId: string | null;
  actor: Actor;
  action: AuditAction;
  outcome: 'success' | 'failure';
  detail: { [key: string]: Json };
}

/** Returns the text that is stored and hashed: canonical JSON with a new event ID and the time. */
export function auditBody(event: NewAuditEvent, at: Date): string {
  // In the order of `canonicalJson`.
  return canonicalJson({
    action: event.action,
    actor: { id: event.actor.id, name: event.actor.name, type: event.actor.type },
    at: at.toISOString(),
    detail: event.detail,
    id: newId('event'),
    outcome: event.outcome,
    // Actors that the previous version stored have none.
    requestId: event.actor.requestId ?? null,
    tenantId: event.tenantId,
  });
}
