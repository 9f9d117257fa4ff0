import { z } from 'zod';
import { addResultToReturnUrl, parseReturnUrl } from '../../connect-links/return-url.ts';
import {
  actorOfSession,
  type ConnectSession,
  principalOfSession,
} from '../../connect-links/sessions/session.ts';
import type { Connection } from '../../connections/connection.ts';
import { getConnection } from '../../connections/get.ts';
import { removeConnection } from '../../connections/remove.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { toProblem } from '../../http/error-handler.ts';
import { connectionId, noBody } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { acceptsVerificationStream, streamVerification } from '../../pages/stream-verification.ts';
import { requireSession } from '../guard.ts';
import { getPageContext } from '../page-context.ts';
import { pagePathOf } from '../page-path.ts';
import { translateProblem } from '../problem-text.ts';
import { getRoleSetupKit } from '../session-setup-kit.ts';
import { authorizeVerification, verifyRole } from '../verify-role.ts';
import { connectionPage } from '../views/connection.ts';

const params = z.object({ connectionId });

export function connectionRoutes(app: App, deps: Deps): void {
  showConnectionRoute(app, deps);
  removeConnectionRoute(app, deps);
  verifyConnectionRoute(app, deps);
}

function showConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/connections/:connectionId',
    config: { access: 'connect-session' },
    schema: { hide: true, params, querystring: z.object({}) },
    handler: async (request, reply) => {
      const session = requireSession(request);
      const { tenantId } = session.link;
      const principal = principalOfSession(session);
      const connection = await getConnection(deps, { principal, tenantId, ...request.params });
      const kit = await getRoleSetupKit(deps, session, connection.partition);
      const view = {
        context: getPageContext(deps, request),
        kit,
        connection,
        emulatorUrl: deps.emulatorUrl,
        returnUrl: returnUrlOf(deps, session, connection),
      };
      return sendPage(reply, 200, connectionPage(view));
    },
  });
}

/** Checked again, because the allow-list may have become shorter after the link was created. */
function returnUrlOf(deps: Deps, session: ConnectSession, connection: Connection): string | null {
  const returnUrl = parseReturnUrl(session.link.returnUrl ?? '', deps.config.returnUrls);
  if (returnUrl === null) return null;
  return addResultToReturnUrl(returnUrl, { connectionId: connection.id, status: connection.status });
}

function removeConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/connections/:connectionId/removal',
    config: { access: 'connect-session' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const session = requireSession(request);
      await removeConnection(deps, {
        principal: principalOfSession(session),
        actor: actorOfSession(session),
        tenantId: session.link.tenantId,
        ...request.params,
        onlyIfNeverVerified: true,
      });
      return reply.redirect(pagePathOf(deps.baseUrl()), 303);
    },
  });
}

/** Streams the checks to the page's script; a browser without script is redirected to the result. */
function verifyConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/connections/:connectionId/verification',
    config: { access: 'connect-session', load: 'slow' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { connectionId } = request.params;
      const input = { session: requireSession(request), connectionId };
      await authorizeVerification(deps, input);
      if (acceptsVerificationStream(request))
        return streamVerification(request, reply, (onCheck) =>
          verifyRole(deps, { ...input, onCheck }).catch((error: unknown) => {
            throw translateProblem(getPageContext(deps, request), toProblem(error));
          }),
        );
      await verifyRole(deps, input);
      return reply.redirect(`${pagePathOf(deps.baseUrl())}/connections/${connectionId}`, 303);
    },
  });
}
