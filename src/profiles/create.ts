import type { Deps } from '../deps.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertWithinLimits } from './limits.ts';
import { type AccessProfile, DEFAULT_SETTINGS, type ProfileSettings } from './profile.ts';
import { recordProfileEvent } from './record.ts';
import { insertProfile } from './store.ts';

/** Saves a new profile; whatever AWS would refuse of it is refused here, with the limit named. */
export async function createProfile(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: { actor: Actor; name: string; settings: Partial<ProfileSettings> },
): Promise<AccessProfile> {
  const settings = { ...DEFAULT_SETTINGS, ...input.settings };
  assertWithinLimits(settings, deps.config.vendor.partition);
  return deps.database.transaction(async (database) => {
    const now = deps.clock.now();
    const profile = await insertProfile(database, { id: newId('profile'), name: input.name, settings, now });
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.created', profile);
    return profile;
  });
}
