import type { StsError, StsFailure } from '../aws/sts.ts';
import { toStsProblem } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { hasSessionAttributes } from '../profiles/session-attributes.ts';
import { toProbeProblem } from '../verification/probe-problem.ts';
import type { CacheRequest } from './cache/credential-cache.ts';
import type { Credentials, Recovery } from './credentials.ts';
import { type AllowedSession, type CredentialRequest, decide, type Refusal } from './decide.ts';
import { type RecoveryDeps, recoverFromDenial } from './recover-from-denial.ts';
import { readTarget } from './target/resolve-target.ts';

export type ObtainDeps = RecoveryDeps & Pick<Deps, 'connectionLookup' | 'credentialCache'>;

interface ObtainInput extends CredentialRequest {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  /** How long the caller can wait for STS; left out: as long as a call to STS may take. */
  maxWaitMs?: number;
  /** Runs work that waits for AWS. */
  whileWaiting<T>(work: () => Promise<T>): Promise<T>;
}

type Obtained = { session: AllowedSession; credentials: Credentials; cached: boolean } | { refuse: Refusal };

/** AWS that denies and allows by turns is asked this often. */
const MAX_ATTEMPTS = 3;

/**
 * Gets the session from the cache or from STS. After a denial that a recovery did not confirm, it is requested again, as
 * the connection is now: during a rotation, its role may enforce the other external ID.
 * @throws Problem `aws_throttled`, `aws_unavailable`, `broker_failing`
 */
export async function obtainCredentials(
  deps: ObtainDeps,
  input: ObtainInput,
  session: AllowedSession,
): Promise<Obtained> {
  let current = session;
  for (let attempt = 1; ; attempt++) {
    // After the connection moved to the other ID of a rotation, a second denial is final: the customer is changing the role.
    const hasMoved = current.externalId.id !== session.externalId.id;
    const recover = hasMoved ? null : (): Promise<Recovery> => recoverFromDenial(deps, current);
    const { maxWaitMs } = input;
    const obtained = await input.whileWaiting(() => requestSession(deps, current, { recover, maxWaitMs }));
    if (obtained !== 'retry') return obtained;
    if (attempt === MAX_ATTEMPTS) throw contradictionProblem();
    const decision = decide(await readTarget(deps, input), input.principal, input);
    if ('refuse' in decision) return decision;
    current = decision.allow;
  }
}

/** The connection stays verified: each time the role was verified again, AWS allowed it. */
function contradictionProblem(): Problem {
  return new Problem(
    'aws_unavailable',
    'AWS denies and allows access to the role by turns. A change in IAM may be taking effect. Try again after the time in Retry-After.',
    { retryAfterSeconds: 3 },
  );
}

async function requestSession(
  { credentialCache }: Pick<Deps, 'credentialCache'>,
  session: AllowedSession,
  request: CacheRequest,
): Promise<Obtained | 'retry'> {
  const result = await credentialCache.issue(session, request);
  if (result.kind === 'issued') return { session, ...result };
  const { error } = result;
  if (result.kind === 'denied') {
    const { recovery } = result;
    if (recovery?.outcome === 'retry') return 'retry';
    if (recovery?.outcome === 'unknown') throw toProbeProblem(recovery.failure, error);
    return { refuse: denialRefusal(session, recovery) };
  }
  const refuse = policyRefusal(session, error);
  if (refuse === null) throw toStsProblem(error.failure, error);
  return { refuse };
}

type FinalRecovery = Extract<Recovery, { outcome: 'not_usable' | 'session_attributes_denied' }>;

/** @param recovery null: the role was verified, but AWS denied the session again */
function denialRefusal({ profile, options }: AllowedSession, recovery: FinalRecovery | null): Refusal {
  if (recovery?.outcome === 'not_usable') {
    return {
      code: 'role_not_assumable',
      detail:
        'AWS denied access to the role. No credentials are issued for this connection until it is verified again, which happens by itself. The verification says what to fix.',
      nextVerificationAt: recovery.nextVerificationAt,
    };
  }
  if (profile !== null && hasSessionAttributes(options)) {
    return {
      code: 'profile_not_usable',
      detail: `The customer's role does not allow the session tags or the source identity of the access profile "${profile}". Update its trust policy from the setup kit of this profile, or change the profile.`,
    };
  }
  return {
    code: 'role_not_assumable',
    detail:
      'AWS denied access to the role, although it allowed it a moment ago. The trust policy may be changing. Try again; if access is still denied, verify the connection.',
    nextVerificationAt: null,
  };
}

const POLICY_REASONS: Partial<Record<StsFailure, string>> = {
  policy_too_large:
    'its session policies and tags are too large after STS has packed them, a size that only STS can compute. Shorten them',
  policy_malformed: 'AWS rejects its session policies. Correct them',
};

/** STS rejected the policies of the profile. null: another failure, or a session without any, so no profile explains it. */
function policyRefusal({ profile, options }: AllowedSession, { failure }: StsError): Refusal | null {
  const reason = POLICY_REASONS[failure];
  if (reason === undefined || profile === null || options === null) return null;
  return {
    code: 'profile_not_usable',
    detail: `The access profile "${profile}" cannot be used: ${reason} and try again.`,
  };
}
