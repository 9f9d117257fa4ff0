import type { Deps } from '../deps.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { recordProfileEvent } from './record.ts';
import { countProfileUses, deleteProfile, lockProfile } from './store.ts';

/**
 * Deletes a profile that no key, worker identity or connection names. Otherwise a later profile with the same name would
 * silently change what a worker may do.
 * @throws Problem `not_found`, `conflict` (in use)
 */
export async function removeProfile(
  deps: Pick<Deps, 'database' | 'clock' | 'config'>,
  input: { actor: Actor; profileId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const profile = await lockProfile(database, input.profileId);
    if (!profile) throw notFound();
    const { keys, connections } = await countProfileUses(database, profile.name);
    const identities = deps.config.workerIdentities.filter(
      ({ profiles }) => profiles !== 'any' && profiles.includes(profile.name),
    ).length;
    if (keys + identities + connections > 0) {
      throw new Problem(
        'conflict',
        `The access profile "${profile.name}" is in use. Keys limited to it: ${keys}; connections registered with it: ${connections}; worker identities limited to it: ${identities}. First revoke those keys, change or delete those connections, and remove the profile from the file of worker identities.`,
      );
    }
    await deleteProfile(database, profile.id, profile.name);
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.deleted', profile);
  });
}
