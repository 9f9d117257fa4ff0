import type { Connection } from '../../connections/connection.ts';
import type { ChangeEvent } from '../../events/event.ts';
import type { ExternalIdStatus } from '../../external-ids/external-id.ts';
import { type Html, html } from '../../lib/html.ts';
import { checkedAt, formatTime } from '../../pages/components.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ConsoleContext } from '../console-context.ts';
import { confirmedAction, copyable, facts, pageHead, postButton, timeAgo } from './components.ts';
import { statusPill } from './connections.ts';
import { customerMessage } from './customer-message.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';
import { probeList } from './probes.ts';
import { describeEvent, registeredEntry, timeline } from './timeline.ts';

export interface ConnectionView {
  connection: Connection;
  tenant: Tenant;
  externalIds: ExternalIdStatus;
  events: readonly ChangeEvent[];
  done: string | undefined;
}

/** One connection: whether it works and why, the probes as they were, what to tell the customer, and its history. */
export function connectionPage(context: ConsoleContext, view: ConnectionView): Html {
  const { connection, tenant, events, done } = view;
  const path = `/tenants/${tenant.id}/connections/${connection.id}`;
  const title = `Account ${connection.accountId}`;
  const entries = [...events.map(describeEvent), registeredEntry(connection)];
  return layout(
    context,
    `${title}, ${tenant.name}`,
    html`${pageHead({
      context,
      title,
      crumbs: [
        { path: '/tenants', label: 'Tenants' },
        { path: `/tenants/${tenant.id}`, label: tenant.name },
      ],
      status: statusPill(connection),
      lead: copyable('role-arn', 'role ARN', connection.roleArn),
      actions: actions(context, connection, path),
    })}
${doneNotice(done)}
<div class="columns" data-verification="${context.consolePath}${path}/verification"><div>
${outcome(context, connection)}
<section class="card"><h2>Probes ${connection.lastVerification !== null && html`<span class="aside">${checkedAt(context, connection.lastVerification.checkedAt)}</span>`}</h2>
${probeList(connection.lastVerification?.checks ?? [])}</section>
${messageToCustomer(context, view)}
</div><div>
<section class="card"><h2>Details</h2>${details(context, view)}</section>
<section class="card"><h2>History</h2>${timeline(
      context,
      entries.map((entry) => ({ ...entry, account: null })),
    )}
${context.may('audit:read') && html`<p class="small"><a href="${context.consolePath}/audit?connectionId=${connection.id}">Audit events of this connection</a></p>`}</section>
</div></div>`,
  );
}

function actions(context: ConsoleContext, { status }: Connection, path: string): Html {
  const canManage = context.may('connections:manage');
  return html`${
    canManage &&
    (status === 'disabled'
      ? postButton(context, { path: `${path}/enable`, label: 'Enable' })
      : confirmedAction(context, {
          path: `${path}/disable`,
          label: 'Disable',
          explanation: 'Workers get no credentials for it from the next request on. You can enable it again.',
          confirm: 'Disable this connection',
        }))
  }${
    status !== 'disabled' &&
    context.may('connections:verify') &&
    html`<form method="post" action="${context.consolePath}${path}/verification" data-verify-form><button type="submit">Verify now</button></form>`
  }`;
}

const OUTCOMES: Record<Connection['status'], { tone: string; title: string }> = {
  verified: { tone: 'good', title: 'The role enforces the external ID' },
  insecure: { tone: 'bad', title: 'The role can be assumed without exactly the external ID' },
  unreachable: { tone: 'bad', title: 'AWS denies access to the role' },
  pending: { tone: 'pending', title: 'Not verified yet' },
  disabled: { tone: 'pending', title: 'The connection is disabled' },
};

const CONSEQUENCES: Record<Connection['status'], string> = {
  verified: 'Workers get credentials.',
  insecure: 'Workers get no credentials until the customer has changed the trust policy.',
  unreachable: 'Workers get no credentials. It is verified again by itself.',
  pending: 'Workers get no credentials before the first verification succeeds.',
  disabled: 'Workers get no credentials, and it is not verified.',
};

function outcome(context: ConsoleContext, connection: Connection): Html {
  const { status, statusSince, lastVerification: last } = connection;
  const { tone, title } = OUTCOMES[status];
  const isExplained = last !== null && status !== 'disabled' && status !== 'verified';
  return html`<section class="card outcome ${tone}" aria-labelledby="outcome-title"><h2 id="outcome-title">${title}</h2>
<p>${CONSEQUENCES[status]} <span class="muted">Since ${timeAgo(context, statusSince)}.</span></p>
${isExplained && html`<p>${last.explanation}</p>`}
<p role="status" data-live></p></section>`;
}

function messageToCustomer(context: ConsoleContext, { connection, tenant }: ConnectionView): Html {
  const message = customerMessage(connection, {
    vendorName: context.vendorName,
    externalId: tenant.externalId,
  });
  return html`<section class="card"><h2>What to tell the customer</h2>
<div class="code message"><div class="code-bar"><span class="code-label">Message</span><button type="button" class="copy" data-copy="customer-message" hidden>Copy<span class="visually-hidden"> the message</span></button></div><pre id="customer-message" tabindex="0" role="region" aria-label="Message">${message}</pre></div>
${context.may('links:manage') && html`<p class="small">With a <a href="${context.consolePath}/tenants/${tenant.id}#links">connect link</a>, the customer sees the same checks and can repeat them.</p>`}</section>`;
}

function details(context: ConsoleContext, { connection, externalIds }: ConnectionView): Html {
  const { id, name, profile, partition, nextVerificationAt, verifiedExternalIdId } = connection;
  const { current, successor, retired } = externalIds;
  const verified = [current, successor, ...retired].find((one) => one?.id === verifiedExternalIdId);
  const role = verified === successor ? 'successor' : verified === current ? 'current' : 'retired';
  return facts([
    ...(name === null ? [] : ([['Name', name]] as const)),
    ['Access profile', profile ?? 'Default'],
    ['Partition', partition],
    ['Next verification', nextVerification(context, nextVerificationAt)],
    [
      'Verified with',
      verified ? html`<code>${verified.value}</code> <span class="muted">(${role})</span>` : null,
    ],
    ...(successor === null
      ? []
      : ([
          ['Rotation', verified?.id === successor.id ? 'Moved to the successor' : 'Not moved yet'],
        ] as const)),
    ['Connection ID', copyable('connection-id', 'connection ID', id)],
  ]);
}

function nextVerification({ now }: ConsoleContext, at: Date | null): string {
  if (at === null) return 'None: it is disabled';
  return at <= now ? 'Due now' : formatTime(at);
}
