import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { assertSourceIdentityAllowed, assertWithinLimits } from './limits.ts';
import type { AccessProfile, ProfileSettings } from './profile.ts';
import { recordProfileEvent } from './record.ts';
import { lockProfile, updateProfile } from './store.ts';

/**
 * Changes a profile. It applies to the next credentials that are issued, on every replica. Sessions that were issued
 * before keep their permissions until they expire, because AWS cannot take them back.
 * @throws Problem `not_found`, `validation_failed`
 */
export async function changeProfile(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: { actor: Actor; profileId: string; changes: Partial<ProfileSettings> },
): Promise<AccessProfile> {
  return deps.database.transaction(async (database) => {
    const before = await lockProfile(database, input.profileId);
    if (!before) throw notFound();
    const { id: _i, name: _n, createdAt: _c, updatedAt: _u, ...settings } = { ...before, ...input.changes };
    // Policies and ARNs share limits, so the whole profile is checked and not only the changes.
    assertWithinLimits(settings, deps.config.brokers);
    // Only if this change turns it on: a profile that has it already can still be changed, and turned off.
    assertSourceIdentityAllowed(input.changes, deps.config.brokers);
    const profile = await updateProfile(database, before.id, settings, deps.clock.now());
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.updated', profile, {
      changed: Object.keys(input.changes).sort(),
    });
    return profile;
  });
}
