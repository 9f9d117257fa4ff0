import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createConsoleSession } from '../../console-sessions/create-session.ts';
import { SESSION_HOURS } from '../../console-sessions/session.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { sendPage } from '../../pages/page-security.ts';
import { completeSignIn, type SignInFailure } from '../../staff-identities/complete-sign-in.ts';
import type { StaffProvider } from '../../staff-identities/provider.ts';
import { decodeAttempt, encodeAttempt, SIGN_IN_SECONDS } from '../../staff-identities/sign-in-attempt.ts';
import { startSignIn } from '../../staff-identities/start-sign-in.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { nextPage } from '../next-page.ts';
import { deleteProviderCookie, readProviderCookie, setProviderCookie } from '../provider-cookies.ts';
import { setSessionCookie } from '../session-cookie.ts';
import { signInFailurePage } from '../views/sign-in-failure.ts';

/** Browsers drop a cookie that is larger. The provider then asks whom to sign out. */
const MAX_COOKIE_LENGTH = 3800;

/** Signing in at the vendor's OpenID provider: authorization code flow with PKCE. */
export function providerRoutes(app: App, deps: Deps): void {
  startRoute(app, deps);
  callbackRoute(app, deps);
}

function startRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/sign-in/provider',
    config: { access: 'console-public', load: 'slow' },
    exposeHeadRoute: false,
    schema: { hide: true, querystring: z.object({ next: nextPage }) },
    handler: async (request, reply) => {
      const provider = requireProvider(deps);
      const { next } = request.query;
      const started = await startSignIn(
        { ...deps, provider },
        { returnPath: next, redirectUri: redirectUriOf(deps) },
      );
      if (started === null)
        return sendFailure(deps, { request, reply, next, failure: { reason: 'provider_unavailable' } });
      setProviderCookie(deps, reply, {
        cookie: 'sign-in',
        value: encodeAttempt(started.attempt),
        maxAgeSeconds: SIGN_IN_SECONDS,
      });
      return reply.redirect(started.url.href, 303);
    },
  });
}

/** The authorization code is in the query, which the log leaves out. */
function callbackRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/sign-in/callback',
    config: { access: 'console-public', load: 'slow' },
    // HEAD would use up the code.
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: async (request, reply) => {
      void reply.header('referrer-policy', 'no-referrer');
      const provider = requireProvider(deps);
      const attempt = decodeAttempt(readProviderCookie(deps, request, 'sign-in'), deps.clock.now());
      // The address comes from the configuration, so that no Host header changes it.
      const callbackUrl = new URL(redirectUriOf(deps));
      callbackUrl.search = request.url.split('?').slice(1).join('?');
      const result = await completeSignIn(
        { ...deps, provider },
        { attempt, callbackUrl, requestId: request.id },
      );
      if ('reason' in result && result.reason === 'not_started_here')
        return sendFailure(deps, { request, reply, next: '', failure: result });
      // A callback from elsewhere, which the line above refuses, must not end the sign-in of this browser.
      deleteProviderCookie(deps, reply, 'sign-in');
      const next = nextPage.parse(attempt?.returnPath);
      if ('reason' in result) return sendFailure(deps, { request, reply, next, failure: result });
      const { person, providerIdentity, idToken } = result;
      const secret = await createConsoleSession(deps, {
        person: { ...person, method: 'oidc', keyId: null },
        requestId: request.id,
        providerIdentity,
      });
      setSessionCookie(deps, reply, secret);
      if (idToken.length <= MAX_COOKIE_LENGTH)
        setProviderCookie(deps, reply, {
          cookie: 'id-token',
          value: idToken,
          maxAgeSeconds: SESSION_HOURS * 3600,
        });
      return reply.redirect(consolePathOf(deps.baseUrl()) + next, 303);
    },
  });
}

function requireProvider({ staffProvider }: Pick<Deps, 'staffProvider'>): StaffProvider {
  if (staffProvider === null) throw notFound();
  return staffProvider;
}

/** Exactly what must be registered at the provider. */
function redirectUriOf({ baseUrl }: Pick<Deps, 'baseUrl'>): string {
  return `${baseUrl()}/console/sign-in/callback`;
}

const STATUS: Record<SignInFailure['reason'], number> = {
  not_started_here: 400,
  denied_by_provider: 403,
  provider_unavailable: 503,
  invalid_response: 502,
  no_role: 403,
};

function sendFailure(
  deps: Deps,
  {
    request,
    reply,
    next,
    failure,
  }: { request: FastifyRequest; reply: FastifyReply; next: string; failure: SignInFailure },
): FastifyReply {
  const page = signInFailurePage(getConsoleContext(deps, request), failure, { next, requestId: request.id });
  return sendPage(reply, STATUS[failure.reason], page);
}
