import type { SessionOptions } from '../aws/sts.ts';
import type { Problem } from '../http/problem.ts';
import { invalidRequest } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { buildSessionAttributes, hasSessionAttributes } from '../profiles/session-attributes.ts';
import type { TargetProfile } from './connection-lookup.ts';
import { DURATION_SECONDS } from './credentials.ts';

/** The profile to look for: the one that was named, or else the only one that the key is held to; null: none in particular. */
export function wantedProfile(
  { profiles }: Pick<Principal, 'profiles'>,
  named: string | null,
): string | null {
  if (named !== null || profiles === 'any') return named;
  return profiles.length === 1 ? (profiles[0] as string) : null;
}

/**
 * The profile that a session is held to, of what was found for `wantedProfile`; null: all that the role may, for a key
 * that may use any profile, on a connection without one. Naming a profile narrows and never widens: a key that is held
 * to profiles gets one of those or nothing, and a profile that it is not held to is answered like one that is not there.
 * @throws Problem `validation_failed`
 */
export function chosenProfile(
  { profiles }: Pick<Principal, 'profiles'>,
  wanted: string | null,
  found: TargetProfile | null,
): TargetProfile | null {
  const allowed = found !== null && (profiles === 'any' || profiles.includes(found.name));
  if (allowed && (wanted === null || found.name === wanted)) return found;
  if (wanted !== null)
    throw invalidProfile(`there is no access profile "${wanted}", or this key may not use it`);
  if (profiles === 'any') return null;
  throw invalidProfile(
    `must name one of the access profiles that this key is held to: ${[...profiles].sort().join(', ')}`,
  );
}

function invalidProfile(message: string): Problem {
  return invalidRequest([{ path: 'profile', message }]);
}

/**
 * How long the session lasts: what was asked for, or the longest that is allowed.
 * @throws Problem `validation_failed` when more was asked for than the profile allows
 */
export function chosenDuration(profile: TargetProfile | null, asked: number | null): number {
  const most = Math.min(DURATION_SECONDS.most, profile?.maxDurationSeconds ?? DURATION_SECONDS.most);
  if (asked !== null && asked > most) {
    throw invalidRequest([
      {
        path: 'durationSeconds',
        message: `must be ${most} or less, the longest session of the access profile "${profile?.name}"`,
      },
    ]);
  }
  return asked ?? Math.min(DURATION_SECONDS.default, most);
}

/** What STS is told about a session of this profile; null when there is nothing to tell. */
export function sessionOptions(
  profile: TargetProfile | null,
  by: { tenantId: string; workerKeyId: string },
): SessionOptions | null {
  if (profile === null) return null;
  const { sessionPolicy: policy, sessionPolicyArns: policyArns } = profile;
  const sessionAttributes = buildSessionAttributes(profile, by);
  return policy === null && policyArns.length === 0 && !hasSessionAttributes(sessionAttributes)
    ? null
    : { policy, policyArns, ...sessionAttributes };
}
