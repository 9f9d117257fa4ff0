import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PARTITIONS } from '../../aws/arn.ts';
import { changeConnection } from '../../connections/change.ts';
import { connectionStatus } from '../../connections/connection-schema.ts';
import { getConnection } from '../../connections/get.ts';
import type { Deps } from '../../deps.ts';
import { getExternalId } from '../../external-ids/get.ts';
import { listAllConnections } from '../../fleet/connections/list.ts';
import type { App } from '../../http/app-type.ts';
import { connectionId, noBody, page, profileName, queryBoolean, tenantId } from '../../http/schemas.ts';
import { sendPage } from '../../pages/page-security.ts';
import { acceptsVerificationStream, streamVerification } from '../../pages/stream-verification.ts';
import { limitVerifications } from '../../rate-limits/limit-tenant.ts';
import { getTenant } from '../../tenants/get.ts';
import type { OnCheck } from '../../verification/probe.ts';
import { verifyConnection } from '../../verification/verify.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { listNewestEvents } from '../store.ts';
import { connectionPage } from '../views/connection.ts';
import { connectionsPage } from '../views/connections.ts';

const MAX_EVENTS = 50;

const params = z.object({ tenantId, connectionId });

/** The connections of all tenants, and each of them with its verification. */
export function connectionsRoutes(app: App, deps: Deps): void {
  listConnectionsRoute(app, deps);
  showConnectionRoute(app, deps);
  verifyConnectionRoute(app, deps);
  changeStatusRoute(app, deps, 'disable');
  changeStatusRoute(app, deps, 'enable');
}

function listConnectionsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/connections',
    config: { access: 'fleet:read' },
    schema: {
      hide: true,
      querystring: z.object({
        status: optional(connectionStatus),
        accountId: optional(z.string().transform((text) => text.replace(/[\s-]/g, ''))),
        tenantId: optional(tenantId),
        profile: optional(profileName),
        partition: optional(z.enum(PARTITIONS)),
        legacy: optional(queryBoolean),
        cursor: page.cursor,
      }),
    },
    handler: async (request, reply) => {
      const list = await listAllConnections(deps, { ...request.query, limit: 50 });
      const context = getConsoleContext(deps, request);
      const { cursor: _, ...filter } = request.query;
      const partitions = [...deps.brokers.keys()];
      return sendPage(reply, 200, connectionsPage(context, { ...list, filter, partitions }));
    },
  });
}

const path = '/tenants/:tenantId/connections/:connectionId';

const pathOf = (deps: Pick<Deps, 'baseUrl'>, { tenantId, connectionId }: z.infer<typeof params>): string =>
  `${consolePathOf(deps.baseUrl())}/tenants/${tenantId}/connections/${connectionId}`;

function showConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: path,
    config: { access: 'tenants:read' },
    schema: { hide: true, params, querystring: z.object({ done: z.string().optional() }) },
    handler: async (request, reply) => {
      const { principal } = staffOf(request);
      const { tenantId, connectionId } = request.params;
      const [connection, tenant, externalIds, events] = await Promise.all([
        getConnection(deps, { principal, ...request.params }),
        getTenant(deps, { principal, tenantId }),
        getExternalId(deps, { principal, tenantId }),
        listNewestEvents(deps.database, { tenantId, connectionId, limit: MAX_EVENTS }),
      ]);
      const { done } = request.query;
      const context = getConsoleContext(deps, request);
      return sendPage(reply, 200, connectionPage(context, { connection, tenant, externalIds, events, done }));
    },
  });
}

/** Shows each probe while it is made, if the page's script asks for that. */
function verifyConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: `${path}/verification`,
    config: { access: 'connections:verify', load: 'slow' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const { actor } = await authorizeVerification(request, deps, request.params);
      const verify = (onCheck?: OnCheck) =>
        verifyConnection(deps, { actor, ...request.params, ...(onCheck && { onCheck }) });
      if (acceptsVerificationStream(request)) return streamVerification(request, reply, verify);
      await verify();
      return reply.redirect(`${pathOf(deps, request.params)}?done=verified`, 303);
    },
  });
}

async function authorizeVerification(request: FastifyRequest, deps: Deps, ids: z.infer<typeof params>) {
  const staff = staffOf(request);
  await getConnection(deps, { principal: staff.principal, ...ids });
  await limitVerifications(deps, ids.tenantId);
  return staff;
}

function changeStatusRoute(app: App, deps: Deps, action: 'disable' | 'enable'): void {
  app.route({
    method: 'POST',
    url: `${path}/${action}`,
    config: { access: 'connections:manage' },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      const changes = { disabled: action === 'disable' };
      await changeConnection(deps, { ...staffOf(request), ...request.params, changes });
      return reply.redirect(`${pathOf(deps, request.params)}?done=${action}d`, 303);
    },
  });
}
