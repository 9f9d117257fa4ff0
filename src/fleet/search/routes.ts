import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { EXAMPLE_TENANT, tenantSchema } from '../../tenants/schema.ts';
import { toTenantBody } from '../../tenants/tenant.ts';
import {
  EXAMPLE_FLEET_CONNECTION,
  fleetConnectionSchema,
  toFleetConnectionBody,
} from '../connections/schema.ts';
import { MAX_RESULTS, search } from './search.ts';

const searchResults = z
  .object({
    tenants: z.array(tenantSchema).max(MAX_RESULTS),
    connections: z.array(fleetConnectionSchema).max(MAX_RESULTS),
  })
  .meta({
    id: 'SearchResults',
    description: `At most ${MAX_RESULTS} of each. \`GET /v1/connections\` lists all connections of an account or a role.`,
    examples: [{ tenants: [EXAMPLE_TENANT], connections: [EXAMPLE_FLEET_CONNECTION] }],
  });

export function searchRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/search',
    config: { access: 'fleet:read' },
    schema: {
      operationId: 'search',
      summary: 'Find tenants and connections by what a customer or a log names',
      description:
        "By an account ID, the ARN of a role or of its session, an external ID (also a retired one), a tenant's reference or the beginning of its name, or the ID of a tenant, connection, link, key, verification run, event or delivery. Case does not matter, except in a reference.",
      tags: ['Fleet'],
      querystring: z.strictObject({
        q: z
          .string()
          .trim()
          .min(1, 'must not be empty')
          .max(2048, 'must have 2048 characters or fewer')
          .meta({ description: 'What to look for.', examples: ['111122223333'] }),
      }),
      response: { 200: searchResults },
    },
    handler: async (request) => {
      const { tenants, connections } = await search(deps, request.query.q);
      return { tenants: tenants.map(toTenantBody), connections: connections.map(toFleetConnectionBody) };
    },
  });
}
