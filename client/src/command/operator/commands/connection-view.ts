import type { Connection, ConnectionWithTenant, Verification } from '../../../generated/schemas.ts';
import type { View } from '../command.ts';
import { formatFields, formatText } from '../view/fields.ts';
import { type Column, formatTable } from '../view/table.ts';
import { formatAge, formatTimeAndAge } from '../view/time.ts';

/** What people need to recognize a tenant. */
export const labelOf = ({ name, reference }: { name: string; reference: string | null }): string =>
  reference === null ? name : `${name} (${reference})`;

const CONNECTION_COLUMNS: readonly Column<Connection>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'STATUS', cell: ({ status }) => status, isStatus: true },
  { title: 'SINCE', cell: ({ statusSince }, { now }) => formatAge(statusSince, now) },
  { title: 'ACCOUNT', cell: ({ accountId }) => accountId, isOptional: true },
];

const TENANT_COLUMN: Column<ConnectionWithTenant> = {
  title: 'TENANT',
  cell: ({ tenant }) => labelOf(tenant),
  isFlexible: true,
};

const REASON_COLUMN: Column<Connection> = {
  title: 'REASON',
  cell: ({ statusReason }) => statusReason,
  isFlexible: true,
  isOptional: true,
};

/** Formats the connections of one tenant. */
export function formatConnections(connections: readonly Connection[], view: View): string {
  return formatTable([...CONNECTION_COLUMNS, REASON_COLUMN], connections, view);
}

export function formatConnectionsOfTenants(connections: readonly ConnectionWithTenant[], view: View): string {
  return formatTable([...CONNECTION_COLUMNS, TENANT_COLUMN, REASON_COLUMN], connections, view);
}

/** Formats one connection: what is wrong with it, since when, and what the customer has to do. */
export function formatConnection(connection: ConnectionWithTenant, view: View): string {
  const {
    id,
    tenant,
    name,
    roleArn,
    profile,
    status,
    statusSince,
    nextVerificationAt,
    lastVerification,
    legacy,
  } = connection;
  const { now } = view;
  const fields = formatFields(
    [
      ['Connection', id],
      ['Name', name],
      ['Tenant', labelOf(tenant)],
      ['Tenant ID', tenant.id],
      ['Role', roleArn],
      ['Profile', profile],
      ['Imported', legacy ? "the customer still has to change the role to this tenant's external ID" : null],
      ['Status', `${status} since ${formatTimeAndAge(statusSince, now)}`, status],
      ['Last check', lastVerification && formatLastCheck(lastVerification, now)],
      ['Next check', nextVerificationAt && formatTimeAndAge(nextVerificationAt, now)],
    ],
    view,
  );
  return fields + (lastVerification === null ? '' : `\n${formatExplanation(lastVerification, view)}`);
}

const formatLastCheck = ({ outcome, checkedAt }: Verification, now: Date): string =>
  `${outcome}, ${formatTimeAndAge(checkedAt, now)}`;

/** Formats the explanation of a verification, and what the customer can do. Both may be sent to the customer as they are. */
export function formatExplanation({ explanation, nextSteps }: Verification, view: View): string {
  const steps = nextSteps.map((step) => formatText(step, view, '- ')).join('');
  return formatText(explanation, view) + (steps === '' ? '' : `\nWhat the customer can do:\n${steps}`);
}
