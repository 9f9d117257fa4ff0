import { CONNECTION_STATUSES, type ConnectionStatus } from '../../connections/connection.ts';
import { toConnection } from '../../connections/store.ts';
import type { Database } from '../../database/database.ts';
import { Prisma } from '../../database/generated/client.ts';
import type { ConnectionFilter, ConnectionPosition, FleetConnection } from './filter.ts';

/** As in the indexes: see the migration. */
const ID = Prisma.sql`id COLLATE "C"`;

/**
 * Finds the connections of all tenants that match, in the order of their registration or, if they are filtered by it, of
 * their last verification. A filter that many connections match is read through an index that begins with the status:
 * each status in order, then merged, so that no more than `limit` rows of each are read.
 */
export async function findConnectionPositions(
  database: Database,
  filter: ConnectionFilter,
  { after, limit }: { after: ConnectionPosition | null; limit: number },
): Promise<ConnectionPosition[]> {
  const { tenantId, accountId, roleArn, status } = filter;
  const isByVerification = filter.verifiedBefore !== undefined;
  const order = isByVerification ? Prisma.sql`last_checked_at, ${ID}` : ID;
  const conditions = [...conditionsOf(filter), ...(after === null ? [] : [isAfter(after)])];
  const select = (more: Prisma.Sql[]): Prisma.Sql => Prisma.sql`
    (SELECT id, last_checked_at FROM public.connections
     WHERE ${Prisma.join([...conditions, ...more], ' AND ')} ORDER BY ${order} LIMIT ${limit})`;
  const ofStatus = (one: ConnectionStatus): Prisma.Sql => select([Prisma.sql`status = ${one}`]);
  const matchesFew = tenantId !== undefined || accountId !== undefined || roleArn !== undefined;
  const selects =
    status !== undefined ? [ofStatus(status)] : matchesFew ? [select([])] : CONNECTION_STATUSES.map(ofStatus);
  const rows = await database.prisma.$queryRaw<{ id: string; last_checked_at: Date | null }[]>`
    SELECT * FROM (${Prisma.join(selects, ' UNION ALL ')}) AS found ORDER BY ${order} LIMIT ${limit}`;
  return rows.map((row) => ({ id: row.id, lastCheckedAt: isByVerification ? row.last_checked_at : null }));
}

function conditionsOf(filter: ConnectionFilter): Prisma.Sql[] {
  const { tenantId, accountId, roleArn, roleName, profile, partition, legacy, verifiedBefore } = filter;
  return [
    tenantId !== undefined && Prisma.sql`tenant_id = ${tenantId}`,
    accountId !== undefined && Prisma.sql`account_id = ${accountId}`,
    roleArn !== undefined && Prisma.sql`lower(role_arn) = lower(${roleArn})`,
    roleName !== undefined && Prisma.sql`lower(substring(role_arn FROM '[^/]*$')) = lower(${roleName})`,
    profile !== undefined && Prisma.sql`profile = ${profile}`,
    partition !== undefined && Prisma.sql`partition = ${partition}`,
    legacy !== undefined && (legacy ? Prisma.sql`legacy` : Prisma.sql`NOT legacy`),
    // A verification that begins counts as the last one, so that time alone does not tell that there was one.
    verifiedBefore !== undefined &&
      Prisma.sql`last_checked_at < ${verifiedBefore} AND last_verification IS NOT NULL`,
  ].filter((condition) => condition !== false);
}

function isAfter({ id, lastCheckedAt }: ConnectionPosition): Prisma.Sql {
  return lastCheckedAt === null
    ? Prisma.sql`${ID} > ${id}`
    : Prisma.sql`(last_checked_at, ${ID}) > (${lastCheckedAt}, ${id})`;
}

/** Returns connections with their tenants, in the order of the IDs. Those that were deleted meanwhile are left out. */
export async function findConnectionsWithTenants(
  database: Database,
  ids: readonly string[],
): Promise<FleetConnection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { id: { in: [...ids] } },
    include: { tenant: { select: { id: true, name: true, reference: true } } },
  });
  const byId = new Map(rows.map(({ tenant, ...row }) => [row.id, { ...toConnection(row), tenant }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
