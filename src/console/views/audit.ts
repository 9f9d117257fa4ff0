import { AUDIT_ACTIONS } from '../../audit/audit-event.ts';
import type { Verification } from '../../audit/chain/verify-chains.ts';
import type { toEventBody } from '../../audit/list.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import type { ConsoleContext } from '../console-context.ts';
import {
  facts,
  filterForm,
  pageHead,
  pager,
  pill,
  postButton,
  selectField,
  table,
  textField,
} from './components.ts';
import { layout } from './layout.ts';

type AuditEvent = ReturnType<typeof toEventBody>;

export interface AuditView {
  events: readonly AuditEvent[];
  /** The names of the tenants of these events, by their IDs. */
  tenantNames: ReadonlyMap<string, string>;
  nextCursor: string | null;
  filter: Partial<Record<'tenantId' | 'connectionId' | 'action' | 'from' | 'to', string | undefined>>;
}

export function auditPage(context: ConsoleContext, view: AuditView): Html {
  const { events, tenantNames, nextCursor, filter } = view;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return layout(
    context,
    'Audit log',
    html`${pageHead({
      context,
      title: 'Audit log',
      lead: 'Who did what. Each event contains the hash of the one before.',
      actions: context.may('audit:checkpoint') && proofActions(context, filter.tenantId),
    })}
${filterForm(context, '/audit', [
  selectField(
    'action',
    'Action',
    AUDIT_ACTIONS.map((action) => [action, action] as const),
    filter.action,
  ),
  textField('tenantId', 'Tenant ID', filter.tenantId, 'tenant_…'),
  textField('connectionId', 'Connection ID', filter.connectionId, 'connection_…'),
  dateField('from', 'From', filter.from),
  dateField('to', 'To', filter.to),
])}
${table({
  label: 'Audit events',
  columns: [
    'Time',
    'Action',
    'By',
    { label: 'Tenant', kind: 'minor' },
    { label: 'Details', kind: 'minor' },
    { label: 'Sealed', kind: 'minor' },
  ],
  rows: events.map((event) => eventRow(context, event, tenantNames)),
  empty: isFiltered ? 'No event matches.' : 'Nothing has been recorded yet.',
})}
${pager(context, nextCursor)}`,
  );
}

function proofActions(context: ConsoleContext, tenantId: string | undefined): Html {
  const query = tenantId === undefined ? '' : `?${new URLSearchParams({ tenantId })}`;
  return html`${postButton(context, { path: '/audit/verification', label: 'Verify the log' })}
<a class="button secondary" href="${context.consolePath}/audit/checkpoint">Signed checkpoint</a>
<a class="button secondary" href="${context.consolePath}/audit/export${query}">Export</a>
${context.may('evidence:read') && html`<a class="button secondary" href="${context.consolePath}/evidence">Evidence report</a>`}`;
}

function dateField(name: string, label: string, value: string | undefined): Html {
  return html`<div><label for="filter-${name}">${label}</label><input id="filter-${name}" name="${name}" type="date" value="${value}"></div>`;
}

function eventRow(
  context: ConsoleContext,
  event: AuditEvent,
  tenantNames: AuditView['tenantNames'],
): (Html | string | null)[] {
  const { at, action, actor, outcome, tenantId, detail, sequence, requestId } = event;
  return [
    html`<time class="nowrap" datetime="${at}">${formatTime(at)}</time>`,
    html`<code>${action}</code>${outcome === 'failure' && html` ${pill('failed', 'Failed')}`}`,
    html`${actor.name}<br><span class="muted">${ACTORS[actor.type]}</span>`,
    tenantId &&
      html`<a class="plain-link" href="${context.consolePath}/tenants/${tenantId}">${tenantNames.get(tenantId) ?? tenantId}</a>`,
    html`<details><summary>Show</summary><pre class="detail-json">${JSON.stringify({ ...detail, requestId, actorId: actor.id }, null, 1)}</pre></details>`,
    sequence === null ? 'Within a second' : `No. ${sequence}`,
  ];
}

const ACTORS: Record<AuditEvent['actor']['type'], string> = {
  api_key: 'API key',
  connect_link: 'Connect link',
  oidc: 'Worker identity',
  staff: 'Staff',
  system: 'Countersign itself',
};

/** Whether the log is as it was written, and what is wrong with it otherwise. */
export function auditVerificationPage(
  context: ConsoleContext,
  verification: Verification & { unsealed: number },
): Html {
  const { events, chains, findings, omittedFindings, unsealed } = verification;
  const isIntact = findings.length === 0;
  const title = isIntact ? 'The audit log is intact' : 'The audit log was changed';
  return layout(
    context,
    title,
    html`${pageHead({ context, title, crumbs: [{ path: '/audit', label: 'Audit log' }] })}
<section class="card outcome ${isIntact ? 'good' : 'bad'}" role="status">
<p>${
      isIntact
        ? 'Every event has its hash, and no number is missing in any chain.'
        : 'These events are not what was written. Keep a copy of the database, and compare it with the checkpoints that you stored elsewhere.'
    }</p>
${!isIntact && html`<ul>${findings.map((finding) => html`<li>${finding.message}</li>`)}${omittedFindings > 0 && html`<li>and ${omittedFindings} more</li>`}</ul>`}
${facts([
  ['Events', events.toLocaleString('en-US')],
  ['Chains', chains.toLocaleString('en-US')],
  ['Not sealed yet', unsealed.toLocaleString('en-US')],
  ['Verified', formatTime(context.now)],
])}</section>
<p class="muted">The owner of the database could write a new log with new hashes. Only a checkpoint that lies elsewhere proves that nobody did: <code>countersign audit verify --checkpoint</code>.</p>`,
  );
}
