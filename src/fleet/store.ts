import type { Database } from '../database/database.ts';
import { type FleetCounts, toFleetCounts } from './fleet.ts';

const BATCH_SIZE = 5_000;

/** Reads the counters, which triggers keep. It costs the same for a thousand tenants and for a million. */
export async function readFleetCounts(database: Database): Promise<FleetCounts> {
  const rows = await database.prisma.$queryRaw<{ counter: string; total: bigint }[]>`
    SELECT counter, sum(change)::bigint AS total FROM public.fleet_count_changes GROUP BY counter`;
  return toFleetCounts(new Map(rows.map(({ counter, total }) => [counter, Number(total)])));
}

/** Replaces the changes of the counters by their sums, so that reading them stays fast. */
export async function compactFleetCounts({ database }: { database: Database }): Promise<void> {
  for (let removed = BATCH_SIZE; removed >= BATCH_SIZE; ) {
    const rows = await database.prisma.$queryRaw<{ removed: number }[]>`
      SELECT public.compact_fleet_counts(${BATCH_SIZE}::int) AS removed`;
    removed = rows[0]?.removed ?? 0;
  }
}

/** When the verified connection was verified that has waited longest; null: there is none. */
export async function findOldestVerification(database: Database): Promise<Date | null> {
  const [row] = await database.prisma.$queryRaw<[{ at: Date | null }]>`
    SELECT min(last_checked_at) AS at FROM public.connections WHERE status = 'verified'`;
  return row.at;
}
