import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { consolePathOf } from './console-context.ts';

/**
 * `sign-in` holds the sign-in that this browser has begun at the provider. `id-token` holds the ID token, by which the
 * provider knows whose session to end at the sign-out; no request of the console accepts it as a credential.
 */
type ProviderCookie = 'sign-in' | 'id-token';

type CookieDeps = Pick<Deps, 'baseUrl'>;

export function readProviderCookie(
  deps: CookieDeps,
  request: FastifyRequest,
  cookie: ProviderCookie,
): string | null {
  return request.cookies[nameOf(deps, cookie)] ?? null;
}

/** SameSite is Lax, because the provider sends the browser back with a link. */
export function setProviderCookie(
  deps: CookieDeps,
  reply: FastifyReply,
  { cookie, value, maxAgeSeconds }: { cookie: ProviderCookie; value: string; maxAgeSeconds: number },
): void {
  reply.setCookie(nameOf(deps, cookie), value, {
    // A cookie for the whole host is what `__Host-` demands. The ID token goes nowhere but to the console.
    path: cookie === 'sign-in' ? '/' : consolePathOf(deps.baseUrl()),
    maxAge: maxAgeSeconds,
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(deps),
  });
}

export function deleteProviderCookie(deps: CookieDeps, reply: FastifyReply, cookie: ProviderCookie): void {
  setProviderCookie(deps, reply, { cookie, value: '', maxAgeSeconds: 0 });
}

/** With the prefix `__Host-`, browsers accept the cookie from this host over TLS only: no subdomain can plant a sign-in. */
function nameOf(deps: CookieDeps, cookie: ProviderCookie): string {
  const prefix = cookie === 'sign-in' ? '__Host-' : '__Secure-';
  return `${isHttps(deps) ? prefix : ''}countersign-console-${cookie}`;
}

function isHttps({ baseUrl }: CookieDeps): boolean {
  return new URL(baseUrl()).protocol === 'https:';
}
