import { z } from 'zod';
import { toConnectionBody } from '../../connections/connection.ts';
import { connectionSchema, EXAMPLE_CONNECTION } from '../../connections/connection-schema.ts';
import { exampleId, tenantId } from '../../http/schemas.ts';
import type { FleetConnection } from './filter.ts';

export const EXAMPLE_FLEET_CONNECTION = {
  ...EXAMPLE_CONNECTION,
  tenant: { id: exampleId('tenant'), name: 'Example Ltd', reference: 'customer-4711' },
};

export const fleetConnectionSchema = z
  .object({
    ...connectionSchema.shape,
    tenant: z
      .object({ id: tenantId, name: z.string(), reference: z.string().nullable() })
      .meta({ id: 'TenantReference', description: 'The tenant that it belongs to.' }),
  })
  .meta({
    id: 'ConnectionWithTenant',
    description: 'A connection, and whose it is.',
    examples: [EXAMPLE_FLEET_CONNECTION],
  });

export function toFleetConnectionBody({ tenant, ...connection }: FleetConnection) {
  return { ...toConnectionBody(connection), tenant };
}
