import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { truncate } from '../lib/truncate.ts';
import { findTenant } from '../tenants/store.ts';
import { assertNotOffboarded } from '../tenants/tenant.ts';
import { createApiKey } from './create-key.ts';

/**
 * Creates a short-lived key of role `tenant`, for a tenant's own calls.
 * @throws Problem `not_found`; `tenant_not_active` for an offboarded tenant
 */
export async function createTenantToken(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; tenantId: string; expiresInSeconds: number },
): Promise<{ token: string; expiresAt: Date }> {
  const { actor, tenantId, expiresInSeconds } = input;
  const tenant = await findTenant(deps.database, tenantId);
  if (!tenant) throw notFound();
  assertNotOffboarded(tenant.status);
  const expiresAt = new Date(deps.clock.now().getTime() + expiresInSeconds * 1000);
  const token = {
    actor,
    name: truncate(`token of ${tenant.name}`, 200),
    role: 'tenant' as const,
    tenantId,
    tenantIds: null,
    profiles: null,
    expiresAt,
  };
  const { key } = await createApiKey(deps, token, 'tenant_token');
  return { token: key, expiresAt };
}
