import type { Deps } from '../../deps.ts';
import { hashSecret } from '../link.ts';
import type { NoSession, StoredSession } from './session.ts';
import { findSession } from './store.ts';

/**
 * Finds the session of a cookie's secret. It is read from the database at each request, so that a session ends with its
 * link and with its tenant.
 */
export async function readSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  secret: string | null,
): Promise<StoredSession | NoSession> {
  if (secret === null) return { reason: 'none', link: null };
  const session = await findSession(deps.database, hashSecret(secret));
  if (!session) return { reason: 'ended', link: null };
  const { link } = session;
  if (link.revokedAt !== null) return { reason: 'revoked', link };
  if (link.tenant.status !== 'active') return { reason: link.tenant.status, link };
  if (session.expiresAt <= deps.clock.now()) return { reason: 'ended', link };
  return session;
}
