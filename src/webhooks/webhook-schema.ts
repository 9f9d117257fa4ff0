import { z } from 'zod';
import { eventType } from '../events/event-schema.ts';
import { exampleId, PATTERNS, timestamp, webhookId } from '../http/schemas.ts';
import { DISABLED_REASONS, WEBHOOK_STATUSES } from './webhook.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'example').toString('base64')}`;

const EXAMPLE = {
  id: exampleId('webhook'),
  url: 'https://app.example.com/hooks/countersign',
  types: ['connection.degraded', 'connection.recovered'],
  description: 'Alerts of the integrations team',
  status: 'enabled',
  statusReason: null,
  statusSince: '2026-11-26T12:00:00.000Z',
  previousSecretExpiresAt: null,
  createdAt: '2026-11-26T12:00:00.000Z',
  updatedAt: '2026-11-26T12:00:00.000Z',
};

const webhookStatus = z.enum(WEBHOOK_STATUSES).meta({ id: 'WebhookStatus' });

const fields = {
  id: webhookId,
  url: z.string(),
  types: z.array(eventType).nullable().meta({ description: 'The types that it gets; null: all.' }),
  description: z.string().nullable(),
  status: webhookStatus,
  statusReason: z.enum(DISABLED_REASONS).meta({ id: 'WebhookDisabledReason' }).nullable().meta({
    description:
      'Why it is disabled: requested, a delivery failed for three days, or the receiver responded 410 Gone; null: it is enabled.',
  }),
  statusSince: timestamp,
  previousSecretExpiresAt: timestamp.nullable().meta({
    description: 'Until when messages are also signed with the previous secret; null: there was none.',
  }),
  createdAt: timestamp,
  updatedAt: timestamp,
};

export const webhookSchema = z.object(fields).meta({
  id: 'Webhook',
  description: 'An endpoint that gets events, without its secret.',
  examples: [EXAMPLE],
});

const secret = z.string().meta({ description: 'The signing secret. It is returned only here.' });

export const createdWebhook = z.object({ ...fields, secret }).meta({
  id: 'CreatedWebhook',
  description: 'The webhook, with its secret.',
  examples: [{ ...EXAMPLE, secret: SECRET }],
});

export const rotatedSecret = z.object({ secret, previousSecretExpiresAt: timestamp }).meta({
  id: 'RotatedWebhookSecret',
  description: 'The new secret. Until the given time, messages are signed with the previous one too.',
  examples: [{ secret: SECRET, previousSecretExpiresAt: '2026-11-27T12:00:00.000Z' }],
});

export const webhookUrl = z
  .string()
  .max(2000, 'must have 2000 characters or fewer')
  .refine(isDestinationUrl, 'must be an https URL without user, password and fragment')
  .meta({
    ...PATTERNS.text,
    description:
      'https, and with a public address; others must be admitted by COUNTERSIGN_WEBHOOK_PRIVATE_HOSTS.',
  });

function isDestinationUrl(text: string): boolean {
  if (!URL.canParse(text) || /[#\s]/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

const types = z
  .array(eventType)
  .min(1, 'must not be empty; leave it out, or send null, for all types')
  .max(50, 'must have 50 items or fewer')
  .nullable()
  .meta({ description: 'The types of events to send; null: all.' });

const description = z.string().max(500, 'must have 500 characters or fewer').nullable().meta(PATTERNS.text);

export const createWebhookRequest = z
  .strictObject({ url: webhookUrl, types: types.optional(), description: description.optional() })
  .meta({ id: 'CreateWebhookRequest', examples: [{ url: EXAMPLE.url, types: EXAMPLE.types }] });

export const updateWebhookRequest = z
  .strictObject({
    url: webhookUrl.optional(),
    types: types.optional(),
    description: description.optional(),
    status: webhookStatus.optional().meta({
      description: 'disabled: no events are sent. enabled: also what was pending when it was disabled.',
    }),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property')
  .meta({ id: 'UpdateWebhookRequest', minProperties: 1, examples: [{ status: 'enabled' }] });
