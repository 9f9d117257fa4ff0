import type { Database } from '../database/database.ts';
import { Prisma } from '../database/generated/client.ts';
import type { StaffRole } from '../identity/staff-role.ts';
import type { Person, StoredSession } from './session.ts';

const WITH_KEY = {
  key: { select: { expiresAt: true, revokedAt: true } },
} satisfies Prisma.ConsoleSessionInclude;

export async function insertSession(
  database: Database,
  { hash, ...session }: StoredSession & { hash: Buffer },
): Promise<void> {
  await database.prisma.consoleSession.create({ data: { ...session, hash: new Uint8Array(hash) } });
}

/** The session, with the current state of the key that it was opened with. */
export async function findSession(
  database: Database,
  hash: Buffer,
): Promise<{
  session: StoredSession;
  key: { expiresAt: Date | null; revokedAt: Date | null } | null;
} | null> {
  const row = await database.prisma.consoleSession.findUnique({
    where: { hash: new Uint8Array(hash) },
    include: WITH_KEY,
  });
  if (row === null) return null;
  const { key, hash: _, ...session } = row;
  return {
    key,
    session: { ...session, method: session.method as Person['method'], role: session.role as StaffRole },
  };
}

export async function touchSession(
  database: Database,
  hash: Buffer,
  times: { lastSeenAt: Date; endsAt: Date },
): Promise<void> {
  await database.prisma.consoleSession.updateMany({ where: { hash: new Uint8Array(hash) }, data: times });
}

export async function deleteSession(database: Database, hash: Buffer): Promise<number> {
  const { count } = await database.prisma.consoleSession.deleteMany({
    where: { hash: new Uint8Array(hash) },
  });
  return count;
}

export async function deleteSessionsOf(database: Database, subject: string): Promise<number> {
  const { count } = await database.prisma.consoleSession.deleteMany({ where: { subject } });
  return count;
}

/** The sessions that have not ended, the newest first. */
export async function listSessions(
  database: Database,
  { before, limit, now }: { before: SessionPosition | null; limit: number; now: Date },
): Promise<(StoredSession & SessionPosition)[]> {
  const older =
    before === null
      ? Prisma.empty
      : Prisma.sql`AND (created_at, hash) < (${before.createdAt}::timestamptz, ${before.hash}::bytea)`;
  return database.prisma.$queryRaw<(StoredSession & SessionPosition)[]>`
    SELECT hash, subject, name, method, role, key_id AS "keyId", created_at AS "createdAt",
      last_seen_at AS "lastSeenAt", ends_at AS "endsAt"
    FROM public.console_sessions WHERE ends_at > ${now} ${older}
    ORDER BY created_at DESC, hash DESC LIMIT ${limit}`;
}

/** Where a session is in the list of all. */
export interface SessionPosition {
  createdAt: Date;
  hash: Uint8Array;
}
