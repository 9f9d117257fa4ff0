import type { Database } from '../database/database.ts';
import type { Prisma } from '../database/generated/client.ts';
import type { TenantStatus } from '../tenants/tenant.ts';
import type { ConnectLink, LinkOfTenant } from './link.ts';

const WITH_TENANT = {
  tenant: { select: { name: true, status: true } },
} satisfies Prisma.ConnectLinkInclude;

type Row = Prisma.ConnectLinkGetPayload<{ include: typeof WITH_TENANT }>;

function toLink({ hash: _, tenant, ...link }: Row): LinkOfTenant {
  return { ...link, tenant: { name: tenant.name, status: tenant.status as TenantStatus } };
}

export type NewLink = Pick<
  ConnectLink,
  'id' | 'tenantId' | 'parentId' | 'returnUrl' | 'profile' | 'createdAt' | 'expiresAt'
> & { hash: Buffer };

export async function insertLink(database: Database, link: NewLink): Promise<void> {
  await database.prisma.connectLink.create({ data: { ...link, hash: new Uint8Array(link.hash) } });
}

export async function findLinkBySecret(database: Database, hash: Buffer): Promise<LinkOfTenant | null> {
  const row = await database.prisma.connectLink.findUnique({
    where: { hash: new Uint8Array(hash) },
    include: WITH_TENANT,
  });
  return row && toLink(row);
}

export async function findLink(
  database: Database,
  where: { id: string; tenantId: string },
): Promise<LinkOfTenant | null> {
  const row = await database.prisma.connectLink.findFirst({ where, include: WITH_TENANT });
  return row && toLink(row);
}

export async function listLinks(
  database: Database,
  filter: { tenantId: string; after: string | null; limit: number },
): Promise<ConnectLink[]> {
  const rows = await database.prisma.connectLink.findMany({
    where: { tenantId: filter.tenantId, ...(filter.after !== null && { id: { gt: filter.after } }) },
    orderBy: { id: 'asc' },
    take: filter.limit + 1,
    omit: { hash: true },
  });
  return rows;
}

export async function countColleagueLinks(database: Database, parentId: string): Promise<number> {
  return database.prisma.connectLink.count({ where: { parentId } });
}

export async function markOpened(database: Database, id: string, now: Date): Promise<void> {
  await database.prisma.connectLink.updateMany({ where: { id, openedAt: null }, data: { openedAt: now } });
}

export async function markUsed(database: Database, id: string, now: Date): Promise<void> {
  await database.prisma.connectLink.updateMany({ where: { id, usedAt: null }, data: { usedAt: now } });
}

/** Revokes a link and those that were made from its page; the IDs of those that were not revoked yet. */
export async function revokeLinks(
  database: Database,
  where: { id: string; tenantId: string },
  now: Date,
): Promise<string[]> {
  const live = {
    tenantId: where.tenantId,
    OR: [{ id: where.id }, { parentId: where.id }],
    revokedAt: null,
  };
  const rows = await database.prisma.connectLink.findMany({
    where: live,
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  await database.prisma.connectLink.updateMany({ where: live, data: { revokedAt: now } });
  return rows.map((row) => row.id);
}

export interface NewSession {
  hash: Buffer;
  tenantId: string;
  linkId: string;
  createdAt: Date;
  expiresAt: Date;
}

export async function insertSession(database: Database, session: NewSession): Promise<void> {
  await database.prisma.connectSession.create({ data: { ...session, hash: new Uint8Array(session.hash) } });
}

/** The session with its link and tenant as they are now. */
export async function findSession(
  database: Database,
  hash: Buffer,
): Promise<{ expiresAt: Date; link: LinkOfTenant } | null> {
  const row = await database.prisma.connectSession.findUnique({
    where: { hash: new Uint8Array(hash) },
    include: { link: { include: WITH_TENANT } },
  });
  return row && { expiresAt: row.expiresAt, link: toLink(row.link) };
}

export async function deleteSession(database: Database, hash: Buffer): Promise<void> {
  await database.prisma.connectSession.deleteMany({ where: { hash: new Uint8Array(hash) } });
}

export async function deleteExpiredSessions(database: Database, now: Date): Promise<void> {
  await database.prisma.connectSession.deleteMany({ where: { expiresAt: { lte: now } } });
}
