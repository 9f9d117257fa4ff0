import { assertTenant, type Principal } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { readExternalIds } from '../external-ids/store.ts';
import { notFound, Problem } from '../http/problem.ts';
import { findTenant } from '../tenants/store.ts';
import type { KitInput } from './setup-kit.ts';

/** What a tenant's kit is made from: both external IDs while a rotation runs. Reading it changes nothing. */
export async function getSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: { principal: Principal; tenantId: string },
): Promise<KitInput> {
  assertTenant(input.principal, input.tenantId);
  const tenant = await findTenant(deps.database, input.tenantId);
  if (!tenant) throw notFound();
  const { current, successor } = await readExternalIds(deps.database, tenant.id);
  if (!current)
    throw new Problem('tenant_not_active', 'This tenant was offboarded; there is nothing to set up.');
  const { vendor, role, permissions, templateUrl, region } = deps.config;
  return {
    tenantId: tenant.id,
    externalIds: successor ? [current.value, successor.value] : [current.value],
    vendor,
    role,
    permissions,
    templateUrl,
    region,
  };
}
