import type { Database } from '../../database/database.ts';
import { Prisma } from '../../database/generated/client.ts';

/** What an ID leads to. */
interface Owner {
  tenantId: string;
  connectionId: string | null;
}

/** The tenant, and the connection if there is one, that each kind of resource belongs to. */
const OWNERS = new Map<string, (id: string) => Prisma.Sql>(
  Object.entries({
    tenant: (id: string) =>
      Prisma.sql`SELECT id AS tenant, NULL AS connection FROM public.tenants WHERE id = ${id}`,
    connection: (id: string) =>
      Prisma.sql`SELECT tenant_id AS tenant, id AS connection FROM public.connections WHERE id = ${id}`,
    link: (id: string) =>
      Prisma.sql`SELECT tenant_id AS tenant, NULL AS connection FROM public.connect_links WHERE id = ${id}`,
    run: (id: string) =>
      Prisma.sql`SELECT tenant_id AS tenant, NULL AS connection FROM public.verification_runs WHERE id = ${id}`,
    key: (id: string) => Prisma.sql`
    SELECT unnest(array_remove(tenant_id || tenant_ids, NULL)) AS tenant, NULL AS connection
    FROM public.api_keys WHERE id = ${id}`,
    event: (id: string) => Prisma.sql`
    SELECT tenant_id AS tenant, connection_id AS connection FROM public.events WHERE id = ${id}
    UNION SELECT chain, body::jsonb #>> '{detail,connectionId}' FROM public.audit_log WHERE id = ${id}`,
    delivery: (id: string) => Prisma.sql`
    SELECT e.tenant_id AS tenant, e.connection_id AS connection
    FROM public.webhook_deliveries d JOIN public.events e ON e.id = d.event_id WHERE d.id = ${id}`,
  }),
);

/** Returns whom a resource belongs to; nobody for one of the vendor, and for one that does not exist. */
export async function findOwners(
  database: Database,
  { type, id }: { type: string; id: string },
  limit: number,
): Promise<Owner[]> {
  const owners = OWNERS.get(type)?.(id);
  if (owners === undefined) return [];
  return database.prisma.$queryRaw<Owner[]>`
    SELECT t.id AS "tenantId", owners.connection AS "connectionId"
    FROM (${owners} LIMIT ${limit}) owners JOIN public.tenants t ON t.id = owners.tenant`;
}

/** Returns the tenants with this reference: one that is not offboarded at most, which comes first. */
export async function findTenantsByReference(
  database: Database,
  reference: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.prisma.$queryRaw<{ id: string }[]>`
    SELECT id FROM public.tenants WHERE reference = ${reference}
    ORDER BY status = 'offboarded', id DESC LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Returns the first tenants, by their name, whose name begins so. Case does not matter. */
export async function findTenantsByName(
  database: Database,
  beginning: string,
  limit: number,
): Promise<string[]> {
  const pattern = `${beginning.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await database.prisma.$queryRaw<{ id: string }[]>`
    SELECT id FROM public.tenants WHERE lower(name) COLLATE "C" LIKE lower(${pattern})
    ORDER BY lower(name) COLLATE "C", id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
