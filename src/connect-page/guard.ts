import type { FastifyReply, FastifyRequest } from 'fastify';
import { renewUrlOf } from '../connect-links/return-url.ts';
import { readSession } from '../connect-links/sessions/read-session.ts';
import type { ConnectSession } from '../connect-links/sessions/session.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { logFailure, sendProblem, setProblemHeaders, toProblem } from '../http/error-handler.ts';
import { guardInput } from '../http/input-guard.ts';
import { notFound, type Problem } from '../http/problem.ts';
import { acceptsHtml, assertSameOrigin, protectPage, sendPage } from '../pages/page-security.ts';
import { getPageContext } from './page-context.ts';
import { translateProblem } from './problem-text.ts';
import { keepChosenLanguage, languageOf } from './request-language.ts';
import { readSessionCookie } from './session-cookie.ts';
import { noticePage, noticeProblem, problemPage } from './views/notices.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the page's guard on every route that needs a session. */
    connectSession: ConnectSession | null;
  }
}

/**
 * Denies by default: a route that does not declare whether it needs a session cannot be registered. A session is not
 * accepted in place of an API key, nor an API key in place of a session, and requests that change something are accepted
 * from the page itself only.
 */
export function registerPageGuard(app: App, deps: Deps): void {
  app.decorateRequest('connectSession', null);
  app.decorateRequest('cspNonce', '');

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access !== 'connect-session' && access !== 'connect-public') {
      throw new Error(
        `Route ${route.method} ${route.url} does not declare whether it needs the page's session`,
      );
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    protectPage(request, reply, deps.config.page.frameAncestors);
    keepChosenLanguage(request, reply, deps);
    if (request.method !== 'GET' && request.method !== 'HEAD') assertSameOrigin(request, deps.baseUrl());
    if (request.routeOptions.config.access !== 'connect-session') return;
    const session = await readSession(deps, readSessionCookie(deps, request, 'current'));
    if (!('reason' in session)) {
      request.connectSession = { ...session, requestId: request.id };
      return;
    }
    const context = getPageContext(deps, request);
    if (!acceptsHtml(request)) throw noticeProblem(context, session.reason);
    const renewUrl = session.reason === 'ended' && renewUrlOf(deps, session.link);
    if (renewUrl) return reply.redirect(renewUrl, 303);
    const notice = noticePage(context, session.reason);
    return sendPage(reply, notice.status, notice.page);
  });

  app.addHook('preValidation', async (request) => {
    guardInput(request.params);
    guardInput(request.query);
    guardInput(request.body);
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    // An error before the guard's own hook has no nonce for the page yet.
    if (request.cspNonce === '') protectPage(request, reply, deps.config.page.frameAncestors);
    const context = getPageContext(deps, request);
    if (!acceptsHtml(request)) return sendProblem(translateProblem(context, problem), request, reply);
    if (request.is404 && problem.status === 404)
      return sendPage(reply, 404, noticePage(context, 'page_not_found').page);
    return sendProblemPage(deps, problem, request, reply);
  });

  app.addHook('onSend', async (request, reply) => {
    if (!String(reply.getHeader('content-type')).startsWith('text/html')) return;
    void reply.header('content-language', languageOf(request)).header('vary', 'Accept-Language, Cookie');
  });

  // Gives unknown paths below /connect the error handler above. `refuseUnknownPaths` throws before this runs.
  app.setNotFoundHandler(() => {
    throw notFound();
  });
}

/** The session of a route that is declared with `connect-session`. */
export function requireSession(request: FastifyRequest): ConnectSession {
  if (!request.connectSession) throw new Error('this route is declared without a session');
  return request.connectSession;
}

function sendProblemPage(
  deps: Deps,
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  logFailure(problem, request);
  void setProblemHeaders(problem, reply);
  const isHomePage = request.method === 'GET' && /^\/connect\/?$/.test(request.routeOptions.url ?? '');
  const page = problemPage(getPageContext(deps, request), problem, { requestId: request.id, isHomePage });
  return sendPage(reply, problem.status, page);
}
