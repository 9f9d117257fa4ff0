import { recordDurably } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { actorOf, type Principal } from '../identity/principal.ts';
import type { Credentials } from './credentials.ts';
import type { AllowedSession, Refusal } from './decide.ts';
import type { CredentialTarget } from './target/credential-target.ts';
import { workerDetail } from './worker-detail.ts';

type RecordDeps = Pick<Deps, 'auditLog' | 'clock'>;

interface RecordedRequest {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  purpose: string | null;
}

/** @throws Problem `audit_unavailable`: then the credentials must not be returned */
export function recordIssued(
  deps: RecordDeps,
  { principal, tenantId, connectionId, purpose }: RecordedRequest,
  issued: { session: AllowedSession; credentials: Credentials; cached: boolean },
): Promise<void> {
  const { session, credentials, cached } = issued;
  return recordDurably(deps, {
    tenantId,
    actor: actorOf(principal),
    action: 'credentials.issued',
    outcome: 'success',
    detail: {
      connectionId,
      roleArn: session.roleArn,
      ...workerDetail(principal),
      accessKeyId: credentials.accessKeyId,
      sessionName: credentials.sessionName,
      awsRequestId: credentials.awsRequestId,
      expiresAt: credentials.expiresAt.toISOString(),
      durationSeconds: session.durationSeconds,
      profile: session.profile,
      purpose,
      cached,
    },
  });
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
