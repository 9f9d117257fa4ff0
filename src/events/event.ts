import type { Json } from '../lib/canonical-json.ts';

export const EVENT_TYPES = [
  'connection.verified',
  'connection.refused',
  'connection.degraded',
  'connection.recovered',
  'connection.disabled',
  'connection.enabled',
  'connection.deleted',
  'rotation.started',
  'rotation.completed',
  'rotation.cancelled',
  'tenant.created',
  'tenant.suspended',
  'tenant.resumed',
  'tenant.offboarded',
  'broker.failing',
  'broker.recovered',
  'connect_link.used',
  'webhook.disabled',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** A change of state. */
export interface NewEvent {
  type: EventType;
  /** null: it concerns the vendor and not one tenant. */
  tenantId: string | null;
  connectionId: string | null;
  /** What a reader needs to act on it, without any secret. Events of a tenant also get its name and reference. */
  data: { [key: string]: Json };
}

export interface ChangeEvent extends NewEvent {
  id: string;
  at: Date;
}

/** An event in the feed: readers see it, and no later one gets a lower position. */
export interface PublishedEvent extends ChangeEvent {
  position: bigint;
}

/** The event as the feed and webhooks show it. */
export function toEventBody({ id, type, at, tenantId, connectionId, data }: ChangeEvent) {
  return { id, type, at: at.toISOString(), tenantId, connectionId, data };
}
