import { z } from 'zod';
import { connectionStatus } from '../../connections/connection-schema.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { inputTimestamp, page, pageOf, profileName, queryBoolean, tenantId } from '../../http/schemas.ts';
import { listAllConnections } from './list.ts';
import { fleetConnectionSchema, toFleetConnectionBody } from './schema.ts';

const filters = {
  status: connectionStatus.optional().meta({ description: 'Only connections with this status.' }),
  tenantId,
  accountId: z
    .string()
    .regex(/^[0-9]{12}$/, 'must be an AWS account ID of 12 digits')
    .meta({
      description: 'The ID of an AWS account, 12 digits.',
    }),
  roleArn: z
    .string()
    .min(1, 'must not be empty')
    .max(2048, 'must have 2048 characters or fewer')
    .meta({ description: 'Compared without regard to case, as IAM does with the names of roles.' }),
  externalId: z.uuid('must be an external ID, which is a UUID').toLowerCase().meta({
    description: 'The connections of the tenant to which it was issued, also if it is retired.',
  }),
  profile: profileName.meta({ description: 'The name of an access profile.' }),
  partition: z
    .string()
    .regex(/^[a-z-]{1,32}$/, 'must be an AWS partition, such as aws or aws-us-gov')
    .meta({ description: 'An AWS partition, such as aws or aws-us-gov.' }),
  legacy: queryBoolean.meta({
    description: 'true: only imported connections whose customer still has to change the role.',
  }),
  verifiedBefore: inputTimestamp.meta({
    description:
      'Only connections whose last verification was before this time, in the order of these times. Connections that were never verified are left out.',
  }),
};

export function fleetConnectionRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/connections',
    config: { access: 'fleet:read', searchedExternalId: 'externalId' },
    schema: {
      operationId: 'listAllConnections',
      summary: "List all tenants' connections",
      description:
        'In the order of their registration. All filters can be combined. They find what a customer or CloudTrail names, and what is broken.',
      tags: ['Fleet'],
      querystring: z.strictObject({ ...page, ...z.object(filters).partial().shape }),
      response: { 200: pageOf(fleetConnectionSchema) },
    },
    handler: async (request) => {
      const { verifiedBefore, ...query } = request.query;
      const before = verifiedBefore === undefined ? undefined : new Date(verifiedBefore);
      const { connections, nextCursor } = await listAllConnections(deps, {
        ...query,
        verifiedBefore: before,
      });
      return { data: connections.map(toFleetConnectionBody), nextCursor };
    },
  });
}
