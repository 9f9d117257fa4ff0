import { z } from 'zod';
import { connectionId, eventId, exampleId, tenantId, timestamp } from '../http/schemas.ts';
import { EVENT_TYPES } from './event.ts';

export const eventType = z.enum(EVENT_TYPES).meta({ id: 'EventType', description: 'What changed.' });

const eventSchema = z
  .object({
    id: eventId,
    type: eventType,
    at: timestamp,
    tenantId: tenantId
      .nullable()
      .meta({ description: 'null when the event concerns the vendor and not one tenant.' }),
    connectionId: connectionId
      .nullable()
      .meta({ description: 'null when the event does not concern one connection.' }),
    data: z.record(z.string(), z.unknown()).meta({
      id: 'EventData',
      description:
        'What is known about the change, depending on the type. Events of a tenant have its `id`, `name` and `reference` as `tenant`. It contains no secret.',
    }),
  })
  .meta({
    id: 'Event',
    description: 'A recorded change of state.',
    examples: [
      {
        id: exampleId('event'),
        type: 'connection.degraded',
        at: '2026-11-26T12:00:00.000Z',
        tenantId: exampleId('tenant'),
        connectionId: exampleId('connection'),
        data: {
          status: 'unreachable',
          previousStatus: 'verified',
          reason: 'not_assumable',
          roleArn: 'arn:aws:iam::111122223333:role/CountersignAccess',
          accountId: '111122223333',
          tenant: { id: exampleId('tenant'), name: 'Example Ltd', reference: 'customer-42' },
        },
      },
    ],
  });

export const eventFeed = z
  .object({
    data: z.array(eventSchema),
    nextCursor: z.string().nullable().meta({
      description:
        'The `after` of the next request. Keep it also when `data` is empty. null only if there has never been an event.',
    }),
  })
  .meta({
    id: 'EventFeed',
    description: 'Events, the oldest first.',
    examples: [
      {
        data: eventSchema.meta()?.examples,
        nextCursor: Buffer.from(`1.1795694400000.${exampleId('event')}`).toString('base64url'),
      },
    ],
  });
