import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { Connection } from './connection.ts';
import { findConnection } from './store.ts';

/** @throws Problem `not_found`, the same for another tenant's connection as for a missing one */
export async function getConnection(
  deps: Pick<Deps, 'database'>,
  input: { principal: Principal; tenantId: string; connectionId: string },
): Promise<Connection> {
  assertTenantAccess(input.principal, input.tenantId);
  const connection = await findConnection(deps.database, {
    id: input.connectionId,
    tenantId: input.tenantId,
  });
  if (!connection) throw notFound();
  return connection;
}
