import { z } from 'zod';
import { exampleId, tenantId, timestamp } from '../http/schemas.ts';
import { TENANT_STATUSES } from './tenant.ts';

export const tenantMetadata = z
  .record(z.string().max(100, 'must have keys of at most 100 characters'), z.unknown())
  .meta({
    id: 'TenantMetadata',
    description:
      'Any data that the vendor stores with the tenant; Countersign does not use it. At most 16,384 characters of JSON.',
  });

export const EXAMPLE_TENANT = {
  id: exampleId('tenant'),
  name: 'Example Ltd',
  reference: 'customer-4711',
  metadata: { plan: 'enterprise' },
  status: 'active',
  externalId: '1f0c9b52-6d0e-4c0b-9a55-3c1b7a2e9d44',
  createdAt: '2026-11-26T12:00:00.000Z',
  updatedAt: '2026-11-26T12:00:00.000Z',
};

export const tenantStatus = z.enum(TENANT_STATUSES).meta({ id: 'TenantStatus' });

export const tenantSchema = z
  .object({
    id: tenantId,
    name: z.string(),
    reference: z.string().nullable().meta({ description: "The vendor's own ID of this customer." }),
    metadata: tenantMetadata,
    status: tenantStatus,
    externalId: z.uuid().meta({ description: 'Issued by Countersign; it cannot be set or changed.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({
    id: 'Tenant',
    description: 'A customer of the vendor.',
    examples: [EXAMPLE_TENANT],
  });
