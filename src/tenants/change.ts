import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findTenant, lockTenant, type TenantChanges, updateTenant } from './store.ts';
import { assertNotOffboarded, type Tenant } from './tenant.ts';

/**
 * Changes a tenant. A suspension applies from the next request on, on every replica.
 * @throws Problem `not_found`, `conflict` (reference taken), `tenant_not_active` (offboarded)
 */
export async function changeTenant(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; tenantId: string; changes: TenantChanges },
): Promise<Tenant> {
  return deps.database.transaction(async (database) => {
    const status = await lockTenant(database, input.tenantId);
    if (status === null) throw notFound();
    assertNotOffboarded(status);
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
    if (tenant.status !== status) {
      await recordChange(database, deps.clock, {
        type: tenant.status === 'suspended' ? 'tenant.suspended' : 'tenant.resumed',
        tenantId: tenant.id,
        connectionId: null,
        data: { status: tenant.status, previousStatus: status },
      });
    }
    return tenant;
  });
}
