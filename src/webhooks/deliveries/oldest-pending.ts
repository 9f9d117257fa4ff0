import type { Deps } from '../../deps.ts';
import { findOldestPending } from './store.ts';

/** The age of the oldest pending delivery, for the metrics; 0: none is pending, null: the database is not available. */
export async function readOldestPendingSeconds({
  database,
  databaseMonitor,
  clock,
}: Pick<Deps, 'database' | 'databaseMonitor' | 'clock'>): Promise<number | null> {
  // The scrape must not wait for it.
  if (databaseMonitor.isFailing) return null;
  const createdAt = await findOldestPending(database);
  return createdAt === null ? 0 : Math.max(0, (clock.now().getTime() - createdAt.getTime()) / 1000);
}
