import type { EventType, NewEvent } from '../events/event.ts';
import type { Json } from '../lib/canonical-json.ts';
import type { Connection, ConnectionStatus, StatusReason } from './connection.ts';

interface Change {
  status: ConnectionStatus | 'deleted';
  reason: StatusReason | 'deleted';
  /** What else is known about this change. */
  details?: { [key: string]: Json };
}

/** The event that tells about a change of a connection, with the connection as it was before. */
export function connectionEvent(
  type: EventType,
  { id, tenantId, name, roleArn, accountId, partition, profile, status: previousStatus }: Connection,
  { status, reason, details = {} }: Change,
): NewEvent {
  return {
    type,
    tenantId,
    connectionId: id,
    data: { status, previousStatus, reason, ...details, name, roleArn, accountId, partition, profile },
  };
}
