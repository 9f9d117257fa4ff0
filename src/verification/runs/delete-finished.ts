import type { Deps } from '../../deps.ts';
import { deleteFinishedRuns } from './store.ts';

/** How long a finished run can be read. */
const KEPT_HOURS = 24;

/** Forgets runs that finished a day ago; what they found stands with the connections and in the audit log. */
export async function deleteExpiredRuns(deps: Pick<Deps, 'database' | 'clock'>): Promise<void> {
  await deleteFinishedRuns(deps.database, new Date(deps.clock.now().getTime() - KEPT_HOURS * 3_600_000));
}
