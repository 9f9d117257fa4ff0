import type { AuditAction } from '../audit/audit-event.ts';
import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from '../identity/principal.ts';
import { type AccessProfile, serializePolicy } from './profile.ts';

/** Records the whole profile, so that the audit log alone shows what a session could do at any time. */
export async function recordProfileEvent(
  deps: Pick<Deps, 'database' | 'clock'>,
  actor: Actor,
  action: Extract<AuditAction, `profile.${string}`>,
  profile: AccessProfile,
  extra: { changed?: string[] } = {},
): Promise<void> {
  await recordEvents(deps.database, deps.clock, {
    tenantId: null,
    actor,
    action,
    outcome: 'success',
    detail: {
      profileId: profile.id,
      profile: profile.name,
      ...extra,
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
