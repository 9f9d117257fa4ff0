import { z } from 'zod';
import { deliveryId, eventId, exampleId, timestamp, webhookId } from '../../http/schemas.ts';
import { DELIVERY_STATUSES } from './delivery.ts';

export const deliveryStatus = z.enum(DELIVERY_STATUSES).meta({
  id: 'WebhookDeliveryStatus',
  description: 'pending: it is made or repeated by itself. failed: it was given up.',
});

const attempt = {
  responseStatus: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'The HTTP status of the last response; null: there was none.' }),
  responseExcerpt: z
    .string()
    .nullable()
    .meta({ description: 'The beginning of the last response, if it was no success.' }),
  error: z.string().nullable().meta({ description: 'Why the last attempt failed; null: it did not.' }),
};

export const deliverySchema = z
  .object({
    id: deliveryId,
    webhookId,
    eventId,
    eventType: z.string(),
    status: deliveryStatus,
    attempts: z.number().int(),
    lastAttemptAt: timestamp.nullable(),
    nextAttemptAt: timestamp.nullable().meta({
      description: 'null: it is not pending, or waits for an earlier delivery of its connection.',
    }),
    ...attempt,
    createdAt: timestamp,
  })
  .meta({
    id: 'WebhookDelivery',
    description: 'One event for one webhook.',
    examples: [
      {
        id: exampleId('delivery'),
        webhookId: exampleId('webhook'),
        eventId: exampleId('event'),
        eventType: 'connection.degraded',
        status: 'pending',
        attempts: 1,
        lastAttemptAt: '2026-11-26T12:00:00.000Z',
        nextAttemptAt: '2026-11-26T12:00:05.000Z',
        responseStatus: 500,
        responseExcerpt: 'internal error',
        error: 'the receiver responded with status 500',
        createdAt: '2026-11-26T12:00:00.000Z',
      },
    ],
  });

export const testResult = z
  .object({
    outcome: z.enum(['delivered', 'failed', 'gone']).meta({
      id: 'WebhookTestOutcome',
      description: 'gone: the receiver responded 410, which disables a webhook.',
    }),
    ...attempt,
  })
  .meta({
    id: 'WebhookTestResult',
    description: 'What became of the test message.',
    examples: [{ outcome: 'delivered', responseStatus: 204, responseExcerpt: null, error: null }],
  });
