import type { Deps } from '../../deps.ts';
import { hashSecret } from '../link.ts';
import type { NoSessionReason, StoredSession } from './session.ts';
import { findSession } from './store.ts';

/**
 * Finds the session of a cookie's secret. It is read from the database at each request, so that a session ends with its
 * link and with its tenant.
 */
export async function readSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  secret: string | null,
): Promise<StoredSession | NoSessionReason> {
  if (secret === null) return 'none';
  const session = await findSession(deps.database, hashSecret(secret));
  if (!session) return 'ended';
  const { link } = session;
  if (link.revokedAt !== null) return 'revoked';
  if (link.tenant.status !== 'active') return link.tenant.status;
  if (session.expiresAt <= deps.clock.now()) return 'ended';
  return session;
}
