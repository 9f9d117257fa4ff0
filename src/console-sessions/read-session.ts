import type { Deps } from '../deps.ts';
import { endOf, hashSecret, isTouchDue, type StoredSession } from './session.ts';
import { findSession, touchSession } from './store.ts';

/**
 * Finds the session of a cookie's secret; null: it has ended, or never existed. It is read from the database at each request,
 * so that it ends everywhere at once, also with the API key that it was opened with.
 */
export async function readConsoleSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  secret: string | null,
): Promise<StoredSession | null> {
  if (secret === null) return null;
  const hash = hashSecret(secret);
  const found = await findSession(deps.database, hash);
  const now = deps.clock.now();
  if (found === null || found.session.endsAt <= now) return null;
  const { session, key } = found;
  if (key !== null && (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)))
    return null;
  if (isTouchDue(session, now))
    await touchSession(deps.database, hash, { lastSeenAt: now, endsAt: endOf(session.createdAt, now) });
  return session;
}
