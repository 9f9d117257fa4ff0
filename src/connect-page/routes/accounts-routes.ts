import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  actorOfSession,
  type ConnectSession,
  principalOfSession,
} from '../../connect-links/sessions/session.ts';
import { parseAccountList } from '../../connections/account-list.ts';
import { type AccountOutcome, registerAccounts } from '../../connections/register-accounts.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { Problem } from '../../http/problem.ts';
import { noBody, runId } from '../../http/schemas.ts';
import type { Html } from '../../lib/html.ts';
import { sendPage } from '../../pages/page-security.ts';
import { getRun } from '../../verification/runs/get.ts';
import { startRun } from '../../verification/runs/start.ts';
import { findUnfinishedRunId } from '../../verification/runs/store.ts';
import {
  MAX_CONNECTIONS_PER_RUN,
  toRunBody,
  type VerificationRun,
} from '../../verification/runs/verification-run.ts';
import { requireSession } from '../guard.ts';
import { getPageContext, type PageContext } from '../page-context.ts';
import { pagePathOf } from '../page-path.ts';
import { getSessionSetupKit, partitionQuery } from '../session-setup-kit.ts';
import { type AccountsView, accountsPage, MAX_LIST_CHARACTERS, toRunProgress } from '../views/accounts.ts';

/** Connecting many accounts of an organization: the page with their list, and the verification of all of them. */
export function accountsRoutes(app: App, deps: Deps): void {
  showAccountsRoute(app, deps);
  connectAccountsRoute(app, deps);
  startVerificationRunRoute(app, deps);
  showVerificationRunRoute(app, deps);
}

function showAccountsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/accounts',
    config: { access: 'connect-session' },
    schema: { hide: true, querystring: partitionQuery },
    handler: async (request, reply) => sendPage(reply, 200, await renderAccounts(deps, request)),
  });
}

async function renderAccounts(
  deps: Deps,
  request: FastifyRequest,
  content: Partial<Pick<AccountsView, 'rejectedInput' | 'outcomes' | 'run'>> = {},
): Promise<Html> {
  const { partition } = partitionQuery.parse(request.query);
  const kit = await getSessionSetupKit(deps, requireSession(request), partition);
  const context = getPageContext(deps, request);
  return accountsPage({ context, kit, rejectedInput: null, outcomes: null, run: null, ...content });
}

function connectAccountsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/accounts',
    config: { access: 'connect-session' },
    schema: {
      hide: true,
      body: z.strictObject({ accounts: z.string().max(MAX_LIST_CHARACTERS) }),
      querystring: partitionQuery,
    },
    handler: async (request, reply) => {
      const { accounts } = request.body;
      const accountIds = parseAccountList(accounts);
      const message = countError(getPageContext(deps, request), accountIds.length);
      if (message !== null) {
        const rejectedInput = { accounts, message };
        return sendPage(reply, 422, await renderAccounts(deps, request, { rejectedInput }));
      }
      const session = requireSession(request);
      // Throws before anything is registered if the link's access profile no longer exists.
      const kit = await getSessionSetupKit(deps, session, request.query.partition);
      const outcomes = await registerAccountsOfSession(deps, session, {
        accountIds,
        partition: kit.vendor.partition,
      });
      const run = toRunBody(await startOrFindRun(deps, session), deps.clock.now());
      return sendPage(reply, 200, await renderAccounts(deps, request, { outcomes, run }));
    },
  });
}

function countError({ t }: PageContext, count: number): string | null {
  if (count === 0) return t('many.empty');
  return count <= MAX_CONNECTIONS_PER_RUN ? null : t('many.tooMany', { count, max: MAX_CONNECTIONS_PER_RUN });
}

function startVerificationRunRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/verifications',
    config: { access: 'connect-session' },
    schema: { hide: true, body: noBody, querystring: partitionQuery },
    handler: async (request, reply) => {
      const { partition } = request.query;
      const { id } = await startOrFindRun(deps, requireSession(request));
      const query = partition === undefined ? '' : `?partition=${partition}`;
      return reply.redirect(`${pagePathOf(deps.baseUrl())}/verifications/${id}${query}`, 303);
    },
  });
}

function showVerificationRunRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/verifications/:runId',
    config: { access: 'connect-session' },
    schema: { hide: true, params: z.object({ runId }), querystring: partitionQuery },
    handler: async (request, reply) => {
      const session = requireSession(request);
      const { tenantId } = session.link;
      const principal = principalOfSession(session);
      const run = toRunBody(await getRun(deps, { principal, tenantId, ...request.params }), deps.clock.now());
      if (request.headers.accept === 'application/json')
        return reply.type('application/json').send(toRunProgress(getPageContext(deps, request), run));
      return sendPage(reply, 200, await renderAccounts(deps, request, { run }));
    },
  });
}

function registerAccountsOfSession(
  deps: Deps,
  session: ConnectSession,
  accounts: { accountIds: string[]; partition: string },
): Promise<AccountOutcome[]> {
  const { link } = session;
  return registerAccounts(deps, {
    principal: principalOfSession(session),
    actor: actorOfSession(session),
    tenantId: link.tenantId,
    ...accounts,
    roleName: null,
    rolePath: null,
    name: null,
    profile: link.profile,
  });
}

/** Starts to verify all connections that are not verified. If a run is under way already, returns that run. */
async function startOrFindRun(deps: Deps, session: ConnectSession): Promise<VerificationRun> {
  const { link } = session;
  const { tenantId } = link;
  const principal = principalOfSession(session);
  try {
    return await startRun(deps, {
      principal,
      actor: actorOfSession(session),
      tenantId,
      connectionIds: null,
      limit: MAX_CONNECTIONS_PER_RUN,
    });
  } catch (error) {
    const isConflict = error instanceof Problem && error.code === 'conflict';
    const runId = isConflict ? await findUnfinishedRunId(deps.database, tenantId) : null;
    if (runId === null) throw error;
    return getRun(deps, { principal, tenantId, runId });
  }
}
