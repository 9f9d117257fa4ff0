import type { Database } from '../../database/database.ts';
import type { Deps } from '../../deps.ts';
import { findTenantOfExternalId } from '../../external-ids/store.ts';
import { findTenantsById } from '../../tenants/store.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ConnectionFilter, FleetConnection } from '../connections/filter.ts';
import { findConnectionPositions, findConnectionsWithTenants } from '../connections/store.ts';
import { parseSearchTerm, type SearchTerm } from './search-term.ts';
import { findOwners, findTenantsByName, findTenantsByReference } from './store.ts';

/** The maximum of tenants, and of connections. */
export const MAX_RESULTS = 20;

/**
 * Finds tenants and connections by whatever names them. Tenants that were found exactly come with their connections, and
 * connections with their tenants; tenants that were found by the beginning of their name come last, and alone.
 */
export async function search(
  { database }: Pick<Deps, 'database'>,
  text: string,
): Promise<{ tenants: Tenant[]; connections: FleetConnection[] }> {
  const term = parseSearchTerm(text);
  const [owners, tenants, named, filtered] = await Promise.all([
    term.resource === undefined ? [] : findOwners(database, term.resource, MAX_RESULTS),
    findTenants(database, term),
    findTenantsByName(database, text, MAX_RESULTS),
    listIds(database, connectionFilterOf(term)),
  ]);
  // An ID that leads to one connection means this one, and not all others of its tenant.
  const ofOne = owners.flatMap(({ connectionId }) => connectionId ?? []);
  const whole = [...tenants, ...owners.filter((one) => one.connectionId === null).map((one) => one.tenantId)];
  const ofWhole = await Promise.all(whole.map((tenantId) => listIds(database, { tenantId })));
  const connectionIds = unique([...ofOne, ...filtered, ...ofWhole.flat()]);
  const connections = await findConnectionsWithTenants(database, connectionIds);
  const tenantIds = unique([...tenants, ...[...owners, ...connections].map((one) => one.tenantId), ...named]);
  return { tenants: await findTenantsById(database, tenantIds), connections };
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)].slice(0, MAX_RESULTS);

/** The tenants whose reference the text is, and the one to which it was issued. */
async function findTenants(database: Database, { text, externalId }: SearchTerm): Promise<string[]> {
  const [issuedTo, byReference] = await Promise.all([
    externalId === undefined ? null : findTenantOfExternalId(database, externalId),
    findTenantsByReference(database, text, MAX_RESULTS),
  ]);
  return unique([...(issuedTo === null ? [] : [issuedTo]), ...byReference]);
}

function connectionFilterOf({ accountId, roleArn, roleName }: SearchTerm): ConnectionFilter | null {
  return accountId === undefined && roleArn === undefined ? null : { accountId, roleArn, roleName };
}

async function listIds(database: Database, filter: ConnectionFilter | null): Promise<string[]> {
  if (filter === null) return [];
  const found = await findConnectionPositions(database, filter, { after: null, limit: MAX_RESULTS });
  return found.map(({ id }) => id);
}
