import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { once, onceAfter } from '../http/idempotency.ts';
import { noBody, noContent, problems, tenantId, timestamp } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { cancelRotation, completeRotation } from '../rotations/finish.ts';
import { startRotation } from '../rotations/start.ts';
import { toExternalIdBody } from './external-id.ts';
import { readExternalId } from './read.ts';

const externalId = z
  .object({
    externalId: z.uuid().meta({ description: 'The external ID in force.' }),
    issuedAt: timestamp,
    rotation: z
      .object({
        externalId: z.uuid().meta({ description: 'The successor. Both IDs work until the rotation ends.' }),
        startedAt: timestamp,
        connections: z.object({
          moved: z.number().int().meta({ description: 'Verified connections proven with the successor.' }),
          total: z.number().int().meta({ description: 'All verified connections.' }),
        }),
      })
      .nullable(),
    retired: z.array(z.object({ externalId: z.uuid(), issuedAt: timestamp, retiredAt: timestamp })),
  })
  .meta({ id: 'ExternalId' });

const params = z.object({ tenantId });
const tags = ['External ID'];

export function externalIdRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/external-id',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read the external ID, its rotation and its tombstones',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: externalId, ...problems },
    },
    handler: async (request) =>
      toExternalIdBody(
        await readExternalId(deps, { principal: principalOf(request), tenantId: request.params.tenantId }),
      ),
  });

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
