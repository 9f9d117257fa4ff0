import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { ExternalIdStatus } from './external-id.ts';
import { findExternalIds } from './store.ts';

/** @throws Problem `not_found`, the same for another tenant's ID as for a missing one */
export async function getExternalId(
  deps: Pick<Deps, 'database'>,
  input: { principal: Principal; tenantId: string },
): Promise<ExternalIdStatus> {
  assertTenantAccess(input.principal, input.tenantId);
  const status = await findExternalIds(deps.database, input.tenantId);
  if (!status.current && status.retired.length === 0) throw notFound();
  return status;
}
