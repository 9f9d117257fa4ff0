import type { Deps } from '../deps.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertSourceIdentityAllowed, assertWithinLimits } from './limits.ts';
import { type AccessProfile, DEFAULT_SETTINGS, type ProfileSettings } from './profile.ts';
import { recordProfileEvent } from './record.ts';
import { insertProfile } from './store.ts';

/**
 * Creates a profile. Settings that AWS would reject are rejected here, with a message that names the limit.
 * @throws Problem `validation_failed`, `conflict` (name taken)
 */
export async function createProfile(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: { actor: Actor; name: string; settings: Partial<ProfileSettings> },
): Promise<AccessProfile> {
  const settings = { ...DEFAULT_SETTINGS, ...input.settings };
  assertWithinLimits(settings, deps.config.brokers);
  assertSourceIdentityAllowed(settings, deps.config.brokers);
  return deps.database.transaction(async (database) => {
    const now = deps.clock.now();
    const profile = await insertProfile(database, { id: newId('profile'), name: input.name, settings, now });
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.created', profile);
    return profile;
  });
}
