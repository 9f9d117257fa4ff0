import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { ExternalIdStatus } from '../external-ids/external-id.ts';
import { issueExternalId, readExternalIds } from '../external-ids/store.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { lockTenant } from '../tenants/store.ts';

/** Issues the successor. The old ID stays in force until the rotation is completed; nothing stops working. */
export async function startRotation(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { principal: Principal; actor: Actor; tenantId: string },
): Promise<ExternalIdStatus> {
  const { actor, tenantId } = input;
  assertTenantAccess(input.principal, tenantId);
  return deps.database.transaction(async (database) => {
    const status = await lockTenant(database, tenantId);
    if (status === null) throw notFound();
    if (status !== 'active') {
      throw new Problem('tenant_not_active', `This tenant is ${status}; its external ID is not rotated.`);
    }
    if ((await readExternalIds(database, tenantId)).successor) {
      throw new Problem('conflict', 'A rotation is running already. Complete or cancel it first.');
    }
    const externalId = await issueExternalId(database, { tenantId, state: 'successor' });
    const detail = { externalId };
    await recordEvents(
      database,
      deps.clock,
      { tenantId, actor, action: 'external_id.issued', outcome: 'success', detail },
      { tenantId, actor, action: 'rotation.started', outcome: 'success', detail },
    );
    return readExternalIds(database, tenantId);
  });
}
