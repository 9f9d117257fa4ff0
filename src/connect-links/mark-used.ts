import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import type { Clock } from '../lib/clock.ts';
import { markUsed } from './store.ts';

/**
 * Marks the connect link through which a role was connected as used, so that nobody else who has the link can open it.
 * Runs in the transaction that records the verification. Does nothing for an actor that is not a connect link.
 */
export function markLinkUsed(clock: Clock): Deps['onConnected'] {
  return async (database, { actor, tenantId, connectionId }) => {
    if (actor.type !== 'connect_link' || actor.id === null) return;
    if (!(await markUsed(database, actor.id, clock.now()))) return;
    const data = { linkId: actor.id };
    await recordChange(database, clock, { type: 'connect_link.used', tenantId, connectionId, data });
  };
}
