import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { allowedReturnUrl, returnTo } from '../../connect-links/return-url.ts';
import { actorOfLink, principalOfSession } from '../../connect-links/session.ts';
import { removeConnection } from '../../connections/change.ts';
import { getConnection } from '../../connections/get.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { toProblem } from '../../http/error-handler.ts';
import { connectionId } from '../../http/schemas.ts';
import { kitOf } from '../connect-role.ts';
import { lookFor, sendPage, sessionOf } from '../guard.ts';
import { admitCheck, verifyRole } from '../verify-role.ts';
import { connectionPage } from '../views/connection.ts';

const STREAM = 'application/x-ndjson';
const params = z.object({ connectionId });

/** One account's page, and its verification: as a stream for the script, as a redirect back for a plain form. */
export function verificationRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/connections/:connectionId',
    config: { access: 'connect-session' },
    schema: { hide: true, params, querystring: z.object({}) },
    handler: async (request, reply) => {
      const session = sessionOf(request);
      const { tenantId } = session.link;
      const principal = principalOfSession(session);
      const [connection, kit] = await Promise.all([
        getConnection(deps, { principal, tenantId, ...request.params }),
        kitOf(deps, session),
      ]);
      // Again, since the allow-list may have become shorter after the link was made.
      const allowed = allowedReturnUrl(session.link.returnUrl ?? '', deps.config.returnUrls);
      const returnUrl =
        allowed === null
          ? null
          : returnTo(allowed, { connectionId: connection.id, status: connection.status });
      return sendPage(
        reply,
        200,
        connectionPage({
          look: lookFor(deps, request),
          kit,
          connection,
          emulatorUrl: deps.emulatorUrl,
          returnUrl,
        }),
      );
    },
  });

  app.route({
    method: 'POST',
    url: '/connections/:connectionId/removal',
    config: { access: 'connect-session' },
    schema: { hide: true, params, body: z.strictObject({}).nullish() },
    handler: async (request, reply) => {
      const session = sessionOf(request);
      await removeConnection(deps, {
        principal: principalOfSession(session),
        actor: actorOfLink(session.link),
        tenantId: session.link.tenantId,
        ...request.params,
        onlyIfNeverVerified: true,
      });
      return reply.redirect(`${lookFor(deps, request).base}/connect`, 303);
    },
  });

  app.route({
    method: 'POST',
    url: '/connections/:connectionId/verification',
    config: { access: 'connect-session' },
    schema: { hide: true, params, body: z.strictObject({}).nullish() },
    handler: async (request, reply) => {
      const input = { session: sessionOf(request), connectionId: request.params.connectionId };
      await admitCheck(deps, input);
      if (request.headers.accept === STREAM) return stream(request, reply, deps, input);
      await verifyRole(deps, input);
      const base = new URL(deps.baseUrl()).pathname.replace(/\/+$/, '');
      return reply.redirect(`${base}/connect/connections/${input.connectionId}#result`, 303);
    },
  });
}

/** Each probe as a line of JSON when it has been made, then the outcome. What goes wrong midway is a line as well. */
function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  input: Parameters<typeof verifyRole>[1],
): FastifyReply {
  const lines = new Readable({ read() {} });
  const say = (line: object): void => void lines.push(`${JSON.stringify(line)}\n`);
  void verifyRole(deps, { ...input, onCheck: (check) => say({ type: 'check', ...check }) })
    .then(
      ({ outcome, retryAfterSeconds }) =>
        say({ type: 'outcome', outcome, retryAfterSeconds: retryAfterSeconds ?? null }),
      (error: unknown) => {
        const problem = toProblem(error);
        if (problem.status >= 500)
          request.log.error({ code: problem.code, err: problem.cause ?? problem }, problem.detail);
        say({ type: 'problem', code: problem.code, message: problem.detail });
      },
    )
    .finally(() => lines.push(null));
  // Proxies that gather an answer before they pass it on would take the "live" out of it.
  return reply.header('x-accel-buffering', 'no').type(STREAM).send(lines);
}
