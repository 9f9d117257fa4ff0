import type { EventType } from '../events/event.ts';

export const WEBHOOK_STATUSES = ['enabled', 'disabled'] as const;

export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** Why a webhook is disabled: somebody did it; a delivery failed for three days; the receiver responded 410 Gone. */
export const DISABLED_REASONS = ['requested', 'delivery_failed', 'gone'] as const;

export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** An endpoint of the vendor that gets events. */
export interface Webhook {
  id: string;
  url: string;
  /** Empty: all types. */
  types: EventType[];
  description: string | null;
  status: WebhookStatus;
  /** null: it is enabled. */
  statusReason: DisabledReason | null;
  statusSince: Date;
  /** Until when messages are also signed with the previous secret; null: it has none. */
  previousSecretExpiresAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The webhook as the API shows it, without its secret. */
export function toWebhookBody(webhook: Webhook) {
  const { types, statusSince, previousSecretExpiresAt, createdAt, updatedAt, ...rest } = webhook;
  return {
    ...rest,
    types: types.length === 0 ? null : types,
    statusSince: statusSince.toISOString(),
    previousSecretExpiresAt: previousSecretExpiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
