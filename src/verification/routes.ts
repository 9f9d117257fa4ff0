import { z } from 'zod';
import { verification } from '../connections/connection-schema.ts';
import { getConnection } from '../connections/get.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { onceAfter } from '../http/idempotency.ts';
import { connectionId, noBody, problems, tenantId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { limitVerifications } from '../rate-limits/limit-tenant.ts';
import { verifyConnection } from './verify.ts';

export function verificationRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/:connectionId/verification',
    config: { access: 'connections:manage' },
    schema: {
      summary: "Prove that the role demands the tenant's external ID",
      description: 'A verification that fails is an answer, not an error: 200 with its outcome.',
      tags: ['Connections'],
      params: z.object({ tenantId, connectionId }),
      body: noBody,
      response: { 200: verification, ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      assertTenantAccess(principal, request.params.tenantId);
      return onceAfter(deps, request, async (deps) => {
        await getConnection(deps, { principal, ...request.params });
        await limitVerifications(deps, request.params.tenantId);
        return verifyConnection(deps, { actor: actorOf(principal), ...request.params });
      });
    },
  });
}
