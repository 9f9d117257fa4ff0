import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_HOURS } from '../console-sessions/session.ts';
import type { Deps } from '../deps.ts';

type CookieDeps = Pick<Deps, 'baseUrl'>;

export function readSessionCookie(deps: CookieDeps, request: FastifyRequest): string | null {
  return request.cookies[cookieName(deps)] ?? null;
}

/** SameSite is Lax, because staff follow links into the console from tickets and chats, and return from their OIDC provider. */
export function setSessionCookie(deps: CookieDeps, reply: FastifyReply, secret: string): void {
  setCookie(deps, reply, secret, SESSION_HOURS * 3600);
}

export function deleteSessionCookie(deps: CookieDeps, reply: FastifyReply): void {
  setCookie(deps, reply, '', 0);
}

function setCookie(deps: CookieDeps, reply: FastifyReply, value: string, maxAge: number): void {
  reply.setCookie(cookieName(deps), value, {
    path: '/',
    maxAge,
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(deps),
  });
}

/** With the prefix `__Host-`, browsers accept the cookie from this host over TLS only: no subdomain can plant one. */
function cookieName(deps: CookieDeps): string {
  return `${isHttps(deps) ? '__Host-' : ''}countersign-console`;
}

function isHttps({ baseUrl }: CookieDeps): boolean {
  return new URL(baseUrl()).protocol === 'https:';
}
