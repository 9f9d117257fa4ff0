import { CountersignError } from '../../../error.ts';
import type { CountersignClient } from '../../../generated/operations.ts';
import type { ConnectionWithTenant } from '../../../generated/schemas.ts';

/**
 * Finds the ID of a tenant by its ID or its reference.
 * @throws CountersignError `not_found`
 */
export async function findTenantId(client: CountersignClient, tenant: string): Promise<string> {
  if (tenant.startsWith('tenant_')) return tenant;
  const { data } = await client.listTenants({ reference: tenant });
  const [found] = data;
  if (found === undefined) {
    throw new CountersignError(
      'not_found',
      `There is no tenant with the reference "${tenant}". Pass its ID or reference; countersign search finds both by name.`,
    );
  }
  return found.id;
}

/**
 * Finds a connection by its ID alone.
 * @throws CountersignError `not_found`
 */
export async function findConnection(
  client: CountersignClient,
  connectionId: string,
): Promise<ConnectionWithTenant> {
  const { connections } = await client.search({ q: connectionId });
  const connection = connections.find(({ id }) => id === connectionId);
  if (connection !== undefined) return connection;
  throw new CountersignError(
    'not_found',
    `There is no connection with the ID "${connectionId}". countersign search finds it by account, role or tenant.`,
  );
}
