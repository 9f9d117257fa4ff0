import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isLinkExpired } from '../../connect-links/link.ts';
import type { ConnectSession } from '../../connect-links/sessions/session.ts';
import { listConnections } from '../../connections/store.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound, Problem } from '../../http/problem.ts';
import type { Html } from '../../lib/html.ts';
import { sendPage } from '../../pages/page-security.ts';
import { ARTIFACT_NAMES, mediaTypeOf, renderArtifact } from '../../setup-kit/artifacts/artifacts.ts';
import { connectRole, resolveRoleArn } from '../connect-role.ts';
import { requireSession } from '../guard.ts';
import { ACCOUNT_FILTERS, listAccounts } from '../list-accounts.ts';
import { getPageContext } from '../page-context.ts';
import { pagePathOf } from '../page-path.ts';
import { problemText } from '../problem-text.ts';
import type { RoleCheck } from '../script-messages.ts';
import { getSessionSetupKit, partitionQuery } from '../session-setup-kit.ts';
import { authorizeVerification, verifyRole } from '../verify-role.ts';
import { toSandboxScript } from '../views/commands.ts';
import { artifactFileName } from '../views/downloads.ts';
import { type HomeView, homePage } from '../views/home.ts';
import { overviewPage } from '../views/overview.ts';

const role = z.string().max(4000);
const roleForm = z.strictObject({ role });

/** The tenant's accounts or, while there are none, the page to connect one; its downloads, and the form for the role. */
export function homeRoutes(app: App, deps: Deps): void {
  showOverviewRoute(app, deps);
  showHomeRoute(app, deps);
  downloadArtifactRoute(app, deps);
  checkRoleRoute(app, deps);
  connectRoleRoute(app, deps);
}

function showOverviewRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/',
    config: { access: 'connect-session' },
    schema: {
      hide: true,
      querystring: partitionQuery.extend({
        show: z.enum(ACCOUNT_FILTERS).default('all'),
        /** The beginning of account IDs, however they are typed. */
        account: z
          .string()
          .max(100)
          .default('')
          .transform((text) => text.replace(/\D/g, '')),
        page: z.coerce.number().int().min(1).max(100_000).default(1),
      }),
    },
    handler: async (request, reply) => {
      const { partition, show: filter, account, page } = request.query;
      const session = requireSession(request);
      const { tenantId } = session.link;
      const list = await listAccounts(deps, { tenantId, filter, account, page });
      if (list.total === 0)
        return sendPage(reply, 200, await renderHome(deps, request, { partition, rejectedInput: null }));
      const kit = await getSessionSetupKit(deps, session, partition);
      const context = getPageContext(deps, request);
      return sendPage(
        reply,
        200,
        overviewPage({ context, kit, list, canCreateColleagueLink: canInvite(deps, session) }),
      );
    },
  });
}

function canInvite({ clock }: Pick<Deps, 'clock'>, { link }: ConnectSession): boolean {
  return !isLinkExpired(link, clock.now());
}

function showHomeRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/new',
    config: { access: 'connect-session' },
    schema: { hide: true, querystring: partitionQuery },
    handler: async (request, reply) =>
      sendPage(reply, 200, await renderHome(deps, request, { ...request.query, rejectedInput: null })),
  });
}

async function renderHome(
  deps: Deps,
  request: FastifyRequest,
  { partition, rejectedInput }: Pick<HomeView, 'rejectedInput'> & { partition?: string | undefined },
): Promise<Html> {
  const session = requireSession(request);
  const { tenantId } = session.link;
  const [kit, connections] = await Promise.all([
    getSessionSetupKit(deps, session, partition),
    listConnections(deps.database, { tenantId, after: null, limit: 1 }),
  ]);
  return homePage({
    context: getPageContext(deps, request),
    kit,
    emulatorUrl: deps.emulatorUrl,
    rejectedInput,
    canCreateColleagueLink: canInvite(deps, session),
    hasConnections: connections.length > 0,
  });
}

function downloadArtifactRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/setup/:artifact',
    config: { access: 'connect-session' },
    schema: { hide: true, params: z.object({ artifact: z.string() }), querystring: partitionQuery.strict() },
    handler: async (request, reply) => {
      const artifact = ARTIFACT_NAMES.find((name) => name === request.params.artifact);
      if (!artifact) throw notFound();
      const kit = await getSessionSetupKit(deps, requireSession(request), request.query.partition);
      const text = renderArtifact(artifact, kit);
      const emulatorUrl = artifact === 'aws-cli.sh' ? deps.emulatorUrl : null;
      const fileName = artifactFileName(artifact, deps.config.vendor.name);
      return reply
        .type(`${mediaTypeOf(artifact)}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .serializer((text: unknown) => String(text))
        .send(emulatorUrl === null ? text : toSandboxScript(text, emulatorUrl));
    },
  });
}

/** Called by the page's script while the customer types. */
function checkRoleRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/role-checks',
    config: { access: 'connect-session' },
    schema: { hide: true, body: roleForm, querystring: partitionQuery },
    handler: async (request, reply): Promise<RoleCheck> => {
      void reply.type('application/json');
      const { partition } = request.query;
      const input = { session: requireSession(request), role: request.body.role, partition };
      try {
        return { fits: true, roleArn: await resolveRoleArn(deps, input) };
      } catch (error) {
        if (error instanceof Problem && error.status < 500)
          return { fits: false, message: problemText(getPageContext(deps, request), error) };
        throw error;
      }
    },
  });
}

function connectRoleRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/connections',
    config: { access: 'connect-session', load: 'slow' },
    schema: {
      hide: true,
      // The page's script adds `script`: the connection's page then verifies, and shows each check when it is made.
      body: roleForm.extend({ script: z.literal('on').optional() }),
      querystring: partitionQuery,
    },
    handler: async (request, reply) => {
      const { role, script } = request.body;
      const { partition } = request.query;
      const session = requireSession(request);
      try {
        const { id, status } = await connectRole(deps, { session, role, partition });
        const page = `${pagePathOf(deps.baseUrl())}/connections/${id}`;
        if (status === 'disabled') return reply.redirect(page, 303);
        if (script === 'on') return reply.redirect(`${page}#verify`, 303);
        await authorizeVerification(deps, { session, connectionId: id });
        await verifyRole(deps, { session, connectionId: id });
        return reply.redirect(page, 303);
      } catch (error) {
        const isInvalidInput =
          error instanceof Problem && ['validation_failed', 'role_not_allowed'].includes(error.code);
        if (!isInvalidInput) throw error;
        const rejectedInput = { role, message: problemText(getPageContext(deps, request), error) };
        return sendPage(reply, 422, await renderHome(deps, request, { partition, rejectedInput }));
      }
    },
  });
}
