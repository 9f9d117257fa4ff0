import type { Deps } from '../deps.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { recordProfileEvent } from './record.ts';
import { countProfileUses, deleteProfile, lockProfile } from './store.ts';

/**
 * Deletes a profile that nobody names any more. While a key or a worker identity is held to it, or a connection was set up
 * with it, it stays: a later profile of the same name must not become what that worker may draw.
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
        `The access profile "${profile.name}" is in use: keys held to it: ${keys}; connections set up with it: ${connections}; worker identities held to it: ${identities}. Revoke those keys, change or delete those connections, and take it out of the file of worker identities first.`,
      );
    }
    await deleteProfile(database, profile.id, profile.name);
    await recordProfileEvent({ ...deps, database }, input.actor, 'profile.deleted', profile);
  });
}
