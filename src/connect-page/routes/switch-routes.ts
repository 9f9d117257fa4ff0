import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Opening, readSession } from '../../connect-links/open-link.ts';
import { type ConnectSession, readCookie, setCookie, type Which } from '../../connect-links/session.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { lookFor, sendPage } from '../guard.ts';
import { switchPage } from '../views/switch.ts';

/** How long the question stands whether to change over to another tenant's page. */
const ASK_SECONDS = 600;

/**
 * Gives the browser the session of a link that it opened. Where it is at work for another tenant already, only once the
 * person agrees: else anybody who makes a browser follow their own link could put their tenant's external ID into the
 * page that somebody is reading, and get the role that is then created (login CSRF).
 */
export async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  { cookie, tenantId, maxAgeSeconds }: Opening & { opens: true },
): Promise<FastifyReply> {
  const current = await sessionIn(request, deps, 'current');
  const home = homeOf(deps);
  if (current === null || current.link.tenantId === tenantId) {
    return reply
      .header('set-cookie', setCookie(deps.baseUrl(), cookie, maxAgeSeconds, 'current'))
      .redirect(home, 303);
  }
  return reply
    .header('set-cookie', setCookie(deps.baseUrl(), cookie, ASK_SECONDS, 'next'))
    .redirect(`${home}/switch`, 303);
}

/** The question whether to change over, and its answer, which only the page itself can give. */
export function switchRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/switch',
    config: { access: 'connect-public' },
    schema: { hide: true, querystring: z.object({}) },
    handler: async (request, reply) => {
      const next = await sessionIn(request, deps, 'next');
      if (next === null) return reply.redirect(homeOf(deps), 303);
      const current = await sessionIn(request, deps, 'current');
      const names = { current: current?.link.tenant.name ?? null, next: next.link.tenant.name };
      return sendPage(reply, 200, switchPage(lookFor(deps, request), names));
    },
  });

  app.route({
    method: 'POST',
    url: '/switch',
    config: { access: 'connect-public' },
    schema: { hide: true, body: z.strictObject({}).nullish() },
    handler: async (request, reply) => {
      const cookie = readCookie(deps.baseUrl(), request.headers.cookie, 'next');
      const next = await sessionIn(request, deps, 'next');
      if (cookie === null || next === null) return reply.redirect(homeOf(deps), 303);
      const seconds = Math.floor((next.expiresAt.getTime() - deps.clock.now().getTime()) / 1000);
      return reply
        .header('set-cookie', [
          setCookie(deps.baseUrl(), cookie, seconds, 'current'),
          setCookie(deps.baseUrl(), '', 0, 'next'),
        ])
        .redirect(homeOf(deps), 303);
    },
  });
}

async function sessionIn(request: FastifyRequest, deps: Deps, which: Which): Promise<ConnectSession | null> {
  const found = await readSession(deps, readCookie(deps.baseUrl(), request.headers.cookie, which));
  return typeof found === 'string' ? null : found;
}

const homeOf = (deps: Deps): string => `${new URL(deps.baseUrl()).pathname.replace(/\/+$/, '')}/connect`;
