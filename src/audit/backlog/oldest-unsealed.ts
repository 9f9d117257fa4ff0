import type { Deps } from '../../deps.ts';
import { findOldestUnsealedAt } from './store.ts';

/** The age of the oldest unsealed event, for the metrics; 0: all are sealed, null: the database is not available. */
export async function readOldestUnsealedSeconds({
  database,
  databaseMonitor,
  clock,
}: Pick<Deps, 'database' | 'databaseMonitor' | 'clock'>): Promise<number | null> {
  // The scrape must not wait for it.
  if (databaseMonitor.isFailing) return null;
  const at = await findOldestUnsealedAt(database);
  return at === null ? 0 : Math.max(0, (clock.now().getTime() - at.getTime()) / 1000);
}
