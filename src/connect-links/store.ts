import type { Database } from '../database/database.ts';
import type { Prisma } from '../database/generated/client.ts';
import type { TenantStatus } from '../tenants/tenant.ts';
import type { ConnectLink, LinkWithTenant } from './link.ts';

export const LINK_WITH_TENANT = {
  tenant: { select: { name: true, status: true } },
} satisfies Prisma.ConnectLinkInclude;

type Row = Prisma.ConnectLinkGetPayload<{ include: typeof LINK_WITH_TENANT }>;

export function toLinkWithTenant({ hash: _, tenant, ...link }: Row): LinkWithTenant {
  return { ...link, tenant: { name: tenant.name, status: tenant.status as TenantStatus } };
}

export type NewLink = Pick<
  ConnectLink,
  'id' | 'tenantId' | 'parentId' | 'returnUrl' | 'renewUrl' | 'profile' | 'createdAt' | 'expiresAt'
> & { hash: Buffer };

export async function insertLink(database: Database, link: NewLink): Promise<void> {
  await database.prisma.connectLink.create({ data: { ...link, hash: new Uint8Array(link.hash) } });
}

export async function findLinkBySecret(database: Database, hash: Buffer): Promise<LinkWithTenant | null> {
  const row = await database.prisma.connectLink.findUnique({
    where: { hash: new Uint8Array(hash) },
    include: LINK_WITH_TENANT,
  });
  return row && toLinkWithTenant(row);
}

export async function findLink(
  database: Database,
  where: { id: string; tenantId: string },
): Promise<LinkWithTenant | null> {
  const row = await database.prisma.connectLink.findFirst({ where, include: LINK_WITH_TENANT });
  return row && toLinkWithTenant(row);
}

/** Returns one link more than the limit if there are more, so that the caller knows that another page follows. */
export async function listLinks(
  database: Database,
  filter: { tenantId: string; after: string | null; limit: number; newestFirst?: boolean },
): Promise<ConnectLink[]> {
  return database.prisma.connectLink.findMany({
    where: { tenantId: filter.tenantId, ...(filter.after !== null && { id: { gt: filter.after } }) },
    orderBy: { id: filter.newestFirst ? 'desc' : 'asc' },
    take: filter.limit + 1,
    omit: { hash: true },
  });
}

export async function countColleagueLinks(database: Database, parentId: string): Promise<number> {
  return database.prisma.connectLink.count({ where: { parentId } });
}

/** Records the first time that a link was opened. */
export async function markOpened(database: Database, id: string, now: Date): Promise<void> {
  await database.prisma.connectLink.updateMany({ where: { id, openedAt: null }, data: { openedAt: now } });
}

/** Records the first time that a role was connected through a link. Returns whether this was the first time. */
export async function markUsed(database: Database, id: string, now: Date): Promise<boolean> {
  const { count } = await database.prisma.connectLink.updateMany({
    where: { id, usedAt: null },
    data: { usedAt: now },
  });
  return count === 1;
}

/** Revokes a link and the links created from its page. Returns the IDs of those that were not revoked before. */
export async function revokeLinks(
  database: Database,
  { id, tenantId }: { id: string; tenantId: string },
  now: Date,
): Promise<string[]> {
  const where = { tenantId, OR: [{ id }, { parentId: id }], revokedAt: null };
  const rows = await database.prisma.connectLink.findMany({
    where,
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  await database.prisma.connectLink.updateMany({ where, data: { revokedAt: now } });
  return rows.map((row) => row.id);
}
