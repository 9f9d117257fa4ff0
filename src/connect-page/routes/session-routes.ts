import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createColleagueLink } from '../../connect-links/create-link.ts';
import { type OpenedLink, openLink, type RejectedLink } from '../../connect-links/open-link.ts';
import { renewUrlOf } from '../../connect-links/return-url.ts';
import { endSession } from '../../connect-links/sessions/end-session.ts';
import { readSession } from '../../connect-links/sessions/read-session.ts';
import { ENDED_SESSION_HOURS, type StoredSession } from '../../connect-links/sessions/session.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { noBody } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { requireSession } from '../guard.ts';
import { getPageContext } from '../page-context.ts';
import { pagePathOf } from '../page-path.ts';
import type { ColleagueLink } from '../script-messages.ts';
import {
  deleteSessionCookie,
  readSessionCookie,
  type SessionCookie,
  setSessionCookie,
} from '../session-cookie.ts';
import { formatPartitionQuery, getSessionSetupKit, partitionQuery } from '../session-setup-kit.ts';
import { colleaguePage, noticePage, switchPage } from '../views/notices.ts';

/** For how long the person can confirm the switch to another tenant's page. */
const SWITCH_TIMEOUT_SECONDS = 600;

/** Opening a link, switching to another tenant's link, links for colleagues, and leaving the page. */
export function sessionRoutes(app: App, deps: Deps): void {
  openLinkRoute(app, deps);
  showSwitchRoute(app, deps);
  confirmSwitchRoute(app, deps);
  createColleagueLinkRoute(app, deps);
  leaveRoute(app, deps);
}

function openLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/:secret',
    config: { access: 'connect-public' },
    // HEAD would create a session too.
    exposeHeadRoute: false,
    schema: { hide: true, params: z.object({ secret: z.string() }), querystring: partitionQuery },
    handler: async (request, reply) => {
      void reply.header('referrer-policy', 'no-referrer');
      const result = await openLink(deps, { ...request.params, requestId: request.id });
      if (result.opened) {
        const query = formatPartitionQuery(request.query);
        return startSession(request, reply, deps, { ...result, query });
      }
      return answerRejectedLink(request, reply, deps, result);
    },
  });
}

/**
 * A customer who opens the mailed link again continues in the browser that opened it before, even if it was used. In any
 * other browser, a link that has ended leads to the vendor's page for a new one, if the vendor named it.
 */
async function answerRejectedLink(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  { reason, link }: RejectedLink,
): Promise<FastifyReply> {
  if (link !== null && (reason === 'used' || reason === 'expired')) {
    const current = await findCookieSession(deps, request, 'current');
    if (current?.link.tenantId === link.tenantId) return reply.redirect(pagePathOf(deps.baseUrl()), 303);
    const renewUrl = renewUrlOf(deps, link);
    if (renewUrl !== null) return reply.redirect(renewUrl, 303);
  }
  const { status, page } = noticePage(getPageContext(deps, request), reason);
  return sendPage(reply, status, page);
}

/**
 * Gives the browser the session of a link that it opened. If the browser has a session for another tenant, the person
 * must confirm first. This stops login CSRF: an attacker who makes a customer's browser follow the attacker's own link
 * would put the attacker's external ID into the page that the customer is reading, and get the role created with it.
 */
async function startSession(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  { sessionSecret: secret, tenantId, cookieSeconds, query }: OpenedLink & { query: string },
): Promise<FastifyReply> {
  const current = await findCookieSession(deps, request, 'current');
  const pagePath = pagePathOf(deps.baseUrl());
  if (current === null || current.link.tenantId === tenantId) {
    setSessionCookie(deps, reply, { which: 'current', secret, maxAgeSeconds: cookieSeconds });
    return reply.redirect(pagePath + query, 303);
  }
  setSessionCookie(deps, reply, { which: 'next', secret, maxAgeSeconds: SWITCH_TIMEOUT_SECONDS });
  return reply.redirect(`${pagePath}/switch${query}`, 303);
}

function showSwitchRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/switch',
    config: { access: 'connect-public' },
    schema: { hide: true, querystring: partitionQuery },
    handler: async (request, reply) => {
      const next = await findCookieSession(deps, request, 'next');
      if (next === null) return reply.redirect(pagePathOf(deps.baseUrl()), 303);
      const current = await findCookieSession(deps, request, 'current');
      const names = { current: current?.link.tenant.name ?? null, next: next.link.tenant.name };
      const query = formatPartitionQuery(request.query);
      return sendPage(reply, 200, switchPage(getPageContext(deps, request), { ...names, query }));
    },
  });
}

/** The guard accepts this request from the page itself only, so another site cannot confirm the switch. */
function confirmSwitchRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/switch',
    config: { access: 'connect-public' },
    schema: { hide: true, body: noBody, querystring: partitionQuery },
    handler: async (request, reply) => {
      const secret = readSessionCookie(deps, request, 'next');
      const next = await findCookieSession(deps, request, 'next');
      if (secret !== null && next !== null) {
        const sessionSeconds = Math.floor((next.expiresAt.getTime() - deps.clock.now().getTime()) / 1000);
        const maxAgeSeconds = sessionSeconds + ENDED_SESSION_HOURS * 3600;
        setSessionCookie(deps, reply, { which: 'current', secret, maxAgeSeconds });
        deleteSessionCookie(deps, reply, 'next');
        return reply.redirect(pagePathOf(deps.baseUrl()) + formatPartitionQuery(request.query), 303);
      }
      return reply.redirect(pagePathOf(deps.baseUrl()), 303);
    },
  });
}

function createColleagueLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/links',
    config: { access: 'connect-session' },
    schema: { hide: true, body: noBody, querystring: partitionQuery },
    handler: async (request, reply) => {
      const session = requireSession(request);
      const { query } = await getSessionSetupKit(deps, session, request.query.partition);
      const created = await createColleagueLink(deps, session);
      // The colleague's page opens with the partition that is chosen on this one.
      const link = { ...created, url: created.url + query };
      if (request.headers.accept !== 'application/json')
        return sendPage(reply, 201, colleaguePage(getPageContext(deps, request), { ...link, query }));
      const body: ColleagueLink = { url: link.url, expiresAt: link.expiresAt.toISOString() };
      return reply.code(201).type('application/json').send(body);
    },
  });
}

function leaveRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/leave',
    config: { access: 'connect-session' },
    schema: { hide: true, body: noBody },
    handler: async (request, reply) => {
      const secret = readSessionCookie(deps, request, 'current');
      if (secret !== null) await endSession(deps, secret);
      deleteSessionCookie(deps, reply, 'current');
      return sendPage(reply, 200, noticePage(getPageContext(deps, request), 'left').page);
    },
  });
}

async function findCookieSession(
  deps: Deps,
  request: FastifyRequest,
  which: SessionCookie,
): Promise<StoredSession | null> {
  const session = await readSession(deps, readSessionCookie(deps, request, which));
  return 'reason' in session ? null : session;
}
