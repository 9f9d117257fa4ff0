import { createHash } from 'node:crypto';
import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { StaffProvider } from './provider.ts';
import { providerFailure } from './provider-failure.ts';
import { roleOf, type StaffClaims } from './role-rule.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';
import { type StaffIdentity, staffName, staffSubject } from './staff-identity.ts';
import { markSignInUsed } from './store.ts';

export type SignInFailure =
  /** This browser began no sign-in, or another one than the callback belongs to, or too long ago. */
  | { reason: 'not_started_here' }
  /** The provider did not let the person in, or the person cancelled. */
  | { reason: 'denied_by_provider' }
  | { reason: 'provider_unavailable' }
  /** What the provider sent is not valid: nothing that the person can change. */
  | { reason: 'invalid_response' }
  | { reason: 'no_role'; name: string };

/** Who somebody is at the provider, in its own terms: for the audit log. */
interface ProviderIdentity {
  issuer: string;
  subject: string;
}

export interface CompletedSignIn {
  person: StaffIdentity;
  providerIdentity: ProviderIdentity;
  /** For signing out at the provider. */
  idToken: string;
}

type CompleteDeps = Pick<Deps, 'database' | 'clock' | 'log'> & { provider: StaffProvider };

/**
 * Completes a sign-in with the callback from the provider. Each attempt identifies a person once at most.
 * @param input.attempt what the browser kept since the sign-in began; null if it has nothing
 * @param input.callbackUrl the redirect URI with the parameters that the provider added
 */
export async function completeSignIn(
  deps: CompleteDeps,
  input: { attempt: SignInAttempt | null; callbackUrl: URL; requestId: string },
): Promise<CompletedSignIn | SignInFailure> {
  const { attempt, callbackUrl, requestId } = input;
  // Checked first, so that a callback from elsewhere causes no request to the provider.
  if (attempt === null || callbackUrl.searchParams.get('state') !== attempt.state)
    return { reason: 'not_started_here' };
  const redeemed = await redeem(deps, attempt, callbackUrl);
  if ('reason' in redeemed) return redeemed;
  const { issuer, rules } = deps.provider.settings;
  const { claims } = redeemed;
  const role = roleOf(rules, claims);
  const identity = { subject: staffSubject(issuer, claims), name: staffName(claims) };
  const providerIdentity = { issuer, subject: claims.sub };
  if (role === null) {
    await recordRefusal(deps, { ...identity, requestId, providerIdentity });
    return { reason: 'no_role', name: identity.name };
  }
  const stateHash = createHash('sha256').update(attempt.state).digest();
  if (!(await markSignInUsed(deps.database, stateHash, deps.clock.now())))
    return { reason: 'not_started_here' };
  return { person: { ...identity, role }, providerIdentity, idToken: redeemed.idToken };
}

async function redeem(
  { provider, log }: CompleteDeps,
  attempt: SignInAttempt,
  callbackUrl: URL,
): Promise<{ claims: StaffClaims; idToken: string } | SignInFailure> {
  try {
    return await provider.redeemCode(attempt, callbackUrl);
  } catch (error) {
    const failure = providerFailure(error);
    log.warn({ issuer: provider.settings.issuer, ...failure }, 'A sign-in to the console failed');
    return { reason: failure.reason };
  }
}

/** Somebody whom the provider knows has tried to open the console: worth a look, and too rare to fill the log. */
async function recordRefusal(
  deps: CompleteDeps,
  person: { subject: string; name: string; requestId: string; providerIdentity: ProviderIdentity },
): Promise<void> {
  await recordEvents(deps.database, deps.clock, {
    tenantId: null,
    actor: { type: 'staff', id: person.subject, name: person.name, requestId: person.requestId },
    action: 'console.sign_in_refused',
    outcome: 'failure',
    detail: { reason: 'no role', providerIdentity: { ...person.providerIdentity } },
  });
}
