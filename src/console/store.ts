import { CONNECTION_STATUSES, type ConnectionStatus } from '../connections/connection.ts';
import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import type { ChangeEvent } from '../events/event.ts';

export type StatusCounts = Partial<Record<ConnectionStatus, number>>;

/** The number of connections by status, for each of a page of tenants. */
export async function countConnectionsOfTenants(
  database: Database,
  tenantIds: readonly string[],
): Promise<Map<string, StatusCounts>> {
  const rows = await database.prisma.connection.groupBy({
    by: ['tenantId', 'status'],
    where: { tenantId: { in: [...tenantIds] } },
    _count: true,
  });
  const counts = new Map<string, StatusCounts>(tenantIds.map((id) => [id, {}]));
  for (const { tenantId, status, _count } of rows) {
    const ofTenant = counts.get(tenantId);
    const known = CONNECTION_STATUSES.find((one) => one === status);
    if (ofTenant && known) ofTenant[known] = _count;
  }
  return counts;
}

/** The newest events of a tenant, or of one of its connections, the newest first. An index has them in this order. */
export async function listNewestEvents(
  database: Database,
  { tenantId, connectionId, limit }: { tenantId: string; connectionId: string | null; limit: number },
): Promise<ChangeEvent[]> {
  const of =
    connectionId === null ? Prisma.sql`tenant_id = ${tenantId}` : Prisma.sql`connection_id = ${connectionId}`;
  return database.prisma.$queryRaw<ChangeEvent[]>`
    SELECT id, type, at, tenant_id AS "tenantId", connection_id AS "connectionId", data
    FROM public.events WHERE ${of} ORDER BY position DESC LIMIT ${limit}`;
}
