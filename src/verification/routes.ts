import { z } from 'zod';
import { verificationSchema } from '../connections/connection-schema.ts';
import { getConnection } from '../connections/get.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { connectionId, noBody, tenantId } from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { limitVerifications } from '../rate-limits/limit-tenant.ts';
import { verifyConnection } from './verify.ts';

export function verificationRoutes(app: App, deps: Deps): void {
  verifyConnectionRoute(app, deps);
}

function verifyConnectionRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/:connectionId/verification',
    config: { access: 'connections:verify', load: 'slow' },
    schema: {
      operationId: 'verifyConnection',
      summary: "Verify that the role enforces the tenant's external ID",
      description:
        'Calls AssumeRole with the right external ID, which must be allowed, and with none and wrong ones, which must be denied. A verification that fails is not an error: the response is 200 with its outcome. Each tenant has a limit of verifications in a minute.',
      tags: ['Connections'],
      params: z.object({ tenantId, connectionId }),
      body: noBody,
      response: { 200: verificationSchema },
      problems: ['conflict', 'tenant_not_active', 'role_not_allowed', 'rate_limited'],
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      assertTenantAccess(principal, request.params.tenantId);
      return idempotentOutsideTransaction(deps, request, async (deps) => {
        await getConnection(deps, { principal, ...request.params });
        void reply.headers(await limitVerifications(deps, request.params.tenantId));
        return verifyConnection(deps, { actor: actorOf(principal), ...request.params });
      });
    },
  });
}
