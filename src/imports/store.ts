import type { Database } from '../database/database.ts';
import type { TenantStatus } from '../tenants/tenant.ts';

export interface ExistingConnection {
  id: string;
  roleArn: string;
  legacy: boolean;
}

export interface ExistingTenant {
  id: string;
  reference: string;
  name: string;
  status: TenantStatus;
  /** Those of the requested roles. */
  connections: ExistingConnection[];
}

/** Finds tenants by their references, which those of offboarded tenants no longer are. */
export async function findTenantsByReference(
  database: Database,
  { references, roleArns }: { references: readonly string[]; roleArns: readonly string[] },
): Promise<ExistingTenant[]> {
  return database.prisma.$queryRaw<ExistingTenant[]>`
    SELECT t.id, t.reference, t.name, t.status, coalesce(
      (SELECT jsonb_agg(jsonb_build_object('id', c.id, 'roleArn', c.role_arn, 'legacy', c.legacy))
        FROM public.connections c
        WHERE c.tenant_id = t.id AND c.role_arn = ANY (${[...roleArns]}::text[])), '[]') AS connections
    FROM public.tenants t
    WHERE t.reference = ANY (${[...references]}::text[]) AND t.status <> 'offboarded'`;
}
