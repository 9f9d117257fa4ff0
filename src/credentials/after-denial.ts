import { randomBytes } from 'node:crypto';
import { recordEvents } from '../audit/record.ts';
import { type SessionAttributes, StsError } from '../aws/sts.ts';
import { stsProblem } from '../aws/sts-problem.ts';
import { markUnreachable } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { readExternalIds } from '../external-ids/store.ts';
import { SYSTEM } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { verifyConnection } from '../verification/verify.ts';
import type { Target } from './connection-lookup.ts';
import type { DenialOutcome } from './credentials.ts';

type Needs = Pick<
  Deps,
  'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics' | 'connectionLookup' | 'denials' | 'onConnected'
>;

/**
 * Follows up on a denial by AWS, once for all who were denied at the same time. Tags or a source identity may have been
 * denied and not the ID: then the role is asked again without them, and what it still admits stays as it is. While a
 * rotation runs, the customer may have put the tenant's other ID in place of this one, so the role is verified again
 * before it is given up; otherwise the connection becomes unreachable.
 */
export function afterDenial(
  deps: Needs,
  denied: Target,
  sessionAttributes: SessionAttributes | null,
): Promise<DenialOutcome> {
  const externalIdId = denied.verifiedExternalId?.id;
  if (externalIdId === undefined) return Promise.resolve('settled');
  // A denial of the one ID says nothing about the other: who was denied with that has a follow-up of its own.
  return deps.denials(`${denied.connectionId} ${externalIdId}`, async () => {
    const { tenantId, connectionId } = denied;
    const now = await deps.connectionLookup({ tenantId, connectionId, profile: null });
    if (now?.connectionStatus !== 'verified' || now.verifiedExternalId?.id !== externalIdId) return 'settled';
    if (hasSessionAttributes(sessionAttributes) && (await allowsWithoutSessionAttributes(deps, now)))
      return 'session_attributes_denied';
    const { successor } = await readExternalIds(deps.database, denied.tenantId);
    if (successor) await verifyAgain(deps, denied);
    else await recordUnreachable(deps, denied, externalIdId);
    return 'settled';
  });
}

async function allowsWithoutSessionAttributes(
  deps: Needs,
  { tenantId, roleArn, verifiedExternalId }: Target,
): Promise<boolean> {
  if (verifiedExternalId === null) return false;
  const sessionName = `countersign-verify-unmarked-${randomBytes(4).toString('hex')}`;
  try {
    const observed = await deps.sts.probe({
      tenantId,
      roleArn,
      externalId: verifiedExternalId.value,
      sessionName,
    });
    return observed === 'allowed';
  } catch (error) {
    throw error instanceof StsError ? stsProblem(error.failure, error) : error;
  }
}

async function verifyAgain(deps: Needs, { tenantId, connectionId }: Target): Promise<void> {
  const verification = await verifyConnection(deps, { actor: SYSTEM, tenantId, connectionId });
  if (verification.outcome === 'inconclusive') throw stsProblem('unavailable', verification.checks);
}

async function recordUnreachable(deps: Needs, denied: Target, externalIdId: bigint): Promise<void> {
  const { tenantId, connectionId, roleArn } = denied;
  await deps.database.transaction(async (database) => {
    const where = { id: connectionId, verifiedExternalIdId: externalIdId };
    if (!(await markUnreachable(database, where, deps.clock.now()))) return;
    await recordEvents(database, deps.clock, {
      tenantId,
      actor: SYSTEM,
      action: 'connection.degraded',
      outcome: 'failure',
      detail: { connectionId, roleArn, result: 'not_assumable' },
    });
  });
}
