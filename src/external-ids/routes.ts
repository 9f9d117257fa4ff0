import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { tenantId } from '../http/schemas.ts';
import { toExternalIdBody } from './external-id.ts';
import { externalIdSchema } from './external-id-schema.ts';
import { getExternalId } from './get.ts';

const params = z.object({ tenantId });
const tags = ['External ID'];

export function externalIdRoutes(app: App, deps: Deps): void {
  getExternalIdRoute(app, deps);
}

function getExternalIdRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/external-id',
    config: { access: 'tenants:read' },
    schema: {
      operationId: 'getExternalId',
      summary: "Get a tenant's external ID, its rotation and its retired external IDs",
      description: 'Reading the external ID never changes it.',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: externalIdSchema },
    },
    handler: async (request) =>
      toExternalIdBody(
        await getExternalId(deps, { principal: principalOf(request), tenantId: request.params.tenantId }),
      ),
  });
}
