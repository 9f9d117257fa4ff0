import type { Deps } from '../deps.ts';
import type { Principal } from '../identity/principal.ts';
import type { Credentials } from './credentials.ts';
import { type CredentialRequest, decide } from './decide.ts';
import { type ObtainDeps, obtainCredentials } from './obtain.ts';
import { recordIssued, recordRefusal } from './record.ts';
import { refuse } from './refuse.ts';
import { resolveTarget, type TargetReadWithKey } from './target/resolve-target.ts';

type IssueDeps = ObtainDeps & Pick<Deps, 'auditLog' | 'repeats'>;

interface IssueInput extends CredentialRequest {
  principal: Principal;
  readWithKey: TargetReadWithKey | null;
  tenantId: string;
  connectionId: string;
  /** How long the caller can wait for STS; left out: as long as a call to STS may take. */
  maxWaitMs?: number;
  /** Runs work that waits for AWS. */
  whileWaiting<T>(work: () => Promise<T>): Promise<T>;
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
    await recordRefusal(deps, input, { target, reason: obtained.refuse.code });
    return refuse(deps, input, obtained.refuse);
  }
  await recordIssued(deps, input, obtained);
  const { accountId, roleArn } = obtained.session;
  return { ...obtained.credentials, accountId, roleArn };
}
