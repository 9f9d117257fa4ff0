import type { Deps } from '../../deps.ts';
import { findOldestPending } from './store.ts';

/** The age of the oldest pending delivery, for the metrics; 0: none is pending. */
export async function readOldestPendingSeconds({
  database,
  clock,
}: Pick<Deps, 'database' | 'clock'>): Promise<number> {
  const createdAt = await findOldestPending(database);
  return createdAt === null ? 0 : Math.max(0, (clock.now().getTime() - createdAt.getTime()) / 1000);
}
