import type { ImportRow, RowError } from './import-row.ts';
import type { ExistingConnection, ExistingTenant } from './store.ts';

/** A tenant as it is after the rows before; without IDs for what a dry run would create. */
export type KnownTenant = Omit<ExistingTenant, 'id' | 'connections'> & {
  id: string | null;
  connections: KnownConnection[];
};
export type KnownConnection = Omit<ExistingConnection, 'id'> & { id: string | null };

export type Decision =
  | { outcome: 'created' }
  | { outcome: 'role_added'; tenant: KnownTenant }
  | { outcome: 'unchanged'; tenant: KnownTenant; connection: KnownConnection }
  | { outcome: 'conflict'; tenant: KnownTenant; error: RowError };

/**
 * Decides about a valid row. A role is added to a tenant only if the name is the same too: a reference that was mistaken for
 * another customer's would give that customer access to this one's role.
 */
export function decideRow(row: ImportRow, tenant: KnownTenant | undefined): Decision {
  if (!tenant) return { outcome: 'created' };
  const connection = tenant.connections.find(({ roleArn }) => roleArn === row.roleArn);
  if (connection) return { outcome: 'unchanged', tenant, connection };
  const error = findConflict(row, tenant);
  return error ? { outcome: 'conflict', tenant, error } : { outcome: 'role_added', tenant };
}

function findConflict({ name }: ImportRow, tenant: KnownTenant): RowError | null {
  if (tenant.status === 'suspended') {
    const detail = 'The tenant with this reference is suspended. Reactivate it, then send this row again.';
    return { code: 'tenant_not_active', detail };
  }
  if (tenant.name === name) return null;
  return {
    code: 'conflict',
    detail:
      'The tenant with this reference has another name and not this role. If the role belongs to that customer, send this row with the name of the tenant. Otherwise correct the reference.',
  };
}
