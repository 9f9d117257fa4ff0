import { CONNECTION_STATUSES } from '../../connections/connection.ts';
import { type Html, html } from '../../lib/html.ts';
import { TENANT_STATUSES, type Tenant, type TenantStatus } from '../../tenants/tenant.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { StatusCounts } from '../store.ts';
import {
  filterForm,
  formTokenField,
  pageHead,
  pager,
  pill,
  selectField,
  table,
  textField,
  timeAgo,
} from './components.ts';
import { CONNECTION_STATUS_LABELS, TENANT_STATUS_LABELS } from './labels.ts';
import { layout } from './layout.ts';

export interface TenantsView {
  tenants: readonly Tenant[];
  connections: ReadonlyMap<string, StatusCounts>;
  nextCursor: string | null;
  filter: { status: TenantStatus | undefined; reference: string | undefined };
}

export function tenantsPage(context: ConsoleContext, view: TenantsView): Html {
  const { tenants, connections, nextCursor, filter } = view;
  const isFiltered = filter.status !== undefined || filter.reference !== undefined;
  return layout(
    context,
    'Tenants',
    html`${pageHead({
      context,
      title: 'Tenants',
      lead: 'Your customers, in the order of their creation.',
      actions:
        context.may('tenants:manage') &&
        html`<a class="button" href="${context.consolePath}/tenants/new">New tenant</a>`,
    })}
${filterForm(context, '/tenants', [
  selectField(
    'status',
    'Status',
    TENANT_STATUSES.map((status) => [status, TENANT_STATUS_LABELS[status]] as const),
    filter.status,
  ),
  textField('reference', 'Reference', filter.reference, 'customer-4711'),
])}
${tenantTable(context, tenants, connections, isFiltered ? 'No tenant matches.' : noTenants(context))}
${pager(context, nextCursor)}`,
  );
}

function noTenants({ consolePath, may }: ConsoleContext): Html {
  return html`<p>There are no tenants yet. Each customer gets a tenant, and with it an external ID of its own.</p>
${may('tenants:manage') && html`<p><a class="button" href="${consolePath}/tenants/new">Create the first tenant</a></p>`}`;
}

/** @param connections null: they are in a list of their own */
export function tenantTable(
  context: ConsoleContext,
  tenants: readonly Tenant[],
  connections: ReadonlyMap<string, StatusCounts> | null,
  empty: Html | string,
): Html {
  return table({
    label: 'Tenants',
    columns: [
      'Name',
      { label: 'Reference', kind: 'minor' },
      { label: 'Status', kind: 'minor' },
      ...(connections === null ? [] : ['Connections']),
      { label: 'External ID', kind: 'minor' },
      { label: 'Created', kind: 'minor' },
    ],
    rows: tenants.map((tenant) => [
      html`<a href="${context.consolePath}/tenants/${tenant.id}">${tenant.name}</a>${tenant.status !== 'active' && html`<span class="phone-only">${statusPill(tenant)}</span>`}`,
      tenant.reference && html`<span class="nowrap">${tenant.reference}</span>`,
      statusPill(tenant),
      ...(connections === null ? [] : [statusCounts(connections.get(tenant.id) ?? {})]),
      html`<code>${tenant.externalId}</code>`,
      timeAgo(context, tenant.createdAt),
    ]),
    empty,
  });
}

const statusPill = ({ status }: Tenant): Html => pill(status, TENANT_STATUS_LABELS[status]);

function statusCounts(counts: StatusCounts): Html | null {
  const present = CONNECTION_STATUSES.filter((status) => (counts[status] ?? 0) > 0);
  if (present.length === 0) return null;
  return html`<span class="counts">${present.map((status) => pill(status, `${counts[status]} ${CONNECTION_STATUS_LABELS[status].toLowerCase()}`))}</span>`;
}

export interface NewTenantView {
  rejected: { name: string; reference: string; message: string } | null;
}

export function newTenantPage(context: ConsoleContext, { rejected }: NewTenantView): Html {
  return layout(
    context,
    'New tenant',
    html`${pageHead({ context, title: 'New tenant', crumbs: [{ path: '/tenants', label: 'Tenants' }], lead: 'Its external ID is generated, and cannot be chosen.' })}
<section class="card form-card"><form method="post" action="${context.consolePath}/tenants">${formTokenField(context)}
<label for="name">Name</label><input id="name" name="name" required maxlength="200" autofocus autocomplete="off" value="${rejected?.name}">
<label for="reference">Reference <span class="hint">optional: your own ID of this customer</span></label><input id="reference" name="reference" maxlength="200" autocomplete="off" value="${rejected?.reference}">
<p class="field-status${rejected && ' bad'}" role="status">${rejected?.message}</p>
<button type="submit">Create tenant</button></form></section>`,
  );
}
