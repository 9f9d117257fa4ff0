import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { consumeRateLimit } from '../rate-limits/store.ts';
import { hashSecret, type LinkWithTenant, linkStatusOf, newSecret } from './link.ts';
import { actorOfSession, ENDED_SESSION_HOURS, SESSION_HOURS } from './sessions/session.ts';
import { insertSession } from './sessions/store.ts';
import { findLinkBySecret, markOpened } from './store.ts';

/** Opening a link inserts a session and an audit event, so somebody who has a link could fill the database. */
const MAX_OPENINGS_PER_MINUTE = 60;

export interface OpenedLink {
  opened: true;
  tenantId: string;
  /** The secret of the new session, to be stored in the browser's cookie. */
  sessionSecret: string;
  /** The lifetime of the cookie, which is longer than the session. */
  cookieSeconds: number;
}

export interface RejectedLink {
  opened: false;
  /** The link, unless its secret is not known. */
  link: LinkWithTenant | null;
  reason: 'unknown' | 'expired' | 'used' | 'revoked' | 'suspended' | 'offboarded' | 'rate_limited';
}

/**
 * Exchanges a link's secret for a session. A link can be opened more than once, because mail scanners open links too,
 * until a role is connected through it. Each opening creates a new session, so a cookie that an attacker planted in the
 * browser beforehand never becomes valid.
 */
export async function openLink(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { secret: string; requestId: string },
): Promise<OpenedLink | RejectedLink> {
  const now = deps.clock.now();
  return deps.database.transaction(async (database) => {
    const link = await findLinkBySecret(database, hashSecret(input.secret));
    if (!link) return { opened: false, link: null, reason: 'unknown' };
    const reason = rejectionReason(link, now) ?? (await rateLimitReason(database, link.tenantId, now));
    if (reason !== null) return { opened: false, link, reason };

    const sessionSecret = newSecret();
    await insertSession(database, {
      hash: hashSecret(sessionSecret),
      tenantId: link.tenantId,
      linkId: link.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_HOURS * 3_600_000),
    });
    await markOpened(database, link.id, now);
    await recordEvents(database, deps.clock, {
      tenantId: link.tenantId,
      actor: actorOfSession({ link, requestId: input.requestId }),
      action: 'connect_link.opened',
      outcome: 'success',
      detail: { linkId: link.id },
    });
    const cookieSeconds = (SESSION_HOURS + ENDED_SESSION_HOURS) * 3600;
    return { opened: true, tenantId: link.tenantId, sessionSecret, cookieSeconds };
  });
}

function rejectionReason(link: LinkWithTenant, now: Date): RejectedLink['reason'] | null {
  const status = linkStatusOf(link, now);
  if (status === 'revoked') return status;
  if (link.tenant.status !== 'active') return link.tenant.status;
  return status === 'used' || status === 'expired' ? status : null;
}

async function rateLimitReason(
  database: Database,
  tenantId: string,
  now: Date,
): Promise<'rate_limited' | null> {
  const { waitSeconds } = await consumeRateLimit(database, {
    tenantId,
    action: 'connect_link',
    perMinute: MAX_OPENINGS_PER_MINUTE,
    now,
  });
  return waitSeconds > 0 ? 'rate_limited' : null;
}
