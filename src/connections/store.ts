import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import { Prisma } from '../database/generated/client.ts';
import { Problem } from '../http/problem.ts';
import type { Connection, ConnectionStatus, StatusReason } from './connection.ts';
import type { Verification } from './verification.ts';

/** A request for credentials starts no verification of a connection sooner than this after the last one. */
const MIN_VERIFICATION_INTERVAL_SECONDS = 15;

type Row = Prisma.ConnectionGetPayload<object>;

export function toConnection({ lastCheckedAt: _, ...row }: Row): Connection {
  return {
    ...row,
    status: row.status as ConnectionStatus,
    statusReason: row.statusReason as StatusReason,
    lastVerification: row.lastVerification as Verification | null,
  };
}

/** Seconds from registration to the first verification by itself. */
const FIRST_VERIFICATION_SECONDS = 15;

export interface ImportedRole {
  /** By how many seconds its first verification is later than that of another role. */
  delaySeconds: number;
}

interface NewConnection {
  id: string;
  tenantId: string;
  name: string | null;
  roleArn: string;
  accountId: string;
  partition: string;
  profile: string | null;
  imported?: ImportedRole | undefined;
  now: Date;
}

function toInsert({ imported, ...connection }: Omit<NewConnection, 'now'>, now: Date) {
  const seconds = FIRST_VERIFICATION_SECONDS + (imported?.delaySeconds ?? 0);
  const nextVerificationAt = new Date(now.getTime() + seconds * 1000);
  const legacy = imported !== undefined;
  return { ...connection, legacy, statusSince: now, nextVerificationAt, createdAt: now, updatedAt: now };
}

export async function insertConnection(
  database: Database,
  { now, ...connection }: NewConnection,
): Promise<Connection> {
  try {
    const row = await database.prisma.connection.create({
      data: toInsert(connection, now),
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
    data: connections.map(({ now, ...connection }) => toInsert(connection, now)),
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
  statusSince?: Date;
  statusReason?: StatusReason;
  nextVerificationAt?: Date | null;
  verificationFailures?: number;
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
    data: {
      status: 'disabled',
      statusSince: now,
      statusReason: 'offboarded',
      nextVerificationAt: null,
      updatedAt: now,
    },
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
 * Claims up to `limit` connections that are due for verification, by postponing them to `leaseUntil`: no other process
 * claims them before. If this process dies, they are due again then. A verification that ends sets the time anew. While
 * it runs, it counts as the last one, so that no request brings another one forward.
 */
export async function claimDueConnections(
  database: Database,
  input: { now: Date; leaseUntil: Date; limit: number; partitions: readonly string[] },
): Promise<{ id: string; tenantId: string; status: ConnectionStatus }[]> {
  return database.prisma.$queryRaw`
    UPDATE public.connections SET next_verification_at = ${input.leaseUntil}, last_checked_at = ${input.now}
    WHERE id IN (
      SELECT c.id FROM public.connections c JOIN public.tenants t ON t.id = c.tenant_id
      WHERE c.status <> 'disabled' AND c.next_verification_at <= ${input.now} AND t.status = 'active'
        AND c.partition = ANY (${[...input.partitions]}::text[])
      ORDER BY c.next_verification_at LIMIT ${input.limit} FOR UPDATE OF c SKIP LOCKED)
    RETURNING id, tenant_id AS "tenantId", status`;
}

/** Postpones the next verification of a claimed connection. */
export async function postponeVerification(database: Database, id: string, until: Date): Promise<void> {
  await database.prisma.connection.updateMany({ where: { id }, data: { nextVerificationAt: until } });
}

/**
 * Brings the next verification of a pending or unreachable connection forward to `at`, never back, and not sooner than
 * 15 seconds after the last one. Returns when it is due; null for a connection in another status. It writes only if the
 * time changes, since every request for credentials of such a connection calls it. It never waits for a row that another
 * transaction has locked: the time is then returned but not written, and the caller's next request writes it.
 */
export async function bringVerificationForward(
  database: Database,
  { id, tenantId }: { id: string; tenantId: string },
  at: Date,
): Promise<Date | null> {
  const due = Prisma.sql`greatest(
    ${at}::timestamptz, last_checked_at + ${MIN_VERIFICATION_INTERVAL_SECONDS} * interval '1 second')`;
  const heals = Prisma.sql`id = ${id} AND tenant_id = ${tenantId} AND status IN ('pending', 'unreachable')`;
  const rows = await database.prisma.$queryRaw<{ at: Date | null }[]>`
    WITH changed AS (
      UPDATE public.connections SET next_verification_at = ${due}
      WHERE id IN (
        SELECT id FROM public.connections WHERE ${heals} AND next_verification_at > ${due}
        FOR NO KEY UPDATE SKIP LOCKED))
    SELECT least(next_verification_at, ${due}) AS at FROM public.connections WHERE ${heals}`;
  return rows[0]?.at ?? null;
}

/** Brings forward what became unreachable since `since`, spread over `spreadSeconds`; after the broker recovered. */
export async function bringUnreachableForward(
  database: Database,
  input: { partition: string; since: Date; now: Date; spreadSeconds: number },
): Promise<number> {
  return database.prisma.$executeRaw`
    UPDATE public.connections SET next_verification_at = least(
      next_verification_at, ${input.now}::timestamptz + random() * ${input.spreadSeconds} * interval '1 second')
    WHERE partition = ${input.partition} AND status = 'unreachable' AND status_since >= ${input.since}`;
}
