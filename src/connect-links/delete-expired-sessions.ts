import type { Deps } from '../deps.ts';
import { deleteExpiredSessions } from './store.ts';

/** Forgets sessions whose time is over. */
export async function deleteExpiredConnectSessions(deps: Pick<Deps, 'database' | 'clock'>): Promise<void> {
  await deleteExpiredSessions(deps.database, deps.clock.now());
}
