import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { problems, tenantId } from '../http/schemas.ts';
import { toExternalIdBody } from './external-id.ts';
import { externalId } from './external-id-schema.ts';
import { readExternalId } from './read.ts';

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
}
