import type { AuditAction } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../identity/principal.ts';
import { type AccessProfile, serializePolicy } from './profile.ts';

/** The event says all that a profile lets be done, so that the log alone tells what a session of that time could do. */
export async function recordProfileEvent(
  deps: Pick<Deps, 'database' | 'clock'>,
  actor: Actor,
  action: Extract<AuditAction, `profile.${string}`>,
  profile: AccessProfile,
  more: { changed?: string[] } = {},
): Promise<void> {
  await recordEvents(deps.database, deps.clock, {
    tenantId: null,
    actor,
    action,
    outcome: 'success',
    detail: {
      profileId: profile.id,
      profile: profile.name,
      ...more,
      managedPolicyArns: [...profile.managedPolicyArns],
      inlinePolicy: profile.inlinePolicy && serializePolicy(profile.inlinePolicy),
      sessionPolicy: profile.sessionPolicy && serializePolicy(profile.sessionPolicy),
      sessionPolicyArns: [...profile.sessionPolicyArns],
      maxDurationSeconds: profile.maxDurationSeconds,
      sessionTags: profile.sessionTags,
      sourceIdentity: profile.sourceIdentity,
    },
  });
}
