import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { endConsoleSession } from '../../console-sessions/end-session.ts';
import { openSandboxLink } from '../../console-sessions/sandbox-link.ts';
import { signInByKey } from '../../console-sessions/sign-in-by-key.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { noBody } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { findSignOutUrl } from '../../staff-identities/find-sign-out-url.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { requireSession } from '../guard.ts';
import { nextPage } from '../next-page.ts';
import { deleteProviderCookie, readProviderCookie } from '../provider-cookies.ts';
import { deleteSessionCookie, readSessionCookie, setSessionCookie } from '../session-cookie.ts';
import { signInPage } from '../views/sign-in.ts';
import { signingOutPage } from '../views/signing-out.ts';

const NOTICES: Partial<Record<string, string>> = {
  'signed-out': 'You are signed out.',
  'signed-out-everywhere': 'You are signed out in all browsers.',
  'link-ended':
    'This link was opened before, or has expired. Sign in with an API key, or run npm start again.',
};

export function signInRoutes(app: App, deps: Deps): void {
  showSignInRoute(app, deps);
  signInRoute(app, deps);
  openSandboxLinkRoute(app, deps);
  signOutRoute(app, deps, { url: '/sign-out', everywhere: false });
  signOutRoute(app, deps, { url: '/sign-out-everywhere', everywhere: true });
}

function showSignInRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/sign-in',
    config: { access: 'console-public' },
    schema: { hide: true, querystring: z.object({ next: nextPage, notice: z.string().optional() }) },
    handler: async (request, reply) => {
      const { next, notice = '' } = request.query;
      if (request.consoleSession) return reply.redirect(consolePathOf(deps.baseUrl()) + next, 303);
      const view = {
        next,
        problem: null,
        notice: NOTICES[notice] ?? null,
        providerHost: providerHostOf(deps),
      };
      return sendPage(reply, 200, signInPage(getConsoleContext(deps, request), view));
    },
  });
}

function signInRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/sign-in',
    config: { access: 'console-public' },
    schema: { hide: true, body: z.strictObject({ next: nextPage, key: z.string().trim().max(8192) }) },
    handler: async (request, reply) => {
      const { key, next } = request.body;
      try {
        const secret = await signInByKey(deps, { key, address: request.ip, requestId: request.id });
        setSessionCookie(deps, reply, secret);
        return reply.redirect(consolePathOf(deps.baseUrl()) + next, 303);
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        return refuseSignIn(request, reply, deps, { next, problem: error });
      }
    },
  });
}

function refuseSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  { next, problem }: { next: string; problem: Problem },
): FastifyReply {
  if (problem.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(problem.retryAfterSeconds));
  const view = { next, problem: problem.detail, notice: null, providerHost: providerHostOf(deps) };
  return sendPage(reply, problem.status, signInPage(getConsoleContext(deps, request), view));
}

/** The link that `npm start` prints. */
function openSandboxLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/open/:secret',
    config: { access: 'console-public' },
    // HEAD would use up the link.
    exposeHeadRoute: false,
    schema: { hide: true, params: z.object({ secret: z.string() }) },
    handler: async (request, reply) => {
      void reply.header('referrer-policy', 'no-referrer');
      const consolePath = consolePathOf(deps.baseUrl());
      const secret = await openSandboxLink(deps, { ...request.params, requestId: request.id });
      if (secret !== null) setSessionCookie(deps, reply, secret);
      // Opened again in the browser that used it, the link leads to the console.
      const isSignedIn = secret !== null || request.consoleSession !== null;
      return reply.redirect(isSignedIn ? consolePath : `${consolePath}/sign-in?notice=link-ended`, 303);
    },
  });
}

function signOutRoute(app: App, deps: Deps, { url, everywhere }: { url: string; everywhere: boolean }): void {
  app.route({
    method: 'POST',
    url,
    config: { access: 'console-session', load: 'slow' },
    schema: { hide: true, body: noBody },
    handler: async (request, reply) => {
      const session = requireSession(request);
      const secret = readSessionCookie(deps, request);
      if (secret !== null) await endConsoleSession(deps, { session, secret, everywhere });
      deleteSessionCookie(deps, reply);
      request.consoleSession = null;
      if (session.method === 'oidc') {
        const url = await signOutAtProvider(request, reply, deps);
        if (url !== null) return sendPage(reply, 200, signingOutPage(getConsoleContext(deps, request), url));
      }
      const notice = everywhere ? 'signed-out-everywhere' : 'signed-out';
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/sign-in?notice=${notice}`, 303);
    },
  });
}

/** Sends the browser to the provider with the response itself: a redirect after a form would break `form-action`. */
async function signOutAtProvider(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
): Promise<URL | null> {
  const idToken = readProviderCookie(deps, request, 'id-token');
  deleteProviderCookie(deps, reply, 'id-token');
  const returnUrl = `${deps.baseUrl()}/console/sign-in`;
  const url = await findSignOutUrl(deps, { returnUrl, idToken });
  if (url !== null) void reply.header('refresh', `0; url=${url.href}`);
  return url;
}

function providerHostOf({ staffProvider }: Pick<Deps, 'staffProvider'>): string | null {
  return staffProvider && new URL(staffProvider.settings.issuer).host;
}
