import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { recordChange } from '../events/record.ts';
import { notFound } from '../http/problem.ts';
import { assertProfileExists } from '../profiles/require-profile.ts';
import type { Connection, ConnectionStatus } from './connection.ts';
import { connectionEvent } from './connection-event.ts';
import { type ConnectionChanges, findConnection, updateConnection } from './store.ts';
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
        ...statusChange(before.status, disabled, deps.clock.now()),
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
    if (after.status !== before.status) {
      const type = after.status === 'disabled' ? 'connection.disabled' : 'connection.enabled';
      const change = { status: after.status, reason: after.statusReason };
      await recordChange(database, deps.clock, connectionEvent(type, before, change));
    }
    return after;
  });
}

/** An enabled connection is verified at once: nobody knows what happened to the role meanwhile. */
function statusChange(
  status: ConnectionStatus,
  disabled: boolean | undefined,
  now: Date,
): Partial<ConnectionChanges> {
  if (disabled === undefined || disabled === (status === 'disabled')) return {};
  return disabled
    ? { status: 'disabled', statusSince: now, statusReason: 'disabled', nextVerificationAt: null }
    : {
        status: 'pending',
        statusSince: now,
        statusReason: 'enabled',
        nextVerificationAt: now,
        verificationFailures: 0,
      };
}
