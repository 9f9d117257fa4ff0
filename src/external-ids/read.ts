import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { ExternalIdStatus } from './external-id.ts';
import { readExternalIds } from './store.ts';

/** The IDs of a tenant. Reading never changes one. @throws Problem `not_found`, for another tenant's as for none */
export async function readExternalId(
  deps: Pick<Deps, 'database'>,
  input: { principal: Principal; tenantId: string },
): Promise<ExternalIdStatus> {
  assertTenantAccess(input.principal, input.tenantId);
  const status = await readExternalIds(deps.database, input.tenantId);
  if (!status.current && status.retired.length === 0) throw notFound();
  return status;
}
