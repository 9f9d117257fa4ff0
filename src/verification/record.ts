import type { NewAuditEvent } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Connection, ConnectionStatus } from '../connections/connection.ts';
import { connectionEvent } from '../connections/connection-event.ts';
import { type ConnectionChanges, findConnection, updateConnection } from '../connections/store.ts';
import type { Outcome, Verification } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import type { NewEvent } from '../events/event.ts';
import { recordChange } from '../events/record.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { lockTenant } from '../tenants/store.ts';
import { secondsUntilNextVerification } from './next-verification.ts';

export interface VerificationResult {
  verification: Verification;
  /** The external ID that the role was probed with. */
  externalId: ExternalId;
}

const STATUS_AFTER: Record<Exclude<Verification['outcome'], 'inconclusive'>, ConnectionStatus> = {
  verified: 'verified',
  external_id_not_enforced: 'insecure',
  not_assumable: 'unreachable',
};

/**
 * Records a verification under the tenant's lock, so that no rotation can end at the same time. Returns the verification
 * that the connection has then: a later one may have been recorded meanwhile. Returns null if the role was verified with
 * an external ID that was retired during the probes: then nothing is recorded.
 * @throws Problem `not_found`, `conflict` if the connection was deleted or disabled during the probes
 */
export async function recordVerification(
  deps: Pick<Deps, 'database' | 'clock' | 'config' | 'log' | 'metrics' | 'onConnected'>,
  input: { actor: Actor; tenantId: string; connectionId: string },
  result: VerificationResult,
): Promise<Verification | null> {
  const { verification, externalId } = result;
  const { outcome } = verification;
  return deps.database.transaction(async (database) => {
    await lockTenant(database, input.tenantId);
    const before = await findConnection(database, { id: input.connectionId, tenantId: input.tenantId });
    if (!before) throw notFound();
    if (before.status === 'disabled')
      throw new Problem('conflict', 'This connection was disabled during the verification. Enable it first.');
    const now = deps.clock.now();
    if (isSuperseded(verification, before, now)) return before.lastVerification;
    const isVerified = outcome === 'verified';
    if (isVerified && !(await isActive(database, input.tenantId, externalId))) return null;
    await updateConnection(
      database,
      before.id,
      {
        ...statusChange(before, outcome, now),
        ...schedule(deps.config, before, outcome, now),
        lastVerification: verification,
        lastCheckedAt: now,
        ...(isVerified && { verifiedExternalIdId: externalId.id }),
      },
      now,
    );
    if (outcome === 'inconclusive') return verification;
    await recordEvents(database, deps.clock, buildEvent(input.actor, before, result));
    await recordChange(database, deps.clock, ...changeEvents(before, outcome, result));
    if (isVerified && before.status !== 'verified') await deps.onConnected(database, input);
    reportStatusChange(deps, before, verification);
    return verification;
  });
}

/** An inconclusive verification says nothing about the role, so the status stays. */
function statusChange(before: Connection, outcome: Outcome, now: Date): ConnectionChanges {
  if (outcome === 'inconclusive') return {};
  const status = STATUS_AFTER[outcome];
  return { status, statusReason: outcome, ...(status !== before.status && { statusSince: now }) };
}

function schedule(
  { recheckSeconds }: { recheckSeconds: number },
  before: Connection,
  outcome: Outcome,
  now: Date,
): ConnectionChanges {
  const isInconclusive = outcome === 'inconclusive';
  const failed = outcome === 'not_assumable' ? before.verificationFailures + 1 : 0;
  const verificationFailures = isInconclusive ? before.verificationFailures : failed;
  const seconds = secondsUntilNextVerification({
    status: isInconclusive ? before.status : STATUS_AFTER[outcome],
    failures: verificationFailures,
    isInconclusive,
    isLegacy: before.legacy,
    intervalSeconds: recheckSeconds,
    random: Math.random(),
  });
  const nextVerificationAt = seconds === null ? null : new Date(now.getTime() + seconds * 1000);
  return { verificationFailures, nextVerificationAt };
}

/** One log line and one count for each change of state; a warning when the connection is no longer served. */
function reportStatusChange(
  { log, metrics }: Pick<Deps, 'log' | 'metrics'>,
  { id: connectionId, tenantId, status: before }: Connection,
  { outcome }: Verification,
): void {
  if (outcome === 'inconclusive') return;
  const after = STATUS_AFTER[outcome];
  if (after === before) return;
  metrics.connectionStatusChanges.inc({ from: before, to: after });
  const fields = { connectionId, tenantId, before, after, reason: outcome };
  if (after === 'verified') log.info(fields, 'a connection is verified');
  else log.warn(fields, before === 'verified' ? 'a connection broke' : 'a connection is not usable');
}

/**
 * Whether a later verification has been recorded already. An earlier one still counts if it found the role unusable. One
 * whose time has not come yet was recorded before the database's clock was set back, and is not later.
 */
function isSuperseded(
  { outcome, checkedAt }: Verification,
  { lastVerification: last }: Connection,
  now: Date,
): boolean {
  if (last === null || last.outcome === 'inconclusive' || last.checkedAt <= checkedAt) return false;
  if (last.checkedAt > now.toISOString()) return false;
  return outcome === 'verified' || outcome === 'inconclusive';
}

async function isActive(
  database: Deps['database'],
  tenantId: string,
  externalId: ExternalId,
): Promise<boolean> {
  const { current, successor } = await findExternalIds(database, tenantId);
  return externalId.id === current?.id || externalId.id === successor?.id;
}

type ConnectionAction = `connection.${'verified' | 'recovered' | 'degraded' | 'refused'}`;

function actionOf(before: Connection, isVerified: boolean): ConnectionAction {
  if (!isVerified) return before.status === 'verified' ? 'connection.degraded' : 'connection.refused';
  const wasServed = before.verifiedExternalIdId !== null && before.status !== 'pending';
  return wasServed && before.status !== 'verified' ? 'connection.recovered' : 'connection.verified';
}

/** The event if the status changes, or the connection moves to another external ID; none if nothing changes. */
function changeEvents(
  before: Connection,
  outcome: Exclude<Outcome, 'inconclusive'>,
  { verification, externalId }: VerificationResult,
): NewEvent[] {
  const status = STATUS_AFTER[outcome];
  const isVerified = outcome === 'verified';
  const hasMoved = isVerified && before.verifiedExternalIdId !== externalId.id;
  if (status === before.status && !hasMoved) return [];
  const { explanation, nextSteps } = verification;
  const details = { explanation, nextSteps, ...(isVerified && { externalId: externalId.value }) };
  return [connectionEvent(actionOf(before, isVerified), before, { status, reason: outcome, details })];
}

function buildEvent(
  actor: Actor,
  before: Connection,
  { verification, externalId }: VerificationResult,
): NewAuditEvent {
  const isVerified = verification.outcome === 'verified';
  return {
    tenantId: before.tenantId,
    actor,
    action: actionOf(before, isVerified),
    outcome: isVerified ? 'success' : 'failure',
    detail: {
      connectionId: before.id,
      roleArn: before.roleArn,
      result: verification.outcome,
      ...(isVerified && { externalId: externalId.value }),
      checks: verification.checks.map((check) => `${check.probe}: ${check.observed}`),
      ...(verification.profileCheck && { profileCheck: { ...verification.profileCheck } }),
    },
  };
}
