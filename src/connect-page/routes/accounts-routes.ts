import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOfLink, type ConnectSession, principalOfSession } from '../../connect-links/session.ts';
import { type AccountOutcome, registerAccounts } from '../../connections/register-accounts.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { runId } from '../../http/schemas.ts';
import { getRun } from '../../verification/runs/get.ts';
import { startRun } from '../../verification/runs/start.ts';
import { findUnfinishedRun } from '../../verification/runs/store.ts';
import { MOST_IN_RUN, toRunBody, type VerificationRun } from '../../verification/runs/verification-run.ts';
import { kitOf } from '../connect-role.ts';
import { lookFor, sendPage, sessionOf } from '../guard.ts';
import { type AccountsView, accountsPage, toProgress } from '../views/accounts.ts';

const hidden = { hide: true };

/** Many accounts of an organization at once: their list, and the verification of all with its progress. */
export function accountsRoutes(app: App, deps: Deps): void {
  const page = async (request: FastifyRequest, more: Partial<AccountsView> = {}) => {
    const kit = await kitOf(deps, sessionOf(request));
    const look = lookFor(deps, request);
    return accountsPage({ look, kit, refused: null, outcomes: null, run: null, ...more });
  };
  const shown = (run: VerificationRun) => toRunBody(run, deps.clock.now());

  app.route({
    method: 'GET',
    url: '/accounts',
    config: { access: 'connect-session' },
    schema: { ...hidden, querystring: z.object({}) },
    handler: async (request, reply) => sendPage(reply, 200, await page(request)),
  });

  app.route({
    method: 'POST',
    url: '/accounts',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: z.strictObject({ accounts: z.string().max(20_000) }) },
    handler: async (request, reply) => {
      const { accounts } = request.body;
      const accountIds = accounts.split(/[\s,;]+/).filter(Boolean);
      if (accountIds.length === 0 || accountIds.length > MOST_IN_RUN) {
        const message =
          accountIds.length === 0
            ? 'Give the ID of one account or more.'
            : `These are ${accountIds.length} accounts. Give ${MOST_IN_RUN} at once or fewer.`;
        return sendPage(reply, 422, await page(request, { refused: { accounts, message } }));
      }
      const session = sessionOf(request);
      // Before anything is registered, it must be clear what for.
      await kitOf(deps, session);
      const outcomes = await register(deps, session, accountIds);
      const run = shown(await verify(deps, session));
      return sendPage(reply, 200, await page(request, { outcomes, run }));
    },
  });

  app.route({
    method: 'POST',
    url: '/verifications',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: z.strictObject({}).nullish() },
    handler: async (request, reply) => {
      const { id } = await verify(deps, sessionOf(request));
      return reply.redirect(`${lookFor(deps, request).base}/connect/verifications/${id}`, 303);
    },
  });

  app.route({
    method: 'GET',
    url: '/verifications/:runId',
    config: { access: 'connect-session' },
    schema: { ...hidden, params: z.object({ runId }), querystring: z.object({}) },
    handler: async (request, reply) => {
      const session = sessionOf(request);
      const { tenantId } = session.link;
      const run = shown(
        await getRun(deps, { principal: principalOfSession(session), tenantId, ...request.params }),
      );
      if (request.headers.accept === 'application/json') {
        return reply.type('application/json').send(toProgress(run));
      }
      return sendPage(reply, 200, await page(request, { run }));
    },
  });
}

function register(deps: Deps, session: ConnectSession, accountIds: string[]): Promise<AccountOutcome[]> {
  const { link } = session;
  return registerAccounts(deps, {
    principal: principalOfSession(session),
    actor: actorOfLink(link),
    tenantId: link.tenantId,
    accountIds,
    roleName: null,
    name: null,
    profile: link.profile,
  });
}

/** Checks all that are not connected; where that is done already, the customer follows it. */
async function verify(deps: Deps, session: ConnectSession): Promise<VerificationRun> {
  const { link } = session;
  const principal = principalOfSession(session);
  const { tenantId } = link;
  const input = { principal, actor: actorOfLink(link), tenantId, connectionIds: null, limit: MOST_IN_RUN };
  try {
    return await startRun(deps, input);
  } catch (error) {
    const running = error instanceof Problem && error.code === 'conflict';
    const id = running ? await findUnfinishedRun(deps.database, tenantId) : null;
    if (id === null) throw error;
    return getRun(deps, { principal, tenantId, runId: id });
  }
}
