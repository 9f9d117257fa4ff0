import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { toExternalIdBody } from '../external-ids/external-id.ts';
import { externalIdSchema } from '../external-ids/external-id-schema.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent, idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { noBody, noContent, problems, tenantId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { cancelRotation } from './cancel.ts';
import { completeRotation } from './complete.ts';
import { startRotation } from './start.ts';

const params = z.object({ tenantId });
const tags = ['External ID'];

export function rotationRoutes(app: App, deps: Deps): void {
  startRotationRoute(app, deps);
  completeRotationRoute(app, deps);
  cancelRotationRoute(app, deps);
}

function startRotationRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/external-id/rotation',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Start a rotation: issue the successor. Both external IDs are valid until the rotation ends',
      tags,
      params,
      body: noBody,
      response: { 201: externalIdSchema, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), tenantId: request.params.tenantId };
      const started = await idempotent(deps, request, async (deps) =>
        toExternalIdBody(await startRotation(deps, input)),
      );
      return reply.code(201).send(started);
    },
  });
}

function completeRotationRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/external-id/rotation/complete',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Complete a rotation: retire the current external ID once all verified connections have moved',
      tags,
      params,
      body: noBody,
      response: { 200: externalIdSchema, ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), tenantId: request.params.tenantId };
      return idempotentOutsideTransaction(deps, request, async (deps) =>
        toExternalIdBody(await completeRotation(deps, input)),
      );
    },
  });
}

function cancelRotationRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId/external-id/rotation',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Cancel a rotation: retire the successor',
      tags,
      params,
      response: { 204: noContent, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await cancelRotation(deps, { principal, actor: actorOf(principal), tenantId: request.params.tenantId });
      return reply.code(204).send(null);
    },
  });
}
