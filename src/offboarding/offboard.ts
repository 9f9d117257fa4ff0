import { revokeTenantKeys } from '../access/store.ts';
import { recordEvents } from '../audit/record.ts';
import { disableConnections } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import { retireExternalIds } from '../external-ids/store.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { lockTenant, updateTenant } from '../tenants/store.ts';

/**
 * Offboards a tenant: disables its connections, revokes its tokens and retires its external IDs, which are never issued
 * again. Repeating it changes nothing.
 * @throws Problem `not_found`
 */
export async function offboardTenant(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; tenantId: string },
): Promise<void> {
  const { actor, tenantId } = input;
  await deps.database.transaction(async (database) => {
    const status = await lockTenant(database, tenantId);
    if (status === null) throw notFound();
    if (status === 'offboarded') return;
    const now = deps.clock.now();
    await updateTenant(database, tenantId, { status: 'offboarded' }, now);
    await disableConnections(database, tenantId, now);
    await revokeTenantKeys(database, tenantId, now);
    const retired = await retireExternalIds(database, tenantId);
    await recordEvents(
      database,
      deps.clock,
      { tenantId, actor, action: 'tenant.offboarded', outcome: 'success', detail: {} },
      ...retired.map((externalId) => ({
        tenantId,
        actor,
        action: 'external_id.retired' as const,
        outcome: 'success' as const,
        detail: { externalId },
      })),
    );
    await recordChange(database, deps.clock, {
      type: 'tenant.offboarded',
      tenantId,
      connectionId: null,
      data: { status: 'offboarded', previousStatus: status },
    });
  });
}
