import type { SessionOptions } from '../../aws/sts.ts';
import type { InvalidInput } from '../../http/problem.ts';
import type { Principal } from '../../identity/principal.ts';
import { policyArnsInPartition } from '../../profiles/permissions-in-partition.ts';
import { buildSessionAttributes, hasSessionAttributes } from '../../profiles/session-attributes.ts';
import { DURATION_SECONDS } from '../credentials.ts';
import type { SessionProfile } from '../target/credential-target.ts';

/** A value derived from the request, or the part of the request that is not valid. */
type Selection<T> = { selected: T } | { invalid: InvalidInput };

/** The name in the request, else the only profile that the key is limited to; null: the connection's own profile applies. */
export function requestedProfileName(
  { profiles }: Pick<Principal, 'profiles'>,
  requested: string | null,
): string | null {
  if (requested !== null || profiles === 'any') return requested;
  const [first, ...others] = profiles;
  return first !== undefined && others.length === 0 ? first : null;
}

/**
 * Selects the profile that limits the session. null: the session may do everything that the role grants, which only a
 * key for any profile gets, on a connection without a profile. Naming a profile can narrow a session and never widen it.
 * A profile that the key may not use is answered like a missing one, so that a worker cannot find out which exist.
 * @param requested the result of `requestedProfileName`
 * @param found the profile that the database has for `requested`
 */
export function selectProfile(
  { profiles }: Pick<Principal, 'profiles'>,
  requested: string | null,
  found: SessionProfile | null,
): Selection<SessionProfile | null> {
  const isAllowed = found !== null && (profiles === 'any' || profiles.includes(found.name));
  if (isAllowed && (requested === null || found.name === requested)) return { selected: found };
  if (requested === null && profiles === 'any') return { selected: null };
  const message =
    requested !== null
      ? `the access profile "${requested}" does not exist, or this key may not use it`
      : `must name one of the access profiles that this key is limited to: ${[...profiles].sort().join(', ')}`;
  return { invalid: { path: 'profile', message } };
}

/** The requested duration, else the longest that the profile allows. A longer one is rejected rather than shortened. */
export function selectDurationSeconds(
  profile: SessionProfile | null,
  requested: number | null,
): Selection<number> {
  if (profile === null) return { selected: requested ?? DURATION_SECONDS.default };
  const max = Math.min(DURATION_SECONDS.max, profile.maxDurationSeconds);
  if (requested === null) return { selected: Math.min(DURATION_SECONDS.default, max) };
  if (requested <= max) return { selected: requested };
  const message = `must be ${max} or less, the longest session that the access profile "${profile.name}" allows`;
  return { invalid: { path: 'durationSeconds', message } };
}

/**
 * The session policies and session attributes that a profile adds to AssumeRole; null: it adds none.
 * @param target.partition the partition of the role, which the ARNs of AWS's own policies must have
 */
export function buildSessionOptions(
  profile: SessionProfile | null,
  target: { tenantId: string; workerKeyId: string; partition: string },
): SessionOptions | null {
  if (profile === null) return null;
  const { sessionPolicy: policy } = profile;
  const policyArns = policyArnsInPartition(profile.sessionPolicyArns, target.partition);
  const sessionAttributes = buildSessionAttributes(profile, target);
  return policy === null && policyArns.length === 0 && !hasSessionAttributes(sessionAttributes)
    ? null
    : { policy, policyArns, ...sessionAttributes };
}
