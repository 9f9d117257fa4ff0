import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { toExternalIdBody } from '../external-ids/external-id.ts';
import { externalId } from '../external-ids/external-id-schema.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { once, onceAfter } from '../http/idempotency.ts';
import { noBody, noContent, problems, tenantId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { cancelRotation, completeRotation } from './finish.ts';
import { startRotation } from './start.ts';

const params = z.object({ tenantId });
const tags = ['External ID'];

export function rotationRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/external-id/rotation',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Start a rotation: issue the successor; both IDs work until it ends',
      tags,
      params,
      body: noBody,
      response: { 201: externalId, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), tenantId: request.params.tenantId };
      const started = await once(deps, request, async (deps) =>
        toExternalIdBody(await startRotation(deps, input)),
      );
      return reply.code(201).send(started);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/external-id/rotation/complete',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Complete a rotation: retire the old ID, when all verified connections have moved',
      tags,
      params,
      body: noBody,
      response: { 200: externalId, ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const input = { principal, actor: actorOf(principal), tenantId: request.params.tenantId };
      return onceAfter(deps, request, async (deps) => toExternalIdBody(await completeRotation(deps, input)));
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId/external-id/rotation',
    config: { access: 'connections:manage' },
    schema: {
      summary: 'Cancel a rotation: the successor becomes a tombstone',
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
