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
      .meta({ id: 'Rotation' })
      .nullable()
      .meta({ description: 'null: no rotation is running.' }),
    retired: z.array(
      z
        .object({ externalId: z.uuid(), issuedAt: timestamp, retiredAt: timestamp })
        .meta({ id: 'RetiredExternalId' }),
    ),
  })
  .meta({
    id: 'ExternalId',
    description: "A tenant's external ID, its rotation and its retired external IDs.",
    examples: [
      {
        externalId: '1f0c9b52-6d0e-4c0b-9a55-3c1b7a2e9d44',
        issuedAt: '2026-11-26T12:00:00.000Z',
        rotation: {
          externalId: '7d9f4f0a-52b7-4f7b-8a1c-0e6d2b9c3a51',
          startedAt: '2026-11-27T09:00:00.000Z',
          connections: { moved: 1, total: 3 },
        },
        retired: [],
      },
    ],
  });
