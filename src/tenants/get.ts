import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { findTenant } from './store.ts';
import type { Tenant } from './tenant.ts';

/** @throws Problem `not_found`, the same for another tenant's ID as for a missing one */
export async function getTenant(
  deps: Pick<Deps, 'database'>,
  input: { principal: Principal; tenantId: string },
): Promise<Tenant> {
  assertTenantAccess(input.principal, input.tenantId);
  const tenant = await findTenant(deps.database, input.tenantId);
  if (!tenant) throw notFound();
  return tenant;
}
