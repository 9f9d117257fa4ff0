import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import { issueExternalId } from '../external-ids/store.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { findTenant, insertTenant } from './store.ts';
import type { Metadata, Tenant } from './tenant.ts';

/** Creates a tenant and its external ID. The database generates the ID, so no input can influence it. */
export async function createTenant(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; name: string; reference: string | null; metadata: Metadata },
): Promise<Tenant> {
  const { actor, ...properties } = input;
  const id = newId('tenant');
  return deps.database.transaction(async (database) => {
    await insertTenant(database, { id, ...properties, now: deps.clock.now() });
    await issueExternalId(database, { tenantId: id, state: 'current' });
    const tenant = await findTenant(database, id);
    if (!tenant) throw new Error(`tenant ${id} is missing in the transaction that created it`);
    await recordEvents(
      database,
      deps.clock,
      {
        tenantId: id,
        actor,
        action: 'tenant.created',
        outcome: 'success',
        detail: { name: tenant.name, reference: tenant.reference },
      },
      {
        tenantId: id,
        actor,
        action: 'external_id.issued',
        outcome: 'success',
        detail: { externalId: tenant.externalId },
      },
    );
    await recordChange(database, deps.clock, {
      type: 'tenant.created',
      tenantId: id,
      connectionId: null,
      data: { status: tenant.status, externalId: tenant.externalId },
    });
    return tenant;
  });
}
