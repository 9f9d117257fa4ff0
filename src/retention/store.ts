import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import type { RetentionRule } from './retention-rule.ts';

/**
 * Deletes up to `limit` rows whose column is before this time, and returns their number. If two replicas delete the same
 * rows, one of them deletes fewer than it found.
 */
export async function deleteRowsBefore(
  database: Database,
  { table, column, condition = 'true' }: RetentionRule,
  { before, limit }: { before: Date; limit: number },
): Promise<number> {
  // The names come from the rules, never from a request.
  const [from, at, applies] = [Prisma.raw(`public.${table}`), Prisma.raw(column), Prisma.raw(condition)];
  const isExpired = Prisma.sql`${applies} AND ${at} < ${before}`;
  return database.prisma.$executeRaw`
    DELETE FROM ${from} WHERE ${isExpired} AND ctid = ANY (ARRAY(
      SELECT ctid FROM ${from} WHERE ${isExpired} ORDER BY ${at} LIMIT ${limit}))`;
}
