import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import { Prisma } from '../database/generated/client.ts';
import { Problem } from '../http/problem.ts';
import type { Connection, ConnectionStatus } from './connection.ts';
import type { Verification } from './verification.ts';

type Row = Prisma.ConnectionGetPayload<object>;

function toConnection({ lastCheckedAt: _, ...row }: Row): Connection {
  return {
    ...row,
    status: row.status as ConnectionStatus,
    lastVerification: row.lastVerification as Verification | null,
  };
}

export interface NewConnection {
  id: string;
  tenantId: string;
  name: string | null;
  roleArn: string;
  accountId: string;
  partition: string;
  profile: string | null;
  now: Date;
}

export async function insertConnection(
  database: Database,
  { now, ...given }: NewConnection,
): Promise<Connection> {
  try {
    const row = await database.prisma.connection.create({
      data: { ...given, createdAt: now, updatedAt: now },
    });
    return toConnection(row);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem(
      'conflict',
      'This tenant has a connection for this role already. Find it in the list of connections.',
      {
        cause: error,
      },
    );
  }
}

/** Those of them that the tenant has no connection for yet; the others are left as they are. */
export async function insertConnections(
  database: Database,
  connections: readonly NewConnection[],
): Promise<Connection[]> {
  const rows = await database.prisma.connection.createManyAndReturn({
    data: connections.map(({ now, ...given }) => ({ ...given, createdAt: now, updatedAt: now })),
    skipDuplicates: true,
  });
  return rows.map(toConnection);
}

export async function findConnection(
  database: Database,
  where: { id: string; tenantId: string },
): Promise<Connection | null> {
  const row = await database.prisma.connection.findFirst({ where });
  return row && toConnection(row);
}

export async function findConnectionOfRole(
  database: Database,
  where: { tenantId: string; roleArn: string },
): Promise<Connection | null> {
  const row = await database.prisma.connection.findUnique({ where: { tenantId_roleArn: where } });
  return row && toConnection(row);
}

export async function findConnectionsOfRoles(
  database: Database,
  { tenantId, roleArns }: { tenantId: string; roleArns: readonly string[] },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, roleArn: { in: [...roleArns] } },
  });
  return rows.map(toConnection);
}

export async function findConnections(
  database: Database,
  { tenantId, ids }: { tenantId: string; ids: readonly string[] },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, id: { in: [...ids] } },
    orderBy: { id: 'asc' },
  });
  return rows.map(toConnection);
}

/** Connections that are neither verified nor disabled, the oldest first. */
export async function listOpenConnections(
  database: Database,
  { tenantId, limit }: { tenantId: string; limit: number },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, status: { notIn: ['verified', 'disabled'] } },
    orderBy: { id: 'asc' },
    take: limit,
  });
  return rows.map(toConnection);
}

export async function listConnections(
  database: Database,
  filter: { tenantId: string; after: string | null; limit: number },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId: filter.tenantId, ...(filter.after !== null && { id: { gt: filter.after } }) },
    orderBy: { id: 'asc' },
    take: filter.limit + 1,
  });
  return rows.map(toConnection);
}

export async function listVerifiedConnections(database: Database, tenantId: string): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, status: 'verified' },
    orderBy: { id: 'asc' },
  });
  return rows.map(toConnection);
}

export interface ConnectionChanges {
  name?: string | null;
  profile?: string | null;
  status?: ConnectionStatus;
  verifiedExternalIdId?: bigint | null;
  lastVerification?: Verification | null;
  lastCheckedAt?: Date;
}

export async function updateConnection(
  database: Database,
  id: string,
  changes: ConnectionChanges,
  now: Date,
): Promise<void> {
  const { lastVerification, ...rest } = changes;
  await database.prisma.connection.updateMany({
    where: { id },
    data: {
      ...rest,
      ...(lastVerification !== undefined && {
        lastVerification:
          lastVerification === null ? Prisma.DbNull : (lastVerification as unknown as Prisma.InputJsonObject),
      }),
      updatedAt: now,
    },
  });
}

/**
 * Marks a verified connection unreachable after AWS denied it with this external ID. False when it is not verified any
 * more or was proven with another ID meanwhile: then the denial says nothing about it.
 */
export async function markUnreachable(
  database: Database,
  where: { id: string; verifiedExternalIdId: bigint },
  now: Date,
): Promise<boolean> {
  const { count } = await database.prisma.connection.updateMany({
    where: { ...where, status: 'verified' },
    data: { status: 'unreachable', updatedAt: now },
  });
  return count === 1;
}

export async function deleteConnection(
  database: Database,
  where: { id: string; tenantId: string },
): Promise<boolean> {
  const { count } = await database.prisma.connection.deleteMany({ where });
  return count === 1;
}

export async function disableConnections(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.prisma.connection.updateMany({
    where: { tenantId },
    data: { status: 'disabled', updatedAt: now },
  });
}

/** Moves a tenant's verified connections from one proven ID to another; for a rotation that ends. */
export async function moveConnections(
  database: Database,
  input: { tenantId: string; from: bigint; to: bigint; now: Date },
): Promise<void> {
  await database.prisma.connection.updateMany({
    where: { tenantId: input.tenantId, status: 'verified', verifiedExternalIdId: input.from },
    data: { verifiedExternalIdId: input.to, updatedAt: input.now },
  });
}

/**
 * Takes up to `limit` connections whose last check lies before `before`, and marks them as checked now, so that no
 * other process takes them too. If this one dies on the way, they come round again a period later.
 */
export async function claimDueConnections(
  database: Database,
  input: { before: Date; now: Date; limit: number },
): Promise<{ id: string; tenantId: string }[]> {
  return database.prisma.$queryRaw<{ id: string; tenantId: string }[]>`
    UPDATE public.connections SET last_checked_at = ${input.now}
    WHERE id IN (
      SELECT c.id FROM public.connections c JOIN public.tenants t ON t.id = c.tenant_id
      WHERE t.status = 'active' AND c.status IN ('verified', 'unreachable', 'insecure')
        AND (c.last_checked_at IS NULL OR c.last_checked_at < ${input.before})
      ORDER BY c.last_checked_at NULLS FIRST LIMIT ${input.limit} FOR UPDATE OF c SKIP LOCKED)
    RETURNING id, tenant_id AS "tenantId"`;
}
