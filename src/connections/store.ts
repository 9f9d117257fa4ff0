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
  { now, ...connection }: NewConnection,
): Promise<Connection> {
  try {
    const row = await database.prisma.connection.create({
      data: { ...connection, createdAt: now, updatedAt: now },
    });
    return toConnection(row);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem(
      'conflict',
      'This tenant already has a connection for this role. Find it in the list of connections.',
      { cause: error },
    );
  }
}

/** Skips roles for which the tenant already has a connection. Returns the inserted connections. */
export async function insertMissingConnections(
  database: Database,
  connections: readonly NewConnection[],
): Promise<Connection[]> {
  const rows = await database.prisma.connection.createManyAndReturn({
    data: connections.map(({ now, ...connection }) => ({ ...connection, createdAt: now, updatedAt: now })),
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

export async function findConnectionByRole(
  database: Database,
  where: { tenantId: string; roleArn: string },
): Promise<Connection | null> {
  const row = await database.prisma.connection.findUnique({ where: { tenantId_roleArn: where } });
  return row && toConnection(row);
}

export async function findConnectionsByRoles(
  database: Database,
  { tenantId, roleArns }: { tenantId: string; roleArns: readonly string[] },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, roleArn: { in: [...roleArns] } },
  });
  return rows.map(toConnection);
}

export async function findConnectionsById(
  database: Database,
  { tenantId, ids }: { tenantId: string; ids: readonly string[] },
): Promise<Connection[]> {
  const rows = await database.prisma.connection.findMany({
    where: { tenantId, id: { in: [...ids] } },
    orderBy: { id: 'asc' },
  });
  return rows.map(toConnection);
}

/** Lists connections that are neither verified nor disabled, the oldest first. */
export async function listUnverifiedConnections(
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
 * Marks a connection unreachable after AWS denied its role with this external ID. Returns false, and changes nothing, if
 * it is no longer verified or was verified with another ID since: then the denial says nothing about it.
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

/** Replaces the verified external ID of a tenant's verified connections at the end of a rotation. */
export async function updateVerifiedExternalId(
  database: Database,
  input: { tenantId: string; from: bigint; to: bigint; now: Date },
): Promise<void> {
  await database.prisma.connection.updateMany({
    where: { tenantId: input.tenantId, status: 'verified', verifiedExternalIdId: input.from },
    data: { verifiedExternalIdId: input.to, updatedAt: input.now },
  });
}

/**
 * Claims up to `limit` connections that were last checked before `before`. It sets their `last_checked_at` to now, so that
 * no other process claims them too. If this process dies, they are due again one period later.
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
