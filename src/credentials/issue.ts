import { recordDurably } from '../audit/record.ts';
import { type SessionOptions, StsError } from '../aws/sts.ts';
import { stsProblem } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import { notFound, Problem, type ProblemCode } from '../http/problem.ts';
import { actorOf, mayAccessTenant, type Principal } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { afterDenial } from './after-denial.ts';
import type { Target } from './connection-lookup.ts';
import type { Drawn } from './credential-cache.ts';
import { type Credentials, newSessionName } from './credentials.ts';
import { chosenDuration, chosenProfile, sessionOptions, wantedProfile } from './session.ts';
import { workerDetail } from './worker-detail.ts';

export type IssueDeps = Pick<
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
  | 'denials'
>;

export interface IssueInput {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  /** null: the longest that the profile allows. */
  durationSeconds: number | null;
  /** The access profile that was named, or null. */
  profile: string | null;
  purpose: string | null;
  /** How long the caller can wait for STS, in milliseconds; left out: as long as a call to STS may take. */
  patienceMs?: number;
}

export interface Issued extends Credentials {
  accountId: string;
  roleArn: string;
}

/** A target that may be served: an active tenant's verified connection, the ID it was proven with, and for what session. */
type Servable = Target & {
  verifiedExternalId: NonNullable<Target['verifiedExternalId']>;
  durationSeconds: number;
  session: SessionOptions | null;
};

/**
 * Hands out credentials of a tenant's connection. The caller names the connection and nothing else: role and external
 * ID are that connection's and that tenant's own, read from the database for this request, and so is the access profile
 * that narrows the session. The audit event is durable before the credentials leave.
 * @throws Problem `not_found`, `validation_failed`, `tenant_not_active`, `connection_not_verified`,
 *   `role_not_assumable`, `profile_not_usable`, `aws_throttled`, `aws_unavailable`, `audit_unavailable`
 */
export async function issueCredentials(deps: IssueDeps, input: IssueInput): Promise<Issued> {
  const target = await readTarget(deps, input);
  const { drawn, from } = await drawFrom(deps, input, target);
  const { credentials, cached } = drawn;
  await recordDurably(deps, {
    tenantId: input.tenantId,
    actor: actorOf(input.principal),
    action: 'credentials.issued',
    outcome: 'success',
    detail: {
      connectionId: input.connectionId,
      roleArn: from.roleArn,
      ...workerDetail(input.principal),
      accessKeyId: credentials.accessKeyId,
      sessionName: credentials.sessionName,
      awsRequestId: credentials.awsRequestId,
      expiresAt: credentials.expiresAt.toISOString(),
      durationSeconds: from.durationSeconds,
      profile: from.profile?.name ?? null,
      purpose: input.purpose,
      cached,
    },
  });
  return { ...credentials, accountId: from.accountId, roleArn: from.roleArn };
}

async function drawFrom(
  deps: IssueDeps,
  input: IssueInput,
  target: Servable,
): Promise<{ drawn: Drawn; from: Servable }> {
  try {
    return { drawn: await draw(deps, input, target), from: target };
  } catch (error) {
    const denied = asDenial(error, target);
    const followedUp = await afterDenial(deps, target, target.session);
    const again = await readTarget(deps, input, denied);
    const marked = hasSessionAttributes(again.session);
    const code = marked ? 'profile_not_usable' : 'role_not_assumable';
    const sameId = again.verifiedExternalId.id === target.verifiedExternalId.id;
    if (marked && sameId && followedUp === 'session_attributes_denied')
      throw await refused(deps, input, again, code, denied);
    // The denial came of a rotation: the connection was proven anew since, with the ID that its role demands now. That may
    // be the same one, when the customer changes the role to and fro. Once more, and then it is the customer's to settle.
    try {
      return { drawn: await draw(deps, input, again), from: again };
    } catch (error) {
      throw await refused(deps, input, again, code, asDenial(error, again));
    }
  }
}

function draw(deps: IssueDeps, input: IssueInput, target: Servable): Promise<Drawn> {
  return deps.credentialCache.draw(
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
        const sessionName = newSessionName(target.tenantId, input.principal.keyId);
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
        afterDenial(deps, target, target.session).catch((err) =>
          deps.log.error({ connectionId: target.connectionId, err }, 'a denial could not be followed up'),
        );
      },
      patienceMs: input.patienceMs,
    },
  );
}

/** The target, if it may be served to this worker now; a refusal is recorded. */
async function readTarget(deps: IssueDeps, input: IssueInput, denied?: StsError): Promise<Servable> {
  const wanted = wantedProfile(input.principal, input.profile);
  const target = await deps.connectionLookup({ ...input, profile: wanted });
  if (!target) throw notFound();
  if (!mayAccessTenant(input.principal, input.tenantId)) {
    await recordRefusal(deps, input, target, 'not_found');
    throw notFound();
  }
  const profile = await chosen(deps, input, target, wanted);
  const { verifiedExternalId } = target;
  if (target.tenantStatus !== 'active') throw await refused(deps, input, target, 'tenant_not_active');
  if (denied && target.connectionStatus !== 'verified') {
    throw await refused(deps, input, target, 'role_not_assumable', denied);
  }
  if (target.connectionStatus !== 'verified' || verifiedExternalId === null) {
    throw await refused(deps, input, target, 'connection_not_verified');
  }
  return {
    ...target,
    profile,
    verifiedExternalId,
    durationSeconds: chosenDuration(profile, input.durationSeconds),
    session: sessionOptions(profile, { tenantId: target.tenantId, workerKeyId: input.principal.keyId }),
  };
}

/** The profile that this session is held to; what the key may not use is recorded, as somebody may be trying doors. */
async function chosen(
  deps: IssueDeps,
  input: IssueInput,
  target: Target,
  wanted: string | null,
): Promise<Target['profile']> {
  try {
    return chosenProfile(input.principal, wanted, target.profile);
  } catch (error) {
    if (error instanceof Problem) await recordRefusal(deps, input, target, error.code);
    throw error;
  }
}

type Refusal = Extract<
  ProblemCode,
  'tenant_not_active' | 'connection_not_verified' | 'role_not_assumable' | 'profile_not_usable'
>;

async function refused(
  deps: IssueDeps,
  input: IssueInput,
  target: Target,
  code: Refusal,
  cause?: unknown,
): Promise<Problem> {
  await recordRefusal(deps, input, target, code);
  const detail: Record<Refusal, string> = {
    tenant_not_active: `The tenant is ${target.tenantStatus}, so no credentials are issued for it.`,
    connection_not_verified: `The connection is ${target.connectionStatus}. Verify it; credentials are issued for verified connections only.`,
    role_not_assumable:
      target.connectionStatus === 'verified'
        ? 'AWS denied access to the role, though it had admitted us a moment ago: its trust policy seems to be changing. Draw again; if it is denied again, verify the connection.'
        : 'AWS denied access to the role. The connection is no longer served until it is verified again; verification tells what to fix.',
    profile_not_usable: `The customer's role does not admit the session tags or the source identity of the access profile "${target.profile?.name}". Have its trust policy updated from the setup kit of this profile, or change the profile.`,
  };
  return new Problem(code, detail[code], { cause });
}

function recordRefusal(
  deps: IssueDeps,
  input: IssueInput,
  target: Target,
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

/** The denial, or else what the caller is to be told: STS being down is an error and never falls back to anything. */
function asDenial(error: unknown, { profile }: Target): StsError {
  if (!(error instanceof StsError)) throw error;
  if (error.failure === 'denied') return error;
  if (error.failure === 'policy_too_large' || error.failure === 'policy_malformed') {
    const what =
      error.failure === 'policy_too_large'
        ? 'its session policies and tags are too large once STS has packed them, a size that only STS knows. Make them shorter'
        : 'AWS does not take its session policies. Mend them';
    throw new Problem(
      'profile_not_usable',
      `The access profile "${profile?.name}" cannot be used: ${what}, then draw again.`,
      { cause: error },
    );
  }
  throw stsProblem(error.failure, error);
}
