import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { consumeRateLimit } from '../rate-limits/store.ts';
import { hashSecret, newSecret, statusOf } from './link.ts';
import { actorOfLink, type ConnectSession, type NoSession, SESSION_HOURS } from './session.ts';
import { deleteSession, findLinkBySecret, findSession, insertSession, markOpened } from './store.ts';

/** Each opening is a session and an audit event, so that whoever has a link must not make them without end. */
const OPENINGS_PER_MINUTE = 60;

/** A secret for the cookie, or why the link does not open. */
export type Opening =
  | { opens: true; tenantId: string; cookie: string; maxAgeSeconds: number }
  | { opens: false; why: 'unknown' | 'expired' | 'used' | 'revoked' | 'suspended' | 'offboarded' | 'busy' };

/**
 * Exchanges a link's secret for a session. It may be opened more than once, since mail scanners open links too, until
 * a role was connected through it. The session is always a new one: a cookie that somebody planted gains nothing.
 */
export async function openLink(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { secret: string },
): Promise<Opening> {
  const now = deps.clock.now();
  return deps.database.transaction(async (database) => {
    const link = await findLinkBySecret(database, hashSecret(input.secret));
    if (!link) return { opens: false, why: 'unknown' };
    const status = statusOf(link, now);
    if (status === 'revoked') return { opens: false, why: status };
    if (link.tenant.status !== 'active') return { opens: false, why: link.tenant.status };
    if (status === 'used' || status === 'expired') return { opens: false, why: status };

    if (
      (await consumeRateLimit(database, {
        tenantId: link.tenantId,
        perMinute: OPENINGS_PER_MINUTE,
        now,
        action: 'connect_link',
      })) > 0
    ) {
      return { opens: false, why: 'busy' };
    }
    const cookie = newSecret();
    const maxAgeSeconds = SESSION_HOURS * 3600;
    await insertSession(database, {
      hash: hashSecret(cookie),
      tenantId: link.tenantId,
      linkId: link.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + maxAgeSeconds * 1000),
    });
    await markOpened(database, link.id, now);
    await recordEvents(database, deps.clock, {
      tenantId: link.tenantId,
      actor: actorOfLink(link),
      action: 'connect_link.opened',
      outcome: 'success',
      detail: { linkId: link.id },
    });
    return { opens: true, tenantId: link.tenantId, cookie, maxAgeSeconds };
  });
}

/** Who has this cookie, read from the database now: a session ends with its link and with its tenant. */
export async function readSession(
  deps: Pick<Deps, 'database' | 'clock'>,
  cookie: string | null,
): Promise<ConnectSession | NoSession> {
  if (cookie === null) return 'none';
  const session = await findSession(deps.database, hashSecret(cookie));
  if (!session) return 'ended';
  const { link } = session;
  if (link.revokedAt !== null) return 'revoked';
  if (link.tenant.status !== 'active') return link.tenant.status;
  if (session.expiresAt <= deps.clock.now()) return 'ended';
  return session;
}

/** Ends one browser's session. */
export async function leave(deps: Pick<Deps, 'database'>, cookie: string): Promise<void> {
  await deleteSession(deps.database, hashSecret(cookie));
}
