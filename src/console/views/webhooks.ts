import { EVENT_TYPES } from '../../events/event.ts';
import { type Html, html } from '../../lib/html.ts';
import { copyableText, formatTime } from '../../pages/components.ts';
import { DELIVERY_STATUSES, type Delivery, type DeliveryStatus } from '../../webhooks/deliveries/delivery.ts';
import type { AttemptResult } from '../../webhooks/deliveries/send.ts';
import type { DisabledReason, Webhook } from '../../webhooks/webhook.ts';
import type { ConsoleContext } from '../console-context.ts';
import {
  confirmedAction,
  facts,
  filterForm,
  formTokenField,
  idLine,
  pageHead,
  pager,
  pill,
  postButton,
  selectField,
  table,
  timeAgo,
} from './components.ts';
import { checkbox, type FormState, formProblem, inputField } from './form-controls.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';

const CRUMBS = [{ path: '/webhooks', label: 'Webhooks' }];

export function webhooksPage(
  context: ConsoleContext,
  view: { webhooks: readonly Webhook[]; nextCursor: string | null; done: string | undefined },
): Html {
  return layout(
    context,
    'Webhooks',
    html`${pageHead({
      context,
      title: 'Webhooks',
      lead: 'Endpoints that are told when something changes.',
      actions: html`<a class="button" href="${context.consolePath}/webhooks/new">New webhook</a>`,
    })}
${doneNotice(view.done)}
${table({
  label: 'Webhooks',
  columns: ['URL', 'Status', { label: 'Since', kind: 'minor' }, { label: 'Events', kind: 'minor' }],
  rows: view.webhooks.map((webhook) => [
    html`<a href="${context.consolePath}/webhooks/${webhook.id}">${webhook.url}</a>${webhook.description !== null && html`<br><span class="muted">${webhook.description}</span>`}`,
    statusPill(webhook),
    timeAgo(context, webhook.statusSince),
    typesOf(webhook),
  ]),
  empty: 'There is no webhook. Create one to learn when a connection breaks.',
})}
${pager(context, view.nextCursor)}`,
  );
}

const statusPill = ({ status }: Webhook): Html =>
  status === 'enabled' ? pill('enabled', 'Enabled') : pill('disabled', 'Disabled');

const typesOf = ({ types }: Webhook): string => (types.length === 0 ? 'All' : types.join(', '));

const FIELDS = ['url', 'description'];

/** The form for a new webhook, or for an existing one. */
export function webhookFormPage(
  context: ConsoleContext,
  { webhook, form }: { webhook: Webhook | null; form: FormState },
): Html {
  const title = webhook === null ? 'New webhook' : 'Change the webhook';
  const path = `${context.consolePath}/webhooks${webhook === null ? '' : `/${webhook.id}`}`;
  const lead =
    webhook === null
      ? 'You see its signing secret once, after creating it.'
      : 'What is pending is sent to the new URL, too.';
  return layout(
    context,
    title,
    html`${pageHead({ context, title, crumbs: CRUMBS, lead })}
<form class="card form" method="post" action="${path}">${webhook === null && formTokenField(context)}
${formProblem(form, FIELDS)}
${inputField(form, { name: 'url', label: 'URL', type: 'url', required: true, placeholder: 'https://app.example.com/hooks/countersign', hint: 'https, with a public address.' })}
${inputField(form, { name: 'description', label: 'Description', placeholder: 'Alerts of the integrations team' })}
<fieldset><legend>Events</legend><p class="hint">Without a choice, it gets all of them.</p>
<div class="check-list">${EVENT_TYPES.map((type) => checkbox(form, { name: type, label: type }))}</div></fieldset>
<div class="form-actions"><button type="submit">${webhook === null ? 'Create the webhook' : 'Save the changes'}</button><a class="button secondary" href="${path}">Cancel</a></div>
</form>`,
  );
}

export function webhookSecretPage(
  context: ConsoleContext,
  created: { webhook: Webhook; secret: string; previousSecretExpiresAt?: string },
): Html {
  const { webhook, secret, previousSecretExpiresAt } = created;
  const title = previousSecretExpiresAt ? 'Signing secret replaced' : 'Webhook created';
  return layout(
    context,
    title,
    html`${pageHead({ context, title, crumbs: CRUMBS })}
<section class="card secret-card"><h2>${webhook.url}</h2>
<p>Copy the secret now, and give it to the receiver: it is shown once.</p>
${copyableText('webhook-secret', 'Signing secret', secret)}
<p class="muted">${
      previousSecretExpiresAt
        ? `Until ${formatTime(previousSecretExpiresAt)}, messages are signed with the previous secret too.`
        : 'Receivers verify messages with a library of Standard Webhooks.'
    }</p>
<p><a class="button secondary" href="${context.consolePath}/webhooks/${webhook.id}">Done</a></p></section>`,
  );
}

export interface WebhookView {
  webhook: Webhook;
  deliveries: readonly Delivery[];
  nextCursor: string | null;
  /** The filter of the deliveries. */
  status: DeliveryStatus | undefined;
  done: string | undefined;
  /** What became of a test message that was just sent. */
  test: AttemptResult | null;
}

export function webhookPage(context: ConsoleContext, view: WebhookView): Html {
  const { webhook, deliveries, nextCursor, status, done, test } = view;
  const path = `/webhooks/${webhook.id}`;
  return layout(
    context,
    `Webhook ${new URL(webhook.url).host}`,
    html`${pageHead({
      context,
      title: webhook.url,
      crumbs: CRUMBS,
      status: statusPill(webhook),
      ...(webhook.description !== null && { lead: webhook.description }),
      actions: actions(context, webhook, path),
    })}
${doneNotice(done)}${test !== null && testNotice(test)}
<section class="card"><h2 class="visually-hidden">Details</h2>${facts([
      ['Events', typesOf(webhook)],
      [
        'Status',
        html`${webhook.status === 'enabled' ? 'Enabled' : reasonOf(webhook.statusReason)}, since ${timeAgo(context, webhook.statusSince)}`,
      ],
      ['Created', timeAgo(context, webhook.createdAt)],
      [
        'Previous secret',
        webhook.previousSecretExpiresAt !== null && webhook.previousSecretExpiresAt > context.now
          ? html`valid until ${formatTime(webhook.previousSecretExpiresAt)}`
          : null,
      ],
    ])}</section>
<h2>Deliveries</h2>
${filterForm(context, path, [
  selectField(
    'status',
    'Status',
    DELIVERY_STATUSES.map((one) => [one, DELIVERY_LABELS[one]] as const),
    status,
  ),
])}
${table({
  label: 'Deliveries',
  columns: [
    'Event',
    'Status',
    { label: 'Attempts', kind: 'number' },
    { label: 'Last response', kind: 'minor' },
    { label: 'Next attempt', kind: 'minor' },
    { label: 'Created', kind: 'minor' },
    { label: 'Actions', kind: 'actions' },
  ],
  rows: deliveries.map((delivery) => deliveryRow(context, webhook, delivery)),
  empty: status === undefined ? 'Nothing has been sent yet.' : 'No delivery has this status.',
})}
${pager(context, nextCursor)}`,
  );
}

function actions(context: ConsoleContext, { status }: Webhook, path: string): Html {
  return html`${postButton(context, { path: `${path}/test`, label: 'Send a test' })}
<a class="button secondary" href="${context.consolePath}${path}/change">Change</a>
${
  status === 'enabled'
    ? confirmedAction(context, {
        path: `${path}/disabled`,
        label: 'Disable',
        explanation: 'Nothing is sent any more. Events wait, and are sent when you enable it again.',
        confirm: 'Disable this webhook',
      })
    : postButton(context, { path: `${path}/enabled`, label: 'Enable', kind: 'primary' })
}
${confirmedAction(context, {
  path: `${path}/secret`,
  label: 'Replace the secret',
  explanation: 'You get a new secret. For 24 hours, messages are signed with both.',
  confirm: 'Replace the secret',
  isOnce: true,
})}
${confirmedAction(context, {
  path: `${path}/deletion`,
  label: 'Delete',
  explanation: 'What is pending is not delivered any more. This cannot be undone.',
  confirm: 'Delete this webhook',
})}`;
}

const REASONS: Record<DisabledReason, string> = {
  requested: 'Disabled by somebody',
  delivery_failed: 'Disabled, because a delivery failed for three days',
  gone: 'Disabled, because the receiver responded 410 Gone',
};

const reasonOf = (reason: DisabledReason | null): string => (reason === null ? 'Disabled' : REASONS[reason]);

const DELIVERY_LABELS: Record<DeliveryStatus, string> = {
  pending: 'Pending',
  delivered: 'Delivered',
  failed: 'Failed',
};

function deliveryRow(
  context: ConsoleContext,
  webhook: Webhook,
  delivery: Delivery,
): (Html | string | number | null)[] {
  const { id, eventType, eventId, status, attempts, nextAttemptAt, createdAt } = delivery;
  return [
    html`${eventType}${idLine(eventId)}`,
    pill(status, DELIVERY_LABELS[status]),
    attempts,
    responseOf(delivery),
    nextAttemptAt && formatTime(nextAttemptAt),
    timeAgo(context, createdAt),
    webhook.status === 'disabled'
      ? html``
      : html`<div class="row-actions">${postButton(context, { path: `/webhooks/${webhook.id}/deliveries/${id}/retry`, label: 'Send again' })}</div>`,
  ];
}

function responseOf({
  responseStatus,
  responseExcerpt,
  error,
}: Omit<AttemptResult, 'outcome'>): Html | string | null {
  const summary = error ?? (responseStatus === null ? null : `Status ${responseStatus}`);
  if (responseExcerpt === null || summary === null) return summary;
  return html`<details><summary>${summary}</summary><pre class="detail-json">${responseExcerpt}</pre></details>`;
}

function testNotice(test: AttemptResult): Html {
  const isDelivered = test.outcome === 'delivered';
  return html`<div class="${isDelivered ? 'done' : 'refused'}" role="status"><p>${
    isDelivered
      ? `The test message was delivered: status ${test.responseStatus}.`
      : html`The test message was not delivered: ${responseOf(test)}`
  }</p></div>`;
}
