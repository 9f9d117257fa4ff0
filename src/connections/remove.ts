import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import { notFound, Problem } from '../http/problem.ts';
import { wasNeverVerified } from './connection.ts';
import { connectionEvent } from './connection-event.ts';
import { deleteConnection } from './store.ts';
import { type ConnectionInput, withLockedConnection } from './with-locked-connection.ts';

/**
 * Deletes a connection. Its role can be registered again and must then be verified again.
 * @param input.onlyIfNeverVerified true for callers who may only undo a registration that was never used
 * @throws Problem `not_found`; `conflict` if `onlyIfNeverVerified` is set and the role was verified once
 */
export async function removeConnection(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: ConnectionInput & { onlyIfNeverVerified?: boolean },
): Promise<void> {
  await withLockedConnection(deps, input, async (database, connection) => {
    const { id, tenantId, roleArn } = connection;
    if (input.onlyIfNeverVerified && !wasNeverVerified(connection)) {
      throw new Problem('conflict', 'This role was verified before, so it cannot be removed here.');
    }
    if (!(await deleteConnection(database, { id, tenantId }))) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId,
      actor: input.actor,
      action: 'connection.deleted',
      outcome: 'success',
      detail: { connectionId: id, roleArn },
    });
    await recordChange(
      database,
      deps.clock,
      connectionEvent('connection.deleted', connection, { status: 'deleted', reason: 'deleted' }),
    );
  });
}
