import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { partitionName } from '../../broker/partition.ts';
import { createLink } from '../../connect-links/create-link.ts';
import { LINK_LIFETIME_SECONDS } from '../../connect-links/link.ts';
import { revokeLink } from '../../connect-links/revoke-link.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { linkId, noBody, page, profileName, tenantId } from '../../http/schemas.ts';
import type { Html } from '../../lib/html.ts';
import { sendPage } from '../../pages/page-security.ts';
import { cancelRotation } from '../../rotations/cancel.ts';
import { completeRotation } from '../../rotations/complete.ts';
import { startRotation } from '../../rotations/start.ts';
import { ARTIFACT_NAMES, mediaTypeOf, renderArtifact } from '../../setup-kit/artifacts/artifacts.ts';
import { getSetupKit } from '../../setup-kit/get-setup-kit.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { type NewLink, readTenant } from '../read-tenant.ts';
import { formToken, submitOnce } from '../submit-once.ts';
import { tenantPage } from '../views/tenant.ts';

const params = z.object({ tenantId });
const kitQuery = { profile: optional(profileName), partition: optional(partitionName) };

/** One tenant: its external ID and rotation, connections, connect links and setup kit. */
export function tenantRoutes(app: App, deps: Deps): void {
  showTenantRoute(app, deps);
  downloadArtifactRoute(app, deps);
  createLinkRoute(app, deps);
  revokeLinkRoute(app, deps);
  rotationRoute(app, deps, { url: 'rotation', done: 'rotation-started', operation: startRotation });
  rotationRoute(app, deps, {
    url: 'rotation/completion',
    done: 'rotation-completed',
    operation: completeRotation,
  });
  rotationRoute(app, deps, {
    url: 'rotation/cancellation',
    done: 'rotation-canceled',
    operation: cancelRotation,
  });
}

const pathOf = (deps: Pick<Deps, 'baseUrl'>, tenantId: string): string =>
  `${consolePathOf(deps.baseUrl())}/tenants/${tenantId}`;

async function renderTenant(
  deps: Deps,
  request: FastifyRequest,
  input: Omit<Parameters<typeof readTenant>[1], 'principal' | 'mayManageLinks'> & {
    done?: string | undefined;
    newLink?: NewLink;
  },
): Promise<Html> {
  const { done, newLink = null, ...query } = input;
  const context = getConsoleContext(deps, request);
  const { principal } = staffOf(request);
  const mayManageLinks = context.may('links:manage');
  const state = await readTenant(deps, { principal, mayManageLinks, ...query });
  return tenantPage(context, { ...state, done, newLink });
}

function showTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/tenants/:tenantId',
    config: { access: 'tenants:read' },
    schema: {
      hide: true,
      params,
      querystring: z.object({ ...kitQuery, done: z.string().optional(), cursor: page.cursor }),
    },
    handler: async (request, reply) =>
      sendPage(reply, 200, await renderTenant(deps, request, { ...request.params, ...request.query })),
  });
}

function downloadArtifactRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/tenants/:tenantId/setup/:artifact',
    config: { access: 'tenants:read' },
    schema: {
      hide: true,
      params: params.extend({ artifact: z.string() }),
      querystring: z.object(kitQuery),
    },
    handler: async (request, reply) => {
      const artifact = ARTIFACT_NAMES.find((name) => name === request.params.artifact);
      if (!artifact) throw notFound();
      const { profile = null, partition = null } = request.query;
      const { tenantId } = request.params;
      const kit = await getSetupKit(deps, { ...staffOf(request), tenantId, profile, partition });
      return reply
        .type(`${mediaTypeOf(artifact)}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="${artifact}"`)
        .serializer((text: unknown) => String(text))
        .send(renderArtifact(artifact, kit));
    },
  });
}

/** Answers with the page itself, because the link can be shown only now. */
function createLinkRoute(app: App, deps: Deps): void {
  const { min, max, default: usual } = LINK_LIFETIME_SECONDS;
  app.route({
    method: 'POST',
    url: '/tenants/:tenantId/connect-links',
    config: { access: 'links:manage' },
    schema: {
      hide: true,
      params,
      body: z.strictObject({
        formToken,
        profile: optional(profileName),
        expiresInSeconds: z.coerce.number().int().min(min).max(max).default(usual),
      }),
    },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      const { profile = null, expiresInSeconds } = request.body;
      const newLink = await submitOnce(deps, request, async (deps) => {
        const { url, expiresAt } = await createLink(deps, {
          actor: staffOf(request).actor,
          tenantId,
          returnUrl: null,
          renewUrl: null,
          profile,
          expiresInSeconds,
        });
        return { url, expiresAt: expiresAt.toISOString() };
      });
      return sendPage(reply, 201, await renderTenant(deps, request, { tenantId, newLink }));
    },
  });
}

function revokeLinkRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/tenants/:tenantId/connect-links/:linkId/revocation',
    config: { access: 'links:manage' },
    schema: { hide: true, params: params.extend({ linkId }), body: noBody },
    handler: async (request, reply) => {
      await revokeLink(deps, { actor: staffOf(request).actor, ...request.params });
      return reply.redirect(`${pathOf(deps, request.params.tenantId)}?done=link-revoked#links`, 303);
    },
  });
}

function rotationRoute(
  app: App,
  deps: Deps,
  {
    url,
    done,
    operation,
  }: {
    url: string;
    done: string;
    operation: (deps: Deps, input: Parameters<typeof startRotation>[1]) => Promise<unknown>;
  },
): void {
  app.route({
    method: 'POST',
    url: `/tenants/:tenantId/${url}`,
    // Completing and canceling ask AWS about the roles first.
    config: { access: 'connections:manage', load: 'slow' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      await operation(deps, { ...staffOf(request), tenantId });
      return reply.redirect(`${pathOf(deps, tenantId)}?done=${done}`, 303);
    },
  });
}
