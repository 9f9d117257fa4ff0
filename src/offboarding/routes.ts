import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { noContent, tenantId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { offboardTenant } from './offboard.ts';

export function offboardingRoutes(app: App, deps: Deps): void {
  offboardTenantRoute(app, deps);
}

function offboardTenantRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/tenants/:tenantId',
    config: { access: 'tenants:offboard' },
    schema: {
      operationId: 'offboardTenant',
      summary: 'Offboard a tenant for ever',
      description:
        'Its external IDs are retired and never issued again, its connections are disabled, and its keys and links are rejected. This cannot be undone.',
      tags: ['Tenants'],
      params: z.object({ tenantId }),
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      await offboardTenant(deps, {
        actor: actorOf(principalOf(request)),
        tenantId: request.params.tenantId,
      });
      return reply.code(204).send(null);
    },
  });
}
