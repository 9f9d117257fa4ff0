import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import type { Prisma } from '../database/generated/client.ts';
import { Problem } from '../http/problem.ts';
import type { Metadata, Tenant, TenantStatus } from './tenant.ts';

/** The current ID first; of an offboarded tenant the one that was current last. */
const WITH_EXTERNAL_ID = {
  externalIds: {
    select: { value: true },
    orderBy: [{ state: 'asc' }, { retiredAt: 'desc' }, { issuedAt: 'asc' }],
    take: 1,
  },
} satisfies Prisma.TenantInclude;

type Row = Prisma.TenantGetPayload<{ include: typeof WITH_EXTERNAL_ID }>;

function toTenant({ externalIds, ...row }: Row): Tenant {
  const externalId = externalIds[0]?.value;
  if (externalId === undefined) throw new Error(`tenant ${row.id} has no external ID`);
  return { ...row, externalId, metadata: row.metadata as Metadata, status: row.status as TenantStatus };
}

export interface NewTenant {
  id: string;
  name: string;
  reference: string | null;
  metadata: Metadata;
  now: Date;
}

export async function insertTenant(database: Database, { now, ...tenant }: NewTenant): Promise<void> {
  await refusingTakenReference(() =>
    database.prisma.tenant.create({
      data: {
        ...tenant,
        metadata: tenant.metadata as Prisma.InputJsonObject,
        createdAt: now,
        updatedAt: now,
      },
    }),
  );
}

export interface TenantChanges {
  name?: string | undefined;
  reference?: string | null | undefined;
  metadata?: Metadata | undefined;
  status?: TenantStatus | undefined;
}

export async function updateTenant(
  database: Database,
  id: string,
  changes: TenantChanges,
  now: Date,
): Promise<void> {
  const { metadata, ...rest } = changes;
  await refusingTakenReference(() =>
    database.prisma.tenant.update({
      where: { id },
      data: { ...rest, ...(metadata && { metadata: metadata as Prisma.InputJsonObject }), updatedAt: now },
    }),
  );
}

export async function findTenant(database: Database, id: string): Promise<Tenant | null> {
  const row = await database.prisma.tenant.findUnique({ where: { id }, include: WITH_EXTERNAL_ID });
  return row && toTenant(row);
}

/**
 * Locks a tenant until the end of the transaction: whatever moves its external IDs or decides by them takes turns.
 * Answers with its status, or null when there is no such tenant.
 */
export async function lockTenant(database: Database, id: string): Promise<TenantStatus | null> {
  const rows = await database.prisma.$queryRaw<{ status: TenantStatus }[]>`
    SELECT status FROM public.tenants WHERE id = ${id} FOR NO KEY UPDATE`;
  return rows[0]?.status ?? null;
}

export async function listTenants(
  database: Database,
  filter: { after: string | null; limit: number; reference: string | undefined },
): Promise<Tenant[]> {
  const rows = await database.prisma.tenant.findMany({
    where: {
      ...(filter.after !== null && { id: { gt: filter.after } }),
      ...(filter.reference !== undefined && { reference: filter.reference }),
    },
    include: WITH_EXTERNAL_ID,
    orderBy: { id: 'asc' },
    take: filter.limit + 1,
  });
  return rows.map(toTenant);
}

async function refusingTakenReference<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem(
      'conflict',
      'Another tenant has this reference already. Find it with GET /v1/tenants?reference=….',
      {
        cause: error,
      },
    );
  }
}
