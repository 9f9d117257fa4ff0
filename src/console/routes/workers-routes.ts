import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { noBody, page, readCursor, revocationId, toPage } from '../../http/schemas.ts';
import { parseTime } from '../../lib/rfc3339.ts';
import { sendPage } from '../../pages/page-security.ts';
import { restoreTokens } from '../../worker-identities/revocations/restore.ts';
import { revokeTokens } from '../../worker-identities/revocations/revoke.ts';
import { listRevocations } from '../../worker-identities/revocations/store.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { formBody, parseFields, submitForm } from '../submitted-form.ts';
import { EMPTY_FORM, type FormState } from '../views/form-controls.ts';
import { workersPage } from '../views/workers.ts';

const access = 'api-keys:manage' as const;
const query = z.object({ cursor: page.cursor, done: z.string().optional() });

/** Workers that authenticate with tokens: the configured identities, and the revocations of their tokens. */
export function workersRoutes(app: App, deps: Deps): void {
  showWorkersRoute(app, deps);
  revokeTokensRoute(app, deps);
  restoreTokensRoute(app, deps);
}

async function sendWorkers(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  view: { form: FormState; status: number; cursor?: string | undefined; done?: string | undefined },
): Promise<FastifyReply> {
  const { form, status, cursor, done } = view;
  const rows = await listRevocations(deps.database, readCursor(cursor, 'revocation'), 50);
  const { data: revocations, nextCursor } = toPage(rows, 50, (revocation) => revocation);
  const identities = deps.config.workerIdentities;
  const context = getConsoleContext(deps, request);
  return sendPage(reply, status, workersPage(context, { identities, revocations, nextCursor, done, form }));
}

function showWorkersRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/workers',
    config: { access },
    schema: { hide: true, querystring: query },
    handler: async (request, reply) =>
      sendWorkers(deps, request, reply, { form: EMPTY_FORM, status: 200, ...request.query }),
  });
}

const revocationFields = z.object({
  identity: z.string().min(1, 'must be chosen').max(100),
  subject: optional(
    z.string().regex(/^\P{Cc}{1,1024}$/u, 'must have 1 to 1024 characters without control characters'),
  ),
  issuedBefore: optional(
    z.string().transform((text, context): Date => {
      const parsed = parseTime(text);
      if ('utc' in parsed) return new Date(parsed.utc);
      context.addIssue('must be a time such as 2030-01-31T12:00:00Z');
      return z.NEVER;
    }),
  ),
});

function revokeTokensRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/workers/revocations',
    config: { access },
    schema: { hide: true, body: formBody },
    handler: async (request, reply) => {
      const submitted = await submitForm(() => {
        const { identity, subject = null, issuedBefore = null } = parseFields(revocationFields, request.body);
        return revokeTokens(deps, { actor: staffOf(request).actor, identity, subject, issuedBefore });
      });
      if ('result' in submitted)
        return reply.redirect(`${consolePathOf(deps.baseUrl())}/workers?done=tokens-revoked`, 303);
      const { problem } = submitted;
      return sendWorkers(deps, request, reply, {
        form: { values: request.body, problem },
        status: problem.status,
      });
    },
  });
}

function restoreTokensRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/workers/revocations/:revocationId/deletion',
    config: { access },
    schema: { hide: true, params: z.object({ revocationId }), body: noBody },
    handler: async (request, reply) => {
      await restoreTokens(deps, { actor: staffOf(request).actor, ...request.params });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/workers?done=tokens-restored`, 303);
    },
  });
}
