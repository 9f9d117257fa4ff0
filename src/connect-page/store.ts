import type { Connection, ConnectionStatus } from '../connections/connection.ts';
import { findConnectionsById } from '../connections/store.ts';
import type { Database } from '../database/database.ts';

export async function countConnectionsByStatus(
  database: Database,
  tenantId: string,
): Promise<Map<ConnectionStatus, number>> {
  const rows = await database.prisma.connection.groupBy({
    by: ['status'],
    where: { tenantId },
    _count: true,
  });
  return new Map(rows.map(({ status, _count }) => [status as ConnectionStatus, _count]));
}

/** Lists connections in the order of `statuses`, and then of their registration. */
export async function listConnectionsByStatus(
  database: Database,
  filter: {
    tenantId: string;
    statuses: readonly ConnectionStatus[];
    accountPrefix: string;
    offset: number;
    limit: number;
  },
): Promise<Connection[]> {
  const { tenantId, accountPrefix } = filter;
  const statuses = [...filter.statuses];
  const ids = await database.prisma.$queryRaw<{ id: string }[]>`
    SELECT id FROM public.connections
    WHERE tenant_id = ${tenantId} AND status = ANY (${statuses}::text[]) AND starts_with(account_id, ${accountPrefix})
    ORDER BY array_position(${statuses}::text[], status), id OFFSET ${filter.offset} LIMIT ${filter.limit}`;
  const found = await findConnectionsById(database, { tenantId, ids: ids.map(({ id }) => id) });
  const byId = new Map(found.map((connection) => [connection.id, connection]));
  return ids.flatMap(({ id }) => byId.get(id) ?? []);
}
