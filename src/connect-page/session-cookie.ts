import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { pagePathOf } from './page-path.ts';

/**
 * `current` holds the session that the page uses. `next` holds the session of a link for another tenant, until the person
 * confirms the switch to it.
 */
export type SessionCookie = 'current' | 'next';

type CookieDeps = Pick<Deps, 'baseUrl'>;

/** The session's secret; null without a cookie. If there are two of the same name, the first has the longer path. */
export function readSessionCookie(
  deps: CookieDeps,
  request: FastifyRequest,
  which: SessionCookie,
): string | null {
  return request.cookies[cookieName(deps.baseUrl(), which)] ?? null;
}

/** SameSite is Lax, because customers follow the link from an e-mail or from the vendor's own site. */
export function setSessionCookie(
  deps: CookieDeps,
  reply: FastifyReply,
  cookie: { which: SessionCookie; secret: string; maxAgeSeconds: number },
): void {
  const baseUrl = deps.baseUrl();
  reply.setCookie(cookieName(baseUrl, cookie.which), cookie.secret, {
    path: pagePathOf(baseUrl),
    maxAge: cookie.maxAgeSeconds,
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(baseUrl),
  });
}

export function deleteSessionCookie(deps: CookieDeps, reply: FastifyReply, which: SessionCookie): void {
  setSessionCookie(deps, reply, { which, secret: '', maxAgeSeconds: 0 });
}

/** With the prefix `__Secure-`, browsers accept the cookie over TLS only, so plain HTTP can never set it. */
function cookieName(baseUrl: string, which: SessionCookie): string {
  const prefix = isHttps(baseUrl) ? '__Secure-' : '';
  return `${prefix}countersign-connect${which === 'next' ? '-next' : ''}`;
}

function isHttps(baseUrl: string): boolean {
  return new URL(baseUrl).protocol === 'https:';
}
