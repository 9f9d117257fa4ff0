import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { lockTenant } from '../tenants/store.ts';
import type { Connection } from './connection.ts';
import { findConnection } from './store.ts';

export interface ConnectionInput {
  principal: Principal;
  actor: Actor;
  tenantId: string;
  connectionId: string;
}

/** Runs `work` in a transaction that holds the tenant's lock. @throws Problem `not_found` */
export async function withLockedConnection<T>(
  deps: Pick<Deps, 'database'>,
  input: ConnectionInput,
  work: (database: Deps['database'], connection: Connection) => Promise<T>,
): Promise<T> {
  assertTenantAccess(input.principal, input.tenantId);
  return deps.database.transaction(async (database) => {
    await lockTenant(database, input.tenantId);
    const connection = await findConnection(database, { id: input.connectionId, tenantId: input.tenantId });
    if (!connection) throw notFound();
    return work(database, connection);
  });
}
