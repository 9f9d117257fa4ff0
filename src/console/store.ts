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
    FROM public.events WHERE ${of} ORDER BY position DESC, sequence DESC LIMIT ${limit}`;
}

export interface ExpiringKey {
  id: string;
  name: string;
  role: string;
  expiresAt: Date;
}

/** API keys that are in use and expire in this time, the next one first. */
export async function listExpiringKeys(
  database: Database,
  { now, before, limit }: { now: Date; before: Date; limit: number },
): Promise<ExpiringKey[]> {
  const rows = await database.prisma.apiKey.findMany({
    where: { origin: { not: 'tenant_token' }, revokedAt: null, expiresAt: { gt: now, lt: before } },
    orderBy: { expiresAt: 'asc' },
    take: limit,
    select: { id: true, name: true, role: true, expiresAt: true },
  });
  return rows.map((row) => ({ ...row, expiresAt: row.expiresAt ?? before }));
}

export interface FailingWebhook {
  id: string;
  url: string;
  status: string;
  since: Date;
}

/** Webhooks that were disabled by failures, and enabled ones whose oldest message was tried in vain. */
export async function listFailingWebhooks(database: Database, limit: number): Promise<FailingWebhook[]> {
  return database.prisma.$queryRaw<FailingWebhook[]>`
    SELECT w.id, w.url, w.status, coalesce(d.first_attempt_at, w.status_since) AS since
    FROM public.webhooks w LEFT JOIN LATERAL (
      SELECT attempts, first_attempt_at FROM public.webhook_deliveries
      WHERE webhook_id = w.id AND status = 'pending' ORDER BY position LIMIT 1
    ) d ON w.status = 'enabled'
    WHERE (w.status = 'disabled' AND w.status_reason <> 'requested') OR d.attempts > 0
    ORDER BY since LIMIT ${limit}`;
}

/** The names of tenants by their IDs. */
export async function findTenantNames(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await database.prisma.tenant.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
