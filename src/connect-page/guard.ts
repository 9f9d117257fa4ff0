import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession } from '../connect-links/open-link.ts';
import { type ConnectSession, readCookie } from '../connect-links/session.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { sendProblem, toProblem } from '../http/error-handler.ts';
import { guardInput } from '../http/input-guard.ts';
import { Problem } from '../http/problem.ts';
import { type Look, lookOf } from './views/layout.ts';
import { noSessionPage, noticePage, problemPage } from './views/notices.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the page's guard on every route that needs a session. */
    connectSession: ConnectSession | null;
    /** Lets this one answer's script and style sheet through its Content-Security-Policy. */
    cspNonce: string;
  }
}

/**
 * Deny by default, for the page: a route that does not say whether it needs a session cannot be registered. A session
 * is no API key and an API key is no session; what changes something must come from the page itself.
 */
export function registerPageGuard(app: App, deps: Deps): void {
  app.decorateRequest('connectSession', null);
  app.decorateRequest('cspNonce', '');

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access !== 'connect-session' && access !== 'connect-public') {
      throw new Error(`Route ${route.method} ${route.url} does not say whether it needs the page's session`);
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    request.cspNonce = randomBytes(16).toString('base64');
    setHeaders(reply, request.cspNonce, deps.config.page.frameAncestors);
    if (request.method !== 'GET') assertFromPage(request, deps.baseUrl());
    if (request.routeOptions.config.access !== 'connect-session') return;
    const found = await readSession(deps, readCookie(deps.baseUrl(), request.headers.cookie, 'current'));
    if (typeof found !== 'string') {
      request.connectSession = found;
      return;
    }
    const notice = noSessionPage(lookFor(deps, request), found);
    if (!wantsPage(request)) throw new Problem('unauthorized', notice.text);
    return sendPage(reply, notice.status, notice.page);
  });

  app.addHook('preValidation', async (request) => {
    guardInput(request.params);
    guardInput(request.query);
    guardInput(request.body);
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    if (!wantsPage(request)) return sendProblem(problem, request, reply);
    if (problem.status >= 500)
      request.log.error({ code: problem.code, err: problem.cause ?? problem }, problem.detail);
    if (problem.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(problem.retryAfterSeconds));
    const first = request.method === 'GET' && /^\/connect\/?$/.test(request.routeOptions.url ?? '');
    return sendPage(
      reply,
      problem.status,
      problemPage(lookFor(deps, request), problem, { requestId: request.id, first }),
    );
  });

  app.setNotFoundHandler((request, reply) => {
    setHeaders(reply, request.cspNonce, deps.config.page.frameAncestors);
    return sendPage(reply, 404, noticePage(lookFor(deps, request), 'missing').page);
  });
}

/** The session of a route that needs one. */
export function sessionOf(request: FastifyRequest): ConnectSession {
  if (!request.connectSession) throw new Error('this route has no session');
  return request.connectSession;
}

export function lookFor(deps: Pick<Deps, 'config' | 'baseUrl'>, request: FastifyRequest): Look {
  return lookOf(deps, request.cspNonce, request.connectSession?.link.tenant.name ?? null);
}

export function sendPage(reply: FastifyReply, status: number, page: { markup: string }): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .serializer((text: unknown) => String(text))
    .send(page.markup);
}

/** A browser that shows what it is sent, rather than our script, which asks for what it can read. */
function wantsPage(request: FastifyRequest): boolean {
  return !/^application\//.test(request.headers.accept ?? '');
}

/**
 * Against requests that another site makes a customer's browser send, besides SameSite: where the browser says who
 * sent it (Fetch Metadata, W3C), it must have been this very origin; an older one says at least the Origin.
 */
function assertFromPage(request: FastifyRequest, baseUrl: string): void {
  const site = request.headers['sec-fetch-site'];
  const ours =
    site !== undefined ? site === 'same-origin' : request.headers.origin === new URL(baseUrl).origin;
  if (!ours) {
    throw new Problem(
      'forbidden',
      'This was not sent from the page itself, so nothing was done. Open the page again.',
    );
  }
}

function setHeaders(reply: FastifyReply, nonce: string, frameAncestors: readonly string[]): void {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ];
  void reply
    .header('content-security-policy', policy.join('; '))
    .header('cache-control', 'no-store')
    // Not no-referrer: with that, browsers send "Origin: null" with the page's own forms.
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin');
  if (frameAncestors.length === 0) void reply.header('x-frame-options', 'DENY');
}
