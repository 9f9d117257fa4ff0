import { z } from 'zod';
import { STS_PROBLEMS } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import { toExternalIdBody } from '../external-ids/external-id.ts';
import { externalIdSchema } from '../external-ids/external-id-schema.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent, idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { noBody, noContent, tenantId } from '../http/schemas.ts';
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
      operationId: 'startRotation',
      summary: 'Start a rotation of the external ID',
      description:
        'Issues the successor. Both external IDs are valid until the rotation ends, and the setup kit lists both. Each connection moves when its role is verified with the successor.',
      tags,
      params,
      body: noBody,
      response: { 201: externalIdSchema },
      problems: ['conflict', 'tenant_not_active'],
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
    config: { access: 'connections:manage', load: 'slow' },
    schema: {
      operationId: 'completeRotation',
      summary: 'Complete a rotation of the external ID',
      description:
        'Retires the current external ID, once all verified connections have moved to the successor. Roles that still allow the current one are verified first, so the request may wait for AWS.',
      tags,
      params,
      body: noBody,
      response: { 200: externalIdSchema },
      problems: ['conflict', 'rotation_incomplete', 'tenant_not_active', ...STS_PROBLEMS],
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
      operationId: 'cancelRotation',
      summary: 'Cancel a rotation of the external ID',
      description: 'Retires the successor, which is never issued again. The current external ID stays valid.',
      tags,
      params,
      response: { 204: noContent },
      problems: ['conflict', 'tenant_not_active', ...STS_PROBLEMS],
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await cancelRotation(deps, { principal, actor: actorOf(principal), tenantId: request.params.tenantId });
      return reply.code(204).send(null);
    },
  });
}
