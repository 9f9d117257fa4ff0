import { z } from 'zod';
import { listConsoleSessions, SESSION_CURSOR } from '../../console-sessions/list-sessions.ts';
import { revokeConsoleSession } from '../../console-sessions/revoke-session.ts';
import { hashSecret } from '../../console-sessions/session.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { noBody } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { staffOf } from '../guard.ts';
import { readSessionCookie } from '../session-cookie.ts';
import { sessionsPage } from '../views/sessions.ts';

const access = 'api-keys:manage' as const;
/** The hash of a session's secret identifies it, and opens nothing. */
const sessionId = z.string().regex(/^[0-9a-f]{64}$/);

/** Who has signed in to the console, and ending their sessions. */
export function sessionsRoutes(app: App, deps: Deps): void {
  listSessionsRoute(app, deps);
  revokeSessionRoute(app, deps);
}

function listSessionsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/sessions',
    config: { access },
    schema: {
      hide: true,
      querystring: z.object({
        cursor: z.string().regex(SESSION_CURSOR).optional(),
        done: z.string().optional(),
      }),
    },
    handler: async (request, reply) => {
      const { cursor, done } = request.query;
      const list = await listConsoleSessions(deps, { cursor, limit: 50 });
      const secret = readSessionCookie(deps, request);
      const ownId = secret === null ? null : hashSecret(secret).toString('hex');
      return sendPage(reply, 200, sessionsPage(getConsoleContext(deps, request), { ...list, ownId, done }));
    },
  });
}

function revokeSessionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/sessions/:sessionId/revocation',
    config: { access },
    schema: { hide: true, params: z.object({ sessionId }), body: noBody },
    handler: async (request, reply) => {
      await revokeConsoleSession(deps, { actor: staffOf(request).actor, ...request.params });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/sessions?done=session-revoked`, 303);
    },
  });
}
