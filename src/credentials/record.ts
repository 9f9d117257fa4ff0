import type { NewAuditEvent } from '../audit/audit-event.ts';
import { recordDurably } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { actorOf } from '../identity/principal.ts';
import type { Refusal } from './decide.ts';
import type { HandOut, IssuedSession, RecordedRequest } from './hand-out.ts';
import { RepeatCounter } from './repeat-counter.ts';
import type { CredentialTarget } from './target/credential-target.ts';
import { workerDetail } from './worker-detail.ts';

type RecordDeps = Pick<Deps, 'auditLog' | 'clock'>;

/**
 * Records that credentials were issued, durably; or counts it, if this worker already has this session and repeats are
 * summarized.
 * @throws Problem `audit_unavailable`: then the credentials must not be returned
 */
export function recordIssued(
  deps: RecordDeps & Pick<Deps, 'repeats'>,
  request: RecordedRequest,
  issued: IssuedSession,
): Promise<void> {
  const writeEvent = () => recordDurably(deps, issuedEvent(request, issued));
  if (deps.repeats === null) return writeEvent();
  const { principal, tenantId, connectionId, purpose } = request;
  const { session, credentials } = issued;
  const key = JSON.stringify([credentials.accessKeyId, principal.keyId, session.profile, purpose]);
  const handOut = { principal, tenantId, connectionId, purpose, issued };
  return deps.repeats.record(key, { handOut, endsAt: credentials.expiresAt }, writeEvent);
}

/** Returns the counter for `COUNTERSIGN_AUDIT_REPEATS=summarized`. */
export function createRepeatCounter(deps: RecordDeps): RepeatCounter<HandOut> {
  return new RepeatCounter({
    clock: deps.clock,
    writeSummary: (handOut, { count, firstAt, lastAt }) => {
      const event = issuedEvent(handOut, { ...handOut.issued, cached: true });
      return recordDurably(deps, {
        ...event,
        // They were done in several requests.
        actor: { ...event.actor, requestId: null },
        detail: {
          ...event.detail,
          repeats: { count, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
        },
      });
    },
  });
}

function issuedEvent(
  { principal, tenantId, connectionId, purpose }: RecordedRequest,
  { session, credentials, cached }: IssuedSession,
): NewAuditEvent {
  return {
    tenantId,
    actor: actorOf(principal),
    action: 'credentials.issued',
    outcome: 'success',
    // In the order of `canonicalJson`.
    detail: {
      accessKeyId: credentials.accessKeyId,
      awsRequestId: credentials.awsRequestId,
      cached,
      connectionId,
      durationSeconds: session.durationSeconds,
      expiresAt: credentials.expiresAt.toISOString(),
      profile: session.profile,
      purpose,
      roleArn: session.roleArn,
      sessionName: credentials.sessionName,
      ...workerDetail(principal),
    },
  };
}

/** Refused requests are recorded too: somebody may be trying out what a stolen key can do. */
export function recordRefusal(
  deps: RecordDeps,
  {
    principal,
    tenantId,
    connectionId,
    purpose,
    profile: requested,
  }: RecordedRequest & { profile: string | null },
  { target, reason }: { target: CredentialTarget; reason: Refusal['code'] },
): Promise<void> {
  const profile = target.profile?.name ?? requested;
  return recordDurably(deps, {
    tenantId,
    actor: actorOf(principal),
    action: 'credentials.refused',
    outcome: 'failure',
    detail: { connectionId, ...workerDetail(principal), reason, profile, purpose },
  });
}
