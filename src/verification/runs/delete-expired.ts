import type { Deps } from '../../deps.ts';
import { deleteRunsFinishedBefore } from './store.ts';

const RETENTION_HOURS = 24;

/** Deletes runs that finished a day ago. Their results remain in the connections and in the audit log. */
export async function deleteExpiredRuns(deps: Pick<Deps, 'database' | 'clock'>): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - RETENTION_HOURS * 3_600_000);
  await deleteRunsFinishedBefore(deps.database, before);
}
