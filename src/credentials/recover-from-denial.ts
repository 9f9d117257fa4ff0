import { v4 as uuidv4 } from 'uuid';
import { type SessionAttributes, StsError } from '../aws/sts.ts';
import { findConnection } from '../connections/store.ts';
import type { Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { SYSTEM } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { toProbeFailure } from '../verification/probe.ts';
import { type VerifyDeps, verifyConnection } from '../verification/verify.ts';
import type { Recovery } from './credentials.ts';
import type { AllowedSession } from './decide.ts';

export type RecoveryDeps = VerifyDeps & Pick<Deps, 'denialRecoveries'>;

/**
 * Finds out why AWS denied AssumeRole for this session, and records it.
 * - The role may deny the session attributes and not the external ID. So it is probed without them, and stays verified
 *   if it allows that.
 * - Otherwise the connection is verified again. The verification attributes the denial to the broker or to the
 *   connection, confirms it, and tries both external IDs of a rotation.
 */
export async function recoverFromDenial(deps: RecoveryDeps, denied: AllowedSession): Promise<Recovery> {
  const byAttributes = hasSessionAttributes(denied.options) ? await probeAttributes(deps, denied) : null;
  if (byAttributes !== null) return byAttributes;
  // A denial with one external ID says nothing about another, so each has a recovery of its own.
  const key = `${denied.connectionId} ${denied.externalId.id}`;
  return deps.denialRecoveries(key, () => verifyAgain(deps, denied));
}

/** How often a denial of the session attributes is confirmed before it counts. IAM is eventually consistent. */
const ATTRIBUTE_CONFIRMATIONS = 2;

/** Compares the session with and without its attributes. null: AWS denies both, so the attributes are not the reason. */
async function probeAttributes(deps: RecoveryDeps, denied: AllowedSession): Promise<Recovery | null> {
  try {
    if ((await probe(deps, denied, null)) === 'denied') return null;
    for (let count = 0; count < ATTRIBUTE_CONFIRMATIONS; count++)
      if ((await probe(deps, denied, denied.options)) === 'allowed') return { outcome: 'retry' };
    return { outcome: 'session_attributes_denied' };
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    return { outcome: 'unknown', failure: toProbeFailure(error) };
  }
}

function probe(
  { sts }: RecoveryDeps,
  { tenantId, roleArn, externalId }: AllowedSession,
  sessionAttributes: SessionAttributes | null,
): Promise<'allowed' | 'denied'> {
  const kind = sessionAttributes === null ? 'plain' : 'attributes';
  return sts.probe({
    tenantId,
    roleArn,
    externalId: externalId.value,
    sessionName: `countersign-verify-${kind}-${uuidv4().slice(0, 8)}`,
    ...(sessionAttributes && {
      sessionAttributes: { tags: sessionAttributes.tags, sourceIdentity: sessionAttributes.sourceIdentity },
    }),
  });
}

async function verifyAgain(deps: RecoveryDeps, denied: AllowedSession): Promise<Recovery> {
  const where = { id: denied.connectionId, tenantId: denied.tenantId };
  const before = await findConnection(deps.database, where);
  if (before?.status === 'verified' && before.verifiedExternalIdId === denied.externalId.id) {
    const verification = await verify(deps, denied);
    if (verification?.outcome === 'inconclusive')
      return { outcome: 'unknown', failure: verification.failure ?? 'unavailable' };
  }
  const after = await findConnection(deps.database, where);
  switch (after?.status) {
    case 'pending':
    case 'unreachable':
    case 'insecure':
      return { outcome: 'not_usable', nextVerificationAt: after.nextVerificationAt };
    default:
      return { outcome: 'retry' };
  }
}

/** Returns null if the connection can no longer be verified: it was deleted or disabled, or its tenant suspended. */
async function verify(
  deps: RecoveryDeps,
  { tenantId, connectionId }: AllowedSession,
): Promise<Verification | null> {
  try {
    return await verifyConnection(deps, { actor: SYSTEM, tenantId, connectionId, isRecovery: true });
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return null;
    throw error;
  }
}
