import { recordDurably } from '../audit/record.ts';
import { type SessionOptions, StsError } from '../aws/sts.ts';
import { toStsProblem } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import { notFound, Problem, type ProblemCode } from '../http/problem.ts';
import { actorOf, mayAccessTenant, type Principal } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { assertTenantActive } from '../tenants/tenant.ts';
import type { CacheResult } from './credential-cache.ts';
import type { CredentialTarget } from './credential-target.ts';
import { type Credentials, generateSessionName } from './credentials.ts';
import { followUpDenial } from './follow-up-denial.ts';
import {
  buildSessionOptions,
  requestedProfileName,
  selectDurationSeconds,
  selectProfile,
} from './session.ts';
import { workerDetail } from './worker-detail.ts';

type IssueDeps = Pick<
  Deps,
  | 'database'
  | 'clock'
  | 'sts'
  | 'log'
  | 'config'
  | 'onConnected'
  | 'metrics'
  | 'auditLog'
  | 'connectionLookup'
  | 'credentialCache'
  | 'denialFollowUps'
>;

interface IssueInput {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  /** null: the longest that the profile allows. */
  durationSeconds: number | null;
  /** Name of the requested access profile, or null. */
  profile: string | null;
  purpose: string | null;
  /** How long the caller can wait for STS; left out: as long as a call to STS may take. */
  maxWaitMs?: number;
}

interface IssuedCredentials extends Credentials {
  accountId: string;
  roleArn: string;
}

/** A verified connection of an active tenant, with the session that the worker gets. */
type IssuableTarget = CredentialTarget & {
  verifiedExternalId: NonNullable<CredentialTarget['verifiedExternalId']>;
  durationSeconds: number;
  session: SessionOptions | null;
};

/**
 * Issues credentials for a tenant's connection. The caller names only the connection. Its role, the tenant's external ID
 * and the access profile are read from the database for this request. The audit event is durable before the credentials
 * are returned.
 * @throws Problem `not_found`, `validation_failed`, `tenant_not_active`, `connection_not_verified`,
 *   `role_not_assumable`, `profile_not_usable`, `aws_throttled`, `aws_unavailable`, `audit_unavailable`
 */
export async function issueCredentials(deps: IssueDeps, input: IssueInput): Promise<IssuedCredentials> {
  const { result, target } = await issueWithRetry(deps, input, await readTarget(deps, input));
  const { credentials, cached } = result;
  await recordDurably(deps, {
    tenantId: input.tenantId,
    actor: actorOf(input.principal),
    action: 'credentials.issued',
    outcome: 'success',
    detail: {
      connectionId: input.connectionId,
      roleArn: target.roleArn,
      ...workerDetail(input.principal),
      accessKeyId: credentials.accessKeyId,
      sessionName: credentials.sessionName,
      awsRequestId: credentials.awsRequestId,
      expiresAt: credentials.expiresAt.toISOString(),
      durationSeconds: target.durationSeconds,
      profile: target.profile?.name ?? null,
      purpose: input.purpose,
      cached,
    },
  });
  return { ...credentials, accountId: target.accountId, roleArn: target.roleArn };
}

/** Tries again once if a denial was followed up and the connection is still verified. */
async function issueWithRetry(
  deps: IssueDeps,
  input: IssueInput,
  target: IssuableTarget,
): Promise<{ result: CacheResult; target: IssuableTarget }> {
  try {
    return { result: await issueFromCache(deps, input, target), target };
  } catch (error) {
    const denied = toDenial(error, target);
    const outcome = await followUpDenial(deps, target, target.session);
    const updated = await readTarget(deps, input, denied);
    const hasAttributes = hasSessionAttributes(updated.session);
    const code = hasAttributes ? 'profile_not_usable' : 'role_not_assumable';
    const isSameId = updated.verifiedExternalId.id === target.verifiedExternalId.id;
    if (hasAttributes && isSameId && outcome === 'session_attributes_denied')
      throw await refuse(deps, input, updated, code, denied);
    // During a rotation the follow-up verified the connection with the external ID that its role enforces now. It can
    // be the same ID, if the customer changed the role back and forth. A second denial is final.
    try {
      return { result: await issueFromCache(deps, input, updated), target: updated };
    } catch (error) {
      throw await refuse(deps, input, updated, code, toDenial(error, updated));
    }
  }
}

function issueFromCache(deps: IssueDeps, input: IssueInput, target: IssuableTarget): Promise<CacheResult> {
  return deps.credentialCache.issue(
    {
      tenantId: target.tenantId,
      connectionId: target.connectionId,
      externalId: target.verifiedExternalId.value,
      workerKeyId: input.principal.keyId,
      durationSeconds: target.durationSeconds,
      session: target.session,
    },
    {
      assume: async (onThrottled) => {
        const sessionName = generateSessionName(target.tenantId, input.principal.keyId);
        const assumed = await deps.sts.assumeRole({
          tenantId: target.tenantId,
          roleArn: target.roleArn,
          externalId: target.verifiedExternalId.value,
          sessionName,
          durationSeconds: target.durationSeconds,
          session: target.session,
          onThrottled,
        });
        return { ...assumed, sessionName };
      },
      onDenied: () => {
        followUpDenial(deps, target, target.session).catch((err) =>
          deps.log.error({ connectionId: target.connectionId, err }, 'following up a denial by AWS failed'),
        );
      },
      maxWaitMs: input.maxWaitMs,
    },
  );
}

/**
 * Reads the target and checks that this worker may have credentials of it now. Refusals are recorded.
 * @param denied the denial by AWS that was followed up before, if there was one
 */
async function readTarget(deps: IssueDeps, input: IssueInput, denied?: StsError): Promise<IssuableTarget> {
  const profileName = requestedProfileName(input.principal, input.profile);
  const target = await deps.connectionLookup({ ...input, profile: profileName });
  if (!target) throw notFound();
  if (!mayAccessTenant(input.principal, input.tenantId)) {
    await recordRefusal(deps, input, target, 'not_found');
    throw notFound();
  }
  const profile = await selectAllowedProfile(deps, input, target, profileName);
  const { verifiedExternalId } = target;
  if (target.tenantStatus !== 'active') await recordRefusal(deps, input, target, 'tenant_not_active');
  assertTenantActive(target.tenantStatus);
  if (denied && target.connectionStatus !== 'verified') {
    throw await refuse(deps, input, target, 'role_not_assumable', denied);
  }
  if (target.connectionStatus !== 'verified' || verifiedExternalId === null) {
    throw await refuse(deps, input, target, 'connection_not_verified');
  }
  return {
    ...target,
    profile,
    verifiedExternalId,
    durationSeconds: selectDurationSeconds(profile, input.durationSeconds),
    session: buildSessionOptions(profile, { tenantId: target.tenantId, workerKeyId: input.principal.keyId }),
  };
}

/** Records a request for a profile that the key may not use: somebody may be trying out what a stolen key can do. */
async function selectAllowedProfile(
  deps: IssueDeps,
  input: IssueInput,
  target: CredentialTarget,
  requested: string | null,
): Promise<CredentialTarget['profile']> {
  try {
    return selectProfile(input.principal, requested, target.profile);
  } catch (error) {
    if (error instanceof Problem) await recordRefusal(deps, input, target, error.code);
    throw error;
  }
}

type RefusalCode = Extract<
  ProblemCode,
  'connection_not_verified' | 'role_not_assumable' | 'profile_not_usable'
>;

/** Records the refusal and returns the problem to throw. */
async function refuse(
  deps: IssueDeps,
  input: IssueInput,
  target: CredentialTarget,
  code: RefusalCode,
  cause?: unknown,
): Promise<Problem> {
  await recordRefusal(deps, input, target, code);
  const detail: Record<RefusalCode, string> = {
    connection_not_verified: `The connection is ${target.connectionStatus}. Credentials are issued for verified connections only: verify it first.`,
    role_not_assumable:
      target.connectionStatus === 'verified'
        ? 'AWS denied access to the role, although it allowed it a moment ago. The trust policy may be changing. Try again; if access is still denied, verify the connection.'
        : 'AWS denied access to the role. No credentials are issued for this connection until it is verified again. The verification says what to fix.',
    profile_not_usable: `The customer's role does not allow the session tags or the source identity of the access profile "${target.profile?.name}". Update its trust policy from the setup kit of this profile, or change the profile.`,
  };
  return new Problem(code, detail[code], { cause });
}

function recordRefusal(
  deps: IssueDeps,
  input: IssueInput,
  target: CredentialTarget,
  reason: ProblemCode,
): Promise<void> {
  return recordDurably(deps, {
    tenantId: target.tenantId,
    actor: actorOf(input.principal),
    action: 'credentials.refused',
    outcome: 'failure',
    detail: {
      connectionId: target.connectionId,
      ...workerDetail(input.principal),
      reason,
      profile: target.profile?.name ?? input.profile,
      purpose: input.purpose,
    },
  });
}

/** Returns a denial by AWS and throws every other error: if STS is down, there are no other credentials to fall back to. */
function toDenial(error: unknown, { profile }: CredentialTarget): StsError {
  if (!(error instanceof StsError)) throw error;
  if (error.failure === 'denied') return error;
  if (error.failure === 'policy_too_large' || error.failure === 'policy_malformed') {
    const reason =
      error.failure === 'policy_too_large'
        ? 'its session policies and tags are too large after STS has packed them, a size that only STS can compute. Shorten them'
        : 'AWS rejects its session policies. Correct them';
    throw new Problem(
      'profile_not_usable',
      `The access profile "${profile?.name}" cannot be used: ${reason} and try again.`,
      { cause: error },
    );
  }
  throw toStsProblem(error.failure, error);
}
