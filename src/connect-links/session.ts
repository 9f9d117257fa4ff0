import type { Actor, Principal } from '../identity/principal.ts';
import type { LinkOfTenant } from './link.ts';

/** How long the page stays open without the link being opened again. */
export const SESSION_HOURS = 12;

/** A browser that opened a link: it may do what the page does for this link's tenant, and nothing else. */
export interface ConnectSession {
  link: LinkOfTenant;
  expiresAt: Date;
}

/** Why there is no session, as the page tells it. */
export type NoSession = 'none' | 'ended' | 'revoked' | 'suspended' | 'offboarded';

/** As operations see the page's user: the tenant itself. It never passes for an API key: no route of the API takes it. */
export function principalOfSession({ link }: ConnectSession): Principal {
  return {
    keyId: link.id,
    name: 'connect link',
    role: 'tenant',
    tenantId: link.tenantId,
    tenants: [],
    profiles: [],
  };
}

export function actorOfLink(link: { id: string }): Actor {
  return { type: 'connect_link', id: link.id, name: 'connect link' };
}

/** The session that the page goes by, or the one of a link for another tenant, until the person has agreed to it. */
export type Which = 'current' | 'next';

/** How the cookie is named and where it is sent; with TLS the name keeps plain HTTP from ever setting it. */
export function cookieFor(baseUrl: string, which: Which): { name: string; path: string; secure: boolean } {
  const { protocol, pathname } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const name = `${secure ? '__Secure-' : ''}countersign-connect${which === 'next' ? '-next' : ''}`;
  return { name, path: `${pathname.replace(/\/+$/, '')}/connect`, secure };
}

/** A Set-Cookie line (RFC 6265). Lax, since the customer comes from a mail or the vendor's own pages. */
export function setCookie(baseUrl: string, value: string, maxAgeSeconds: number, which: Which): string {
  const { name, path, secure } = cookieFor(baseUrl, which);
  const line = `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
  return secure ? `${line}; Secure` : line;
}

/** The session's secret out of a Cookie header; the first of its name, as the more specific path comes first. */
export function readCookie(baseUrl: string, header: string | undefined, which: Which): string | null {
  const { name } = cookieFor(baseUrl, which);
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
