import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import type { ExternalIdStatus } from '../external-ids/external-id.ts';
import { findExternalIds, issueExternalId } from '../external-ids/store.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { Problem } from '../http/problem.ts';
import { lockActiveTenant } from '../tenants/store.ts';
import type { RotationInput } from './rotation.ts';

/**
 * Issues the successor. The current external ID stays valid until the rotation is completed, so nothing stops working.
 * @throws Problem `not_found`, `tenant_not_active`, `conflict` (a rotation is running)
 */
export async function startRotation(
  deps: Pick<Deps, 'database' | 'clock'>,
  { principal, actor, tenantId }: RotationInput,
): Promise<ExternalIdStatus> {
  assertTenantAccess(principal, tenantId);
  return deps.database.transaction(async (database) => {
    await lockActiveTenant(database, tenantId);
    const { current, successor } = await findExternalIds(database, tenantId);
    if (successor)
      throw new Problem('conflict', 'A rotation is already running. Complete or cancel it first.');
    const externalId = await issueExternalId(database, { tenantId, state: 'successor' });
    const detail = { externalId };
    await recordEvents(
      database,
      deps.clock,
      { tenantId, actor, action: 'external_id.issued', outcome: 'success', detail },
      { tenantId, actor, action: 'rotation.started', outcome: 'success', detail },
    );
    await recordChange(database, deps.clock, {
      type: 'rotation.started',
      tenantId,
      connectionId: null,
      data: { externalId: current?.value ?? null, successor: externalId },
    });
    return findExternalIds(database, tenantId);
  });
}
