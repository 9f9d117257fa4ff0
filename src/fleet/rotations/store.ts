import type { Database } from '../../database/database.ts';

/** A rotation that is not completed yet. */
export interface RunningRotation {
  tenant: { id: string; name: string; reference: string | null };
  startedAt: Date;
  /** Verified connections of the tenant, and how many of them were last verified with the successor. */
  connections: { moved: number; total: number };
}

/**
 * Lists the running rotations by the ID of their tenants, and one more than `limit`. The unique index of successors has them in
 * this order.
 */
export async function listRunningRotations(
  database: Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<RunningRotation[]> {
  const rows = await database.prisma.$queryRaw<
    { id: string; name: string; reference: string | null; startedAt: Date; moved: bigint; total: bigint }[]
  >`
    SELECT t.id, t.name, t.reference, e.issued_at AS "startedAt", c.moved, c.total
    FROM (
      SELECT id, tenant_id, issued_at FROM public.external_ids
      WHERE state = 'successor' AND tenant_id > ${after ?? ''} ORDER BY tenant_id LIMIT ${limit + 1}
    ) e
    JOIN public.tenants t ON t.id = e.tenant_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE verified_external_id_id = e.id) AS moved, count(*) AS total
      FROM public.connections WHERE tenant_id = e.tenant_id AND status = 'verified'
    ) c
    ORDER BY e.tenant_id`;
  return rows.map(({ startedAt, moved, total, ...tenant }) => ({
    tenant,
    startedAt,
    connections: { moved: Number(moved), total: Number(total) },
  }));
}
