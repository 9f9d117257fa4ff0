import type { Connection } from '../connections/connection.ts';
import type { Deps } from '../deps.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';

export type RotationDeps = Pick<Deps, 'database' | 'clock' | 'sts' | 'log' | 'brokers'>;

export interface RotationInput {
  principal: Principal;
  actor: Actor;
  tenantId: string;
}

/** @throws Problem `rotation_incomplete` if a verified connection was last verified with another ID than the successor */
export function assertAllMoved(verified: readonly Connection[], successor: ExternalId): void {
  assertComplete(verified.filter((connection) => connection.verifiedExternalIdId !== successor.id));
}

/** @throws Problem `rotation_incomplete` if there are connections that still depend on the current external ID */
export function assertComplete(remaining: readonly Connection[]): void {
  if (remaining.length === 0) return;
  const verb = remaining.length === 1 ? 'is' : 'are';
  throw new Problem(
    'rotation_incomplete',
    `${formatConnections(remaining)} ${verb} not verified with the successor. Have the customer list both external IDs in the trust policy, verify again, and then complete the rotation.`,
  );
}

/** Names the connections as the subject of a sentence, at most five of them. */
export function formatConnections(connections: readonly Connection[]): string {
  const shown = connections.slice(0, 5).map((connection) => connection.id);
  const more = connections.length - shown.length;
  return `${connections.length === 1 ? 'The connection' : 'The connections'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
