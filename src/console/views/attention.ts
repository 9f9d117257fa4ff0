import type { FleetConnection } from '../../fleet/connections/filter.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Overview } from '../read-overview.ts';
import { formatNumber } from './chart.ts';
import { pill, timeAgo } from './components.ts';
import { connectionPath } from './connections.ts';

interface Item {
  status: Html;
  /** What it is about, as a link to it. */
  subject: Html;
  text: Html | string;
  since: Html | null;
}

/** What somebody has to act on, the most urgent first. */
export function attention(context: ConsoleContext, overview: Overview): Html {
  const { fleet, insecure, unreachable } = overview;
  const items = [
    ...brokerItems(context, overview),
    ...connectionItems(context, insecure, {
      label: 'Not secure',
      text: 'Can be assumed without exactly the external ID',
      total: fleet.connections.insecure,
    }),
    ...connectionItems(context, unreachable, {
      label: 'Unreachable',
      text: 'AWS denies access',
      total: fleet.connections.unreachable,
    }),
    ...webhookItems(context, overview),
    ...keyItems(context, overview),
    ...waitingItems(context, overview),
  ];
  if (items.length === 0) {
    return html`<section class="card all-well" aria-labelledby="attention"><h2 id="attention">Nothing needs attention</h2>
<p class="muted">Every verified role enforces its external ID, and the broker works.</p></section>`;
  }
  return html`<section class="card table-card" aria-labelledby="attention"><h2 id="attention">Needs attention</h2><ul class="attention">${items.map(
    ({ status, subject, text, since }) =>
      html`<li><span class="attention-status">${status}</span><span class="attention-subject">${subject}</span><span class="attention-text muted">${text}</span><span class="attention-since muted">${since}</span></li>`,
  )}</ul></section>`;
}

function brokerItems(context: ConsoleContext, { brokers }: Overview): Item[] {
  return brokers
    .filter(({ state }) => state.status === 'failing')
    .map(({ partition, state }) => ({
      status: pill('failing', 'Broker fails'),
      subject: html`<b>Partition ${partition}</b>`,
      text: html`${state.problem?.detail} ${state.problem?.nextSteps[0]}`,
      since: timeAgo(context, state.statusSince),
    }));
}

function connectionItems(
  context: ConsoleContext,
  connections: readonly FleetConnection[],
  { label, text, total }: { label: string; text: string; total: number },
): Item[] {
  const items = connections.map((connection) => ({
    status: pill(connection.status, label),
    subject: html`<a href="${connectionPath(context, connection)}">${connection.tenant.name}, account ${connection.accountId}</a>`,
    text,
    since: timeAgo(context, connection.statusSince),
  }));
  const [first] = connections;
  if (first === undefined || total <= connections.length) return items;
  const more = html`<a href="${context.consolePath}/connections?status=${first.status}">All ${formatNumber(total)} of them</a>`;
  return [...items, { status: pill(first.status, label), subject: more, text: '', since: null }];
}

function webhookItems(context: ConsoleContext, { webhooks }: Overview): Item[] {
  return webhooks.map(({ id, url, status, since }) => ({
    status: pill('failing', status === 'disabled' ? 'Webhook disabled' : 'Webhook fails'),
    subject: html`<a href="${context.consolePath}/webhooks/${id}">${new URL(url).host}</a>`,
    text:
      status === 'disabled'
        ? 'Deliveries failed, so it gets no events any more'
        : 'Deliveries fail, and are repeated',
    since: timeAgo(context, since),
  }));
}

function keyItems({ consolePath }: ConsoleContext, { keys }: Overview): Item[] {
  return keys.map(({ name, role, expiresAt }) => ({
    status: pill('pending', 'Key expires'),
    subject: html`<a href="${consolePath}/api-keys">${name}</a>`,
    text: html`API key of role ${role}, until ${formatTime(expiresAt)}`,
    since: null,
  }));
}

/** What waits for customers: one line for each kind, because it is theirs to act. */
function waitingItems({ consolePath }: ConsoleContext, { fleet, pending }: Overview): Item[] {
  const waiting = fleet.connections.pending;
  const [first] = pending;
  return [
    ...(first === undefined
      ? []
      : [
          {
            status: pill('pending', 'Waiting'),
            subject: html`<a href="${consolePath}/connections?status=pending">${formatNumber(waiting)} registered ${waiting === 1 ? 'role' : 'roles'}</a>`,
            text: 'The customer has not created or corrected the role yet',
            since: null,
          },
        ]),
    ...(fleet.legacy.toMove === 0
      ? []
      : [
          {
            status: pill('pending', 'Import'),
            subject: html`<a href="${consolePath}/connections?legacy=true">${formatNumber(fleet.legacy.toMove)} imported ${fleet.legacy.toMove === 1 ? 'role' : 'roles'}</a>`,
            text: 'The customer still has to put the new external ID into the role',
            since: null,
          },
        ]),
  ];
}
