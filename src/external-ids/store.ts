import type { Database } from '../database/database.ts';
import type { ExternalId, ExternalIdStatus } from './external-id.ts';

/** Inserts a row without a value: the database generates the external ID, and its grants allow no other value. */
export async function issueExternalId(
  database: Database,
  input: { tenantId: string; state: 'current' | 'successor' },
): Promise<string> {
  const { value } = await database.prisma.externalId.create({ data: input, select: { value: true } });
  return value;
}

/** Returns all external IDs ever issued to a tenant; the retired ones newest first. */
export async function findExternalIds(database: Database, tenantId: string): Promise<ExternalIdStatus> {
  const rows = await database.runPrepared<Omit<ExternalId, 'id'> & { id: string }>({
    name: 'find_external_ids',
    text: `SELECT id::text, value::text, state::text, issued_at AS "issuedAt", retired_at AS "retiredAt"
      FROM public.external_ids WHERE tenant_id = $1 ORDER BY retired_at DESC, issued_at`,
    values: [tenantId],
  });
  const ids = rows.map((row) => ({ ...row, id: BigInt(row.id) }));
  const successor = ids.find((id) => id.state === 'successor') ?? null;
  const verified = { tenantId, status: 'verified' };
  const [total, moved] = successor
    ? await Promise.all([
        database.prisma.connection.count({ where: verified }),
        database.prisma.connection.count({ where: { ...verified, verifiedExternalIdId: successor.id } }),
      ])
    : [0, 0];
  return {
    current: ids.find((id) => id.state === 'current') ?? null,
    successor,
    retired: ids.filter((id) => id.state === 'retired'),
    connections: { moved, total },
  };
}

/** Returns the tenant to which an external ID was issued, whatever its state; null: it was issued to nobody. */
export async function findTenantOfExternalId(database: Database, value: string): Promise<string | null> {
  const row = await database.prisma.externalId.findUnique({ where: { value }, select: { tenantId: true } });
  return row?.tenantId ?? null;
}

/** Retires the current external ID and the successor of a tenant that is being offboarded. Returns their values. */
export async function retireExternalIds(database: Database, tenantId: string): Promise<string[]> {
  const active = await database.prisma.externalId.findMany({
    where: { tenantId, state: { not: 'retired' } },
    orderBy: { issuedAt: 'asc' },
  });
  await database.prisma.externalId.updateMany({
    where: { id: { in: active.map((id) => id.id) } },
    data: { state: 'retired' },
  });
  return active.map((id) => id.value);
}

export async function updateExternalIdState(
  database: Database,
  id: bigint,
  state: 'current' | 'retired',
): Promise<void> {
  await database.prisma.externalId.updateMany({ where: { id }, data: { state } });
}
