import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { assertWithinLimits } from './limits.ts';
import type { AccessProfile, ProfileSettings } from './profile.ts';
import { recordProfileEvent } from './record.ts';
import { lockProfile, updateProfile } from './store.ts';

/**
 * Changes a profile. Credentials drawn after this are of the new one, on every replica; sessions that were handed out
 * before live to their end with what they had.
 */
export async function changeProfile(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: { actor: Actor; profileId: string; changes: Partial<ProfileSettings> },
): Promise<AccessProfile> {
  return deps.database.transaction(async (database) => {
    const before = await lockProfile(database, input.profileId);
    if (!before) throw notFound();
    const { id: _i, name: _n, createdAt: _c, updatedAt: _u, ...settings } = { ...before, ...input.changes };
    // The whole of it: a policy that fits by itself may not fit beside the ARNs that are there.
    assertWithinLimits(settings, deps.config.vendor.partition);
    const profile = await updateProfile(database, before.id, settings, deps.clock.now());
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.updated', profile, {
      changed: Object.keys(input.changes).sort(),
    });
    return profile;
  });
}
