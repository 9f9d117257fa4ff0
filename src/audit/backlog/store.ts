import type { Database } from '../../database/database.ts';

/** The time of the oldest event that is not sealed yet; null: there is none. */
export async function findOldestUnsealedAt(database: Database): Promise<Date | null> {
  const rows = await database.prisma.$queryRaw<{ at: string }[]>`
    SELECT body::jsonb ->> 'at' AS at FROM public.unsealed_audit_events ORDER BY position LIMIT 1`;
  return rows[0] ? new Date(rows[0].at) : null;
}
