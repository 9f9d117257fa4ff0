import type { Deps } from '../deps.ts';
import type { StoredSession } from './session.ts';
import { listSessions, type SessionPosition } from './store.ts';

/** A session, identified by the hash of its secret in hexadecimal. */
export interface ListedSession extends StoredSession {
  id: string;
}

/** The form of a cursor: when the last session of a page began, and its ID. */
export const SESSION_CURSOR = /^(\d{1,15})-([0-9a-f]{64})$/;

/** Lists the sessions that have not ended, the newest first. */
export async function listConsoleSessions(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<{ sessions: ListedSession[]; nextCursor: string | null }> {
  const rows = await listSessions(database, {
    before: parseCursor(cursor),
    limit: limit + 1,
    now: clock.now(),
  });
  const sessions = rows
    .slice(0, limit)
    .map(({ hash, ...session }) => ({ ...session, id: Buffer.from(hash).toString('hex') }));
  const last = sessions.at(-1);
  return {
    sessions,
    nextCursor: rows.length > limit && last ? `${last.createdAt.getTime()}-${last.id}` : null,
  };
}

function parseCursor(cursor: string | undefined): SessionPosition | null {
  const [, time, id] = SESSION_CURSOR.exec(cursor ?? '') ?? [];
  if (time === undefined || id === undefined) return null;
  return { createdAt: new Date(Number(time)), hash: Buffer.from(id, 'hex') };
}
