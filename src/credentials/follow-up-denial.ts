import { randomBytes } from 'node:crypto';
import { recordEvents } from '../audit/record.ts';
import { type SessionAttributes, StsError } from '../aws/sts.ts';
import { toStsProblem } from '../aws/sts-problem.ts';
import { markUnreachable } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { SYSTEM } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { verifyConnection } from '../verification/verify.ts';
import type { CredentialTarget } from './credential-target.ts';
import type { DenialOutcome } from './credentials.ts';

type FollowUpDeps = Pick<
  Deps,
  | 'database'
  | 'clock'
  | 'sts'
  | 'log'
  | 'config'
  | 'metrics'
  | 'connectionLookup'
  | 'denialFollowUps'
  | 'onConnected'
>;

/**
 * Finds out why AWS denied AssumeRole, once for all requests that were denied at the same time.
 * - The role may deny the session attributes and not the external ID. So it is probed without them, and stays verified
 *   if it allows that.
 * - While a rotation runs, the customer may have replaced one external ID by the other. So the role is verified again.
 * - Otherwise the connection becomes unreachable.
 */
export function followUpDenial(
  deps: FollowUpDeps,
  denied: CredentialTarget,
  sessionAttributes: SessionAttributes | null,
): Promise<DenialOutcome> {
  const externalIdId = denied.verifiedExternalId?.id;
  if (externalIdId === undefined) return Promise.resolve('status_recorded');
  // A denial with one external ID says nothing about another, so each has a follow-up of its own.
  return deps.denialFollowUps(`${denied.connectionId} ${externalIdId}`, async () => {
    const { tenantId, connectionId } = denied;
    const current = await deps.connectionLookup({ tenantId, connectionId, profile: null });
    if (current?.connectionStatus !== 'verified' || current.verifiedExternalId?.id !== externalIdId)
      return 'status_recorded';
    if (hasSessionAttributes(sessionAttributes) && (await allowsWithoutSessionAttributes(deps, current)))
      return 'session_attributes_denied';
    const { successor } = await findExternalIds(deps.database, denied.tenantId);
    if (successor) await verifyAgain(deps, denied);
    else await recordUnreachable(deps, denied, externalIdId);
    return 'status_recorded';
  });
}

async function allowsWithoutSessionAttributes(
  deps: FollowUpDeps,
  { tenantId, roleArn, verifiedExternalId }: CredentialTarget,
): Promise<boolean> {
  if (verifiedExternalId === null) return false;
  const sessionName = `countersign-verify-plain-${randomBytes(4).toString('hex')}`;
  try {
    const observed = await deps.sts.probe({
      tenantId,
      roleArn,
      externalId: verifiedExternalId.value,
      sessionName,
    });
    return observed === 'allowed';
  } catch (error) {
    throw error instanceof StsError ? toStsProblem(error.failure, error) : error;
  }
}

async function verifyAgain(deps: FollowUpDeps, { tenantId, connectionId }: CredentialTarget): Promise<void> {
  const verification = await verifyConnection(deps, { actor: SYSTEM, tenantId, connectionId });
  if (verification.outcome === 'inconclusive') throw toStsProblem('unavailable', verification.checks);
}

async function recordUnreachable(
  deps: FollowUpDeps,
  denied: CredentialTarget,
  externalIdId: bigint,
): Promise<void> {
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
