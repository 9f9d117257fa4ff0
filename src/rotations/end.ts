import type { NewAuditEvent } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Connection } from '../connections/connection.ts';
import { listVerifiedConnections, updateVerifiedExternalId } from '../connections/store.ts';
import { recordChange } from '../events/record.ts';
import type { ExternalId, ExternalIdStatus } from '../external-ids/external-id.ts';
import { findExternalIds, updateExternalIdState } from '../external-ids/store.ts';
import { Problem } from '../http/problem.ts';
import { lockTenant } from '../tenants/store.ts';
import { assertAllMoved, type RotationDeps, type RotationInput } from './rotation.ts';

interface RotationEnd {
  /** The external ID that remains: the successor completes the rotation, the current one cancels it. */
  keep: ExternalId;
  retire: ExternalId;
  /** For a cancellation: the connections whose roles were probed and allow the ID that remains. */
  probed?: readonly Connection[];
}

/**
 * Retires one of the two external IDs. It holds the tenant's lock and checks again what was true before the roles were
 * probed: a verification or another request may have changed it meanwhile.
 * @throws Problem `rotation_incomplete`, `conflict`
 */
export async function endRotation(
  deps: RotationDeps,
  { tenantId, actor }: RotationInput,
  { keep, retire, probed = [] }: RotationEnd,
): Promise<ExternalIdStatus> {
  const isCompletion = keep.state === 'successor';
  return deps.database.transaction(async (database) => {
    await lockTenant(database, tenantId);
    assertSameRotation(await findExternalIds(database, tenantId), { keep, retire });
    const verified = await listVerifiedConnections(database, tenantId);
    if (isCompletion) assertAllMoved(verified, keep);
    else assertAllProbed(verified, retire, probed);
    await updateVerifiedExternalId(database, {
      tenantId,
      from: retire.id,
      to: keep.id,
      now: deps.clock.now(),
    });
    await updateExternalIdState(database, retire.id, 'retired');
    if (isCompletion) await updateExternalIdState(database, keep.id, 'current');
    const event = (action: NewAuditEvent['action'], detail: NewAuditEvent['detail']): NewAuditEvent => ({
      tenantId,
      actor,
      action,
      outcome: 'success',
      detail,
    });
    const type = isCompletion ? 'rotation.completed' : 'rotation.cancelled';
    const data = { externalId: keep.value, retired: retire.value };
    await recordEvents(
      database,
      deps.clock,
      event(type, data),
      event('external_id.retired', { externalId: retire.value }),
    );
    await recordChange(database, deps.clock, { type, tenantId, connectionId: null, data });
    return findExternalIds(database, tenantId);
  });
}

function assertSameRotation(
  { current, successor }: ExternalIdStatus,
  { keep, retire }: Pick<RotationEnd, 'keep' | 'retire'>,
): void {
  const [kept, retiring] = keep.state === 'successor' ? [successor, current] : [current, successor];
  if (kept?.id !== keep.id || retiring?.id !== retire.id)
    throw new Problem('conflict', 'Another request has ended this rotation.');
}

function assertAllProbed(
  verified: readonly Connection[],
  retire: ExternalId,
  probed: readonly Connection[],
): void {
  const probedIds = new Set(probed.map(({ id }) => id));
  if (verified.some((one) => one.verifiedExternalIdId === retire.id && !probedIds.has(one.id)))
    throw new Problem('conflict', 'A connection was verified with the successor in the meantime. Try again.');
}
