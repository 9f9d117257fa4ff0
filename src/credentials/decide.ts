import type { SessionOptions } from '../aws/sts.ts';
import type { ConnectionStatus } from '../connections/connection.ts';
import type { InvalidInput } from '../http/problem.ts';
import { mayAccessTenant, type Principal } from '../identity/principal.ts';
import type { TenantStatus } from '../tenants/tenant.ts';
import {
  buildSessionOptions,
  requestedProfileName,
  selectDurationSeconds,
  selectProfile,
} from './session/session.ts';
import type { SessionNameValues } from './session/session-name.ts';
import type { CredentialTarget } from './target/credential-target.ts';

export interface CredentialRequest {
  /** Name of the requested access profile, or null. */
  profile: string | null;
  /** null: the longest that the profile allows. */
  durationSeconds: number | null;
  /** Why the credentials are needed, or null. */
  purpose: string | null;
}

/** A session of a verified connection that this worker may have now. */
export interface AllowedSession {
  tenantId: string;
  connectionId: string;
  roleArn: string;
  accountId: string;
  partition: string;
  /** The tenant's own external ID that the role was last verified with. */
  externalId: { id: bigint; value: string };
  workerKeyId: string;
  durationSeconds: number;
  /** Name of the access profile that limits the session, or null. */
  profile: string | null;
  /** The session policies and session attributes of the profile; null: it has none. */
  options: SessionOptions | null;
  /** For the session name. A cached session keeps the name that its first request gave it. */
  nameValues: Omit<SessionNameValues, 'unique'>;
}

/** Why a request gets no credentials: a code for programs, and a text for the caller. */
export type Refusal =
  | { code: 'not_found' }
  | { code: 'validation_failed'; errors: InvalidInput[] }
  | { code: 'tenant_not_active' | 'profile_not_usable'; detail: string }
  /** `heals`: the connection is verified again by itself, and soon when credentials are requested. */
  | { code: 'connection_not_verified'; detail: string; heals: boolean }
  | { code: 'role_not_assumable'; detail: string; nextVerificationAt: Date | null };

export type Decision = { allow: AllowedSession } | { refuse: Refusal };

/** Decides by the current state of the database whether a worker may have a session of a connection, and which. */
export function decide(target: CredentialTarget, principal: Principal, request: CredentialRequest): Decision {
  if (!mayAccessTenant(principal, target.tenantId)) return { refuse: { code: 'not_found' } };
  const requested = requestedProfileName(principal, request.profile);
  const profile = selectProfile(principal, requested, target.profile);
  if ('invalid' in profile) return refuseInvalid(profile.invalid);
  if (target.tenantStatus !== 'active')
    return { refuse: { code: 'tenant_not_active', detail: INACTIVE_TENANT[target.tenantStatus] } };
  if (target.connectionStatus !== 'verified' || target.verifiedExternalId === null)
    return { refuse: { code: 'connection_not_verified', ...describeUnverified(target.connectionStatus) } };
  const duration = selectDurationSeconds(profile.selected, request.durationSeconds);
  if ('invalid' in duration) return refuseInvalid(duration.invalid);
  const { tenantId, connectionId, roleArn, accountId, partition } = target;
  return {
    allow: {
      tenantId,
      connectionId,
      roleArn,
      accountId,
      partition,
      externalId: target.verifiedExternalId,
      workerKeyId: principal.keyId,
      durationSeconds: duration.selected,
      profile: profile.selected?.name ?? null,
      options: buildSessionOptions(profile.selected, { tenantId, workerKeyId: principal.keyId, partition }),
      nameValues: {
        workerId: principal.keyId,
        workerName: principal.name,
        tenantId,
        tenantReference: target.tenantReference,
        purpose: request.purpose,
      },
    },
  };
}

function refuseInvalid(error: InvalidInput): Decision {
  return { refuse: { code: 'validation_failed', errors: [error] } };
}

const INACTIVE_TENANT: Record<Exclude<TenantStatus, 'active'>, string> = {
  suspended: 'This tenant is suspended. No credentials are issued for it until it is reactivated.',
  offboarded: 'This tenant was offboarded. No credentials are issued for it any more.',
};

function describeUnverified(status: ConnectionStatus): { detail: string; heals: boolean } {
  const heals = status === 'pending' || status === 'unreachable';
  const nextStep = heals
    ? 'It is verified again by itself: try again after the time in Retry-After.'
    : NEXT_STEPS[status];
  return {
    detail: `The connection is ${status}. Credentials are issued for verified connections only. ${nextStep}`,
    heals,
  };
}

const NEXT_STEPS: Record<Exclude<ConnectionStatus, 'pending' | 'unreachable'>, string> = {
  verified: 'But the external ID that it was verified with is retired: verify it again.',
  insecure: 'Verify it: the verification says what to fix.',
  disabled: 'Enable it and verify it first.',
};
