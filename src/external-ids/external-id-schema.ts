import { z } from 'zod';
import { timestamp } from '../http/schemas.ts';

export const externalId = z
  .object({
    externalId: z.uuid().meta({ description: 'The external ID in force.' }),
    issuedAt: timestamp,
    rotation: z
      .object({
        externalId: z.uuid().meta({ description: 'The successor. Both IDs work until the rotation ends.' }),
        startedAt: timestamp,
        connections: z.object({
          moved: z
            .number()
            .int()
            .meta({ description: 'Verified connections that were verified with the successor.' }),
          total: z.number().int().meta({ description: 'All verified connections.' }),
        }),
      })
      .nullable(),
    retired: z.array(z.object({ externalId: z.uuid(), issuedAt: timestamp, retiredAt: timestamp })),
  })
  .meta({ id: 'ExternalId' });
