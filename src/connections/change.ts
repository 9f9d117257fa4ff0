import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor, Principal } from '../identity/principal.ts';
import { assertProfile } from '../profiles/assert-profile.ts';
import { lockTenant } from '../tenants/store.ts';
import { type Connection, wasNeverVerified } from './connection.ts';
import { deleteConnection, findConnection, updateConnection } from './store.ts';

interface Target {
  principal: Principal;
  actor: Actor;
  tenantId: string;
  connectionId: string;
}

/**
 * Renames, disables or enables a connection. Disabled, it is refused from the next request on; enabled again, it is
 * pending, since nobody knows what became of the role meanwhile.
 */
export async function changeConnection(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: Target & {
    changes: {
      name?: string | null | undefined;
      profile?: string | null | undefined;
      disabled?: boolean | undefined;
    };
  },
): Promise<Connection> {
  return withConnection(deps, input, async (database, before) => {
    const { name, profile, disabled } = input.changes;
    await assertProfile(database, profile ?? null);
    const becomes = disabled === true ? 'disabled' : before.status === 'disabled' ? 'pending' : before.status;
    await updateConnection(
      database,
      before.id,
      {
        ...(name !== undefined && { name }),
        ...(profile !== undefined && { profile }),
        ...(disabled !== undefined && { status: becomes }),
      },
      deps.clock.now(),
    );
    const after = await findConnection(database, { id: before.id, tenantId: before.tenantId });
    if (!after) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId: after.tenantId,
      actor: input.actor,
      action: 'connection.updated',
      outcome: 'success',
      detail: { connectionId: after.id, name: after.name, profile: after.profile, status: after.status },
    });
    return after;
  });
}

/**
 * Forgets a connection; its role can be registered again, and then has to be verified again.
 * @param input.onlyIfNeverVerified for those who may only take back what came to nothing
 * @throws Problem `not_found`; `conflict` for a role that was proven once, when only others may go
 */
export async function removeConnection(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: Target & { onlyIfNeverVerified?: boolean },
): Promise<void> {
  await withConnection(deps, input, async (database, connection) => {
    const { id, tenantId, roleArn } = connection;
    if (input.onlyIfNeverVerified && !wasNeverVerified(connection)) {
      throw new Problem('conflict', 'This role was connected, so it is not taken off the list here.');
    }
    if (!(await deleteConnection(database, { id, tenantId }))) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId,
      actor: input.actor,
      action: 'connection.deleted',
      outcome: 'success',
      detail: { connectionId: id, roleArn },
    });
  });
}

async function withConnection<T>(
  deps: Pick<Deps, 'database'>,
  input: Target,
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
