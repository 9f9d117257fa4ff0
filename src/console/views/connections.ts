import { CONNECTION_STATUSES } from '../../connections/connection.ts';
import type { ConnectionFilter, FleetConnection } from '../../fleet/connections/filter.ts';
import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { filterForm, pageHead, pager, pill, selectField, table, textField, timeAgo } from './components.ts';
import { CONNECTION_STATUS_LABELS } from './labels.ts';
import { layout } from './layout.ts';

export interface ConnectionsView {
  connections: readonly FleetConnection[];
  nextCursor: string | null;
  filter: Pick<ConnectionFilter, 'status' | 'accountId' | 'tenantId' | 'profile' | 'partition' | 'legacy'>;
  /** The partitions of AWS that the vendor works in. */
  partitions: readonly string[];
}

/** The connections of all tenants. */
export function connectionsPage(context: ConsoleContext, view: ConnectionsView): Html {
  const { connections, nextCursor, filter, partitions } = view;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return layout(
    context,
    'Connections',
    html`${pageHead({ context, title: 'Connections', lead: "The roles in customers' AWS accounts." })}
${filterForm(context, '/connections', [
  selectField(
    'status',
    'Status',
    CONNECTION_STATUSES.map((status) => [status, CONNECTION_STATUS_LABELS[status]] as const),
    filter.status,
  ),
  textField('accountId', 'AWS account', filter.accountId, '111122223333'),
  textField('profile', 'Access profile', filter.profile, 'read-only'),
  ...(partitions.length > 1
    ? [
        selectField(
          'partition',
          'Partition',
          partitions.map((partition) => [partition, partition] as const),
          filter.partition,
        ),
      ]
    : []),
  selectField('legacy', 'Imported, not moved yet', [['true', 'Yes']], filter.legacy ? 'true' : undefined),
  ...(filter.tenantId === undefined
    ? []
    : [html`<input type="hidden" name="tenantId" value="${filter.tenantId}">`]),
])}
${connectionTable(context, connections, isFiltered ? 'No connection matches.' : 'No customer has registered a role yet.')}
${pager(context, nextCursor)}`,
  );
}

/** Rows by which support recognizes a connection: whose it is, the account and role, and since when it is as it is. */
export function connectionTable(
  context: ConsoleContext,
  connections: readonly FleetConnection[],
  empty: Html | string,
  { isOfOneTenant = false } = {},
): Html {
  return table({
    label: 'Connections',
    columns: [
      'Account',
      ...(isOfOneTenant ? [] : [{ label: 'Tenant', kind: 'minor' } as const]),
      'Status',
      { label: 'Since', kind: 'minor' },
      { label: 'Role', kind: 'minor' },
      ...(isOfOneTenant ? [] : [{ label: 'Last checked', kind: 'minor' } as const]),
    ],
    rows: connections.map((connection) => [
      html`<a href="${connectionPath(context, connection)}">${connection.accountId}</a>${!isOfOneTenant && html`<span class="phone-only muted">${connection.tenant.name}</span>`}`,
      ...(isOfOneTenant
        ? []
        : [
            html`<a class="plain-link" href="${context.consolePath}/tenants/${connection.tenant.id}">${connection.tenant.name}</a>`,
          ]),
      statusPill(connection),
      timeAgo(context, connection.statusSince),
      html`<code>${connection.roleArn.split(':role/').at(-1)}</code>`,
      ...(isOfOneTenant
        ? []
        : [connection.lastVerification && timeAgo(context, connection.lastVerification.checkedAt)]),
    ]),
    empty,
  });
}

export const statusPill = ({ status, legacy }: Pick<FleetConnection, 'status' | 'legacy'>): Html =>
  html`${pill(status, CONNECTION_STATUS_LABELS[status])}${legacy && html` <span class="tag">imported</span>`}`;

export const connectionPath = (
  { consolePath }: ConsoleContext,
  { id, tenantId }: { id: string; tenantId: string },
): string => `${consolePath}/tenants/${tenantId}/connections/${id}`;
