import { z } from 'zod';
import { timestamp } from '../http/schemas.ts';

export const externalIdSchema = z
  .object({
    externalId: z.uuid().meta({
      description: 'The current external ID; of an offboarded tenant the one that was current last.',
    }),
    issuedAt: timestamp,
    rotation: z
      .object({
        externalId: z
          .uuid()
          .meta({ description: 'The successor. Both external IDs are valid until the rotation ends.' }),
        startedAt: timestamp,
        connections: z.object({
          moved: z.number().int().meta({
            description: 'Verified connections whose last successful verification used the successor.',
          }),
          total: z.number().int().meta({ description: 'All verified connections.' }),
        }),
      })
      .nullable(),
    retired: z.array(z.object({ externalId: z.uuid(), issuedAt: timestamp, retiredAt: timestamp })),
  })
  .meta({ id: 'ExternalId' });
