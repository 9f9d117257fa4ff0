import { bringVerificationForward } from '../connections/store.ts';
import type { Deps } from '../deps.ts';
import { invalidRequest, notFound, Problem } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { Credentials } from './credentials.ts';
import { type CredentialRequest, decide, type Refusal } from './decide.ts';
import { type ObtainDeps, obtainCredentials } from './obtain.ts';
import { recordIssued, recordRefusal } from './record.ts';
import { resolveTarget } from './resolve-target.ts';

type IssueDeps = ObtainDeps & Pick<Deps, 'auditLog'>;

interface IssueInput extends CredentialRequest {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  /** How long the caller can wait for STS; left out: as long as a call to STS may take. */
  maxWaitMs?: number;
}

interface IssuedCredentials extends Credentials {
  accountId: string;
  roleArn: string;
}

/**
 * Issues credentials for a tenant's connection. The caller names only the connection. Its role, the tenant's external ID
 * and the access profile are read from the database for this request. The audit event is durable before the credentials
 * are returned.
 * @throws Problem `not_found`, `validation_failed`, `tenant_not_active`, `connection_not_verified`, `role_not_assumable`,
 *   `profile_not_usable`, `broker_failing`, `aws_throttled`, `aws_unavailable`, `audit_unavailable`
 */
export async function issueCredentials(deps: IssueDeps, input: IssueInput): Promise<IssuedCredentials> {
  const target = await resolveTarget(deps, input);
  const decision = decide(target, input.principal, input);
  const obtained = 'allow' in decision ? await obtainCredentials(deps, input, decision.allow) : decision;
  if ('refuse' in obtained) {
    const profile = target.profile?.name ?? input.profile;
    await recordRefusal(deps, input, { reason: obtained.refuse.code, profile });
    return refuse(deps, input, obtained.refuse);
  }
  await recordIssued(deps, input, obtained);
  const { accountId, roleArn } = obtained.session;
  return { ...obtained.credentials, accountId, roleArn };
}

/** @throws Problem always; with `Retry-After` where the connection is verified again by itself */
async function refuse(deps: IssueDeps, input: IssueInput, refusal: Refusal): Promise<never> {
  switch (refusal.code) {
    case 'not_found':
      throw notFound();
    case 'validation_failed':
      throw invalidRequest(refusal.errors);
    case 'connection_not_verified': {
      const dueAt = refusal.heals ? await requestVerification(deps, input) : null;
      throw new Problem(refusal.code, refusal.detail, retryAfter(deps, dueAt, VERIFICATION_SECONDS));
    }
    case 'role_not_assumable':
      throw new Problem(refusal.code, refusal.detail, retryAfter(deps, refusal.nextVerificationAt, 0));
    default:
      throw new Problem(refusal.code, refusal.detail);
  }
}

/** How long a verification usually takes from the time at which it is due. */
const VERIFICATION_SECONDS = 2;

/** A worker waits for this connection, so it is verified now, or as soon as it may be. Returns when that is due. */
function requestVerification(
  { database, clock }: IssueDeps,
  { tenantId, connectionId }: IssueInput,
): Promise<Date | null> {
  return bringVerificationForward(database, { id: connectionId, tenantId }, clock.now());
}

function retryAfter(
  { clock }: IssueDeps,
  time: Date | null,
  extraSeconds: number,
): { retryAfterSeconds?: number } {
  if (time === null) return {};
  const seconds = Math.ceil((time.getTime() - clock.now().getTime()) / 1000);
  return { retryAfterSeconds: Math.max(1, Math.max(0, seconds) + extraSeconds) };
}
