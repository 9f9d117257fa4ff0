import type { FastifyReply, FastifyRequest } from 'fastify';
import { readConsoleSession } from '../console-sessions/read-session.ts';
import { type ConsoleSession, principalOfSession } from '../console-sessions/session.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { logFailure, sendProblem, setProblemHeaders, toProblem } from '../http/error-handler.ts';
import { guardInput } from '../http/input-guard.ts';
import { notFound, Problem } from '../http/problem.ts';
import { PERMISSIONS, type Permission, roleMay } from '../identity/permissions.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import { acceptsHtml, assertSameOrigin, protectPage, sendPage } from '../pages/page-security.ts';
import { consolePathOf, getConsoleContext, pageOf } from './console-context.ts';
import { readSessionCookie } from './session-cookie.ts';
import { problemPage } from './views/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the console's guard on every route that needs a session. */
    consoleSession: ConsoleSession | null;
  }
}

const isPermission = (access: string): access is Permission => Object.hasOwn(PERMISSIONS, access);

/**
 * Denies by default: a route that does not declare who may use it cannot be registered. Permissions are those of the API. A
 * session is not accepted in place of an API key, nor an API key in place of a session, and requests that change something
 * are accepted from the console itself only.
 */
export function registerConsoleGuard(app: App, deps: Deps): void {
  app.decorateRequest('consoleSession', null);
  // The hosted page has the same decoration, in its own scope.
  app.decorateRequest('cspNonce', '');

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access !== 'console-session' && access !== 'console-public' && !isPermission(access ?? ''))
      throw new Error(`Route ${route.method} ${route.url} does not declare who may use it`);
  });

  app.addHook('onRequest', async (request, reply) => {
    protectPage(request, reply, []);
    if (request.method !== 'GET' && request.method !== 'HEAD') assertSameOrigin(request, deps.baseUrl());
    const { access } = request.routeOptions.config;
    const session = await readConsoleSession(deps, readSessionCookie(deps, request));
    if (session !== null) request.consoleSession = { ...session, requestId: request.id };
    if (access === 'console-public') return;
    if (session === null) return askToSignIn(deps, request, reply);
    if (access === 'console-session') return;
    if (access === undefined || !isPermission(access) || !roleMay(session.role, access))
      throw new Problem('forbidden', `Your role, ${session.role}, does not have the permission for this.`);
  });

  app.addHook('preValidation', async (request) => {
    guardInput(request.params);
    guardInput(request.query);
    guardInput(request.body);
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    // An error before the guard's own hook has no nonce for the page yet.
    if (request.cspNonce === '') protectPage(request, reply, []);
    if (!acceptsHtml(request)) return sendProblem(problem, request, reply);
    logFailure(problem, request);
    void setProblemHeaders(problem, reply);
    const context = getConsoleContext(deps, request);
    const view = { requestId: request.id, backPath: backPathOf(request, deps.baseUrl()) };
    return sendPage(reply, problem.status, problemPage(context, problem, view));
  });

  // Gives unknown paths below /console the error handler above. `refuseUnknownPaths` throws before this runs.
  app.setNotFoundHandler(() => {
    throw notFound();
  });
}

/** A page leads to the page to sign in, and from there back. Anything else is refused. */
function askToSignIn(deps: Deps, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!acceptsHtml(request) || request.method !== 'GET')
    throw new Problem(
      'unauthorized',
      'You are not signed in, or your session has ended. Sign in and try again.',
    );
  const next = new URLSearchParams({ next: pageOf(request) });
  return reply.redirect(`${consolePathOf(deps.baseUrl())}/sign-in?${next}`, 303);
}

/** The page of the console from which a refused form was sent. */
function backPathOf(request: FastifyRequest, baseUrl: string): string | null {
  const { referer } = request.headers;
  if (request.method === 'GET' || referer === undefined || !URL.canParse(referer)) return null;
  const { origin, pathname, search } = new URL(referer);
  const isOwn = origin === new URL(baseUrl).origin && pathname.startsWith(consolePathOf(baseUrl));
  return isOwn ? pathname + search : null;
}

/** The person of a route that is not public. */
export function staffOf(request: FastifyRequest): { principal: Principal; actor: Actor } {
  const principal = principalOfSession(requireSession(request));
  return { principal, actor: actorOf(principal) };
}

export function requireSession(request: FastifyRequest): ConsoleSession {
  if (!request.consoleSession) throw new Error('this route is declared without a session');
  return request.consoleSession;
}
