import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import { assertProfileExists } from '../profiles/require-profile.ts';
import type { Connection, ConnectionStatus } from './connection.ts';
import { findConnection, updateConnection } from './store.ts';
import { type ConnectionInput, withLockedConnection } from './with-locked-connection.ts';

interface Changes {
  name?: string | null | undefined;
  profile?: string | null | undefined;
  disabled?: boolean | undefined;
}

/**
 * Renames, disables or enables a connection. Disabling applies from the next request on. An enabled connection is
 * pending, because its role may have changed while it was disabled.
 * @throws Problem `not_found`, `validation_failed` (the profile does not exist)
 */
export async function changeConnection(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: ConnectionInput & { changes: Changes },
): Promise<Connection> {
  return withLockedConnection(deps, input, async (database, before) => {
    const { name, profile, disabled } = input.changes;
    await assertProfileExists(database, profile ?? null);
    await updateConnection(
      database,
      before.id,
      {
        ...(name !== undefined && { name }),
        ...(profile !== undefined && { profile }),
        ...(disabled !== undefined && { status: statusAfter(before.status, disabled) }),
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

function statusAfter(status: ConnectionStatus, disabled: boolean): ConnectionStatus {
  if (disabled) return 'disabled';
  return status === 'disabled' ? 'pending' : status;
}
