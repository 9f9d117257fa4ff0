import type { SearchTerm } from '../fleet/search/search-term.ts';

interface Found {
  tenants: readonly { id: string }[];
  connections: readonly { id: string; tenantId: string }[];
}

/**
 * The page that a search means, below the console's own path; null: there are several. What names an account, a role or a
 * connection means the connection; anything else means the tenant, whose connections were found with it.
 */
export function findOnlyHit(term: SearchTerm, { tenants, connections }: Found): string | null {
  const [connection] = connections;
  const namesConnection =
    term.accountId !== undefined ||
    term.roleArn !== undefined ||
    (term.resource !== undefined && term.resource.type !== 'tenant');
  if (namesConnection && connection !== undefined)
    return connections.length === 1 ? `/tenants/${connection.tenantId}/connections/${connection.id}` : null;
  const [tenant] = tenants;
  return tenants.length === 1 && tenant !== undefined ? `/tenants/${tenant.id}` : null;
}
