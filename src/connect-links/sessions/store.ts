import type { Database } from '../../database/database.ts';
import type { LinkWithTenant } from '../link.ts';
import { LINK_WITH_TENANT, toLinkWithTenant } from '../store.ts';

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

/** The session with the current state of its link and tenant. */
export async function findSession(
  database: Database,
  hash: Buffer,
): Promise<{ expiresAt: Date; link: LinkWithTenant } | null> {
  const row = await database.prisma.connectSession.findUnique({
    where: { hash: new Uint8Array(hash) },
    include: { link: { include: LINK_WITH_TENANT } },
  });
  return row && { expiresAt: row.expiresAt, link: toLinkWithTenant(row.link) };
}

export async function deleteSession(database: Database, hash: Buffer): Promise<void> {
  await database.prisma.connectSession.deleteMany({ where: { hash: new Uint8Array(hash) } });
}
