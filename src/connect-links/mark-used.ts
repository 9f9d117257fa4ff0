import type { Database } from '../database/database.ts';
import type { Actor } from '../identity/principal.ts';
import type { Clock } from '../lib/clock.ts';
import { markUsed } from './store.ts';

/**
 * Marks the connect link through which a role was connected as used, so that nobody else who has the link can open it.
 * Runs in the transaction that records the verification. Does nothing for an actor that is not a connect link.
 */
export function markLinkUsed(clock: Clock): (database: Database, actor: Actor) => Promise<void> {
  return async (database, actor) => {
    if (actor.type === 'connect_link' && actor.id !== null) await markUsed(database, actor.id, clock.now());
  };
}
