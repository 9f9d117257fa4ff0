import type { Deps } from '../deps.ts';
import { deleteEventsBefore } from './store.ts';

/** Small, so that a statement stays far below its time limit. */
const BATCH_SIZE = 500;
/** The rest is left to the next run: a process that shuts down waits for the end of this one. */
const MAX_BATCHES = 100;

/** Deletes the events that are older than the retention, with the deliveries of them. */
export async function deleteExpiredEvents(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
): Promise<number> {
  const before = new Date(deps.clock.now().getTime() - deps.config.eventRetentionDays * 86_400_000);
  let total = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const deleted = await deleteEventsBefore(deps.database, { before, limit: BATCH_SIZE });
    total += deleted;
    if (deleted < BATCH_SIZE) break;
  }
  return total;
}
