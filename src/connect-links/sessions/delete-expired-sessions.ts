import type { Deps } from '../../deps.ts';
import { deleteExpiredSessions } from './store.ts';

export async function deleteExpiredConnectSessions(deps: Pick<Deps, 'database' | 'clock'>): Promise<void> {
  await deleteExpiredSessions(deps.database, deps.clock.now());
}
