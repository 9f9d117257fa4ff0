import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findTenant, lockTenant, type TenantChanges, updateTenant } from './store.ts';
import type { Tenant } from './tenant.ts';

/** Changes what may change; suspending holds from the next request on. An offboarded tenant stays as it is. */
export async function changeTenant(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; tenantId: string; changes: TenantChanges },
): Promise<Tenant> {
  return deps.database.transaction(async (database) => {
    const status = await lockTenant(database, input.tenantId);
    if (status === null) throw notFound();
    if (status === 'offboarded') {
      throw new Problem(
        'tenant_not_active',
        'This tenant was offboarded, which is for ever. Create a new tenant.',
      );
    }
    await updateTenant(database, input.tenantId, input.changes, deps.clock.now());
    const tenant = await findTenant(database, input.tenantId);
    if (!tenant) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId: tenant.id,
      actor: input.actor,
      action: 'tenant.updated',
      outcome: 'success',
      detail: { changed: Object.keys(input.changes).sort(), status: tenant.status },
    });
    return tenant;
  });
}
