import type { Actor, Principal } from '../../identity/principal.ts';
import type { LinkWithTenant } from '../link.ts';

/** For how long the page stays usable after a link was opened. */
export const SESSION_HOURS = 12;

/** For how long a browser is recognized after its session has ended, to be sent to the vendor's page for a new link. */
export const ENDED_SESSION_HOURS = 7 * 24;

export interface StoredSession {
  link: LinkWithTenant;
  expiresAt: Date;
}

/**
 * A request of a browser that opened a link. It may do what the page offers for the link's tenant, and nothing else.
 */
export interface ConnectSession extends StoredSession {
  requestId: string;
}

/** `none`: the browser sent no session cookie. `ended`: its session was deleted or has expired. */
export type NoSessionReason = 'none' | 'ended' | 'revoked' | 'suspended' | 'offboarded';

export interface NoSession {
  reason: NoSessionReason;
  /** The link of the session that was found; null if there is none. */
  link: LinkWithTenant | null;
}

/**
 * The page's user, as domain operations see it: with the rights of the tenant. This does not make a session an API key:
 * routes of the API authenticate keys and tokens only.
 */
export function principalOfSession({ link, requestId }: ConnectSession): Principal {
  return {
    keyId: link.id,
    name: 'connect link',
    role: 'tenant',
    tenantId: link.tenantId,
    tenants: [],
    profiles: [],
    requestId,
  };
}

export function actorOfSession({ link, requestId }: { link: { id: string }; requestId: string }): Actor {
  return { type: 'connect_link', id: link.id, name: 'connect link', requestId };
}
