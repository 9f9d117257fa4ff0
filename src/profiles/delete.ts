import type { Actor } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { notFound, Problem } from '../http/problem.ts';
import { recordProfile } from './record.ts';
import { countUses, deleteProfile, lockProfile } from './store.ts';

/**
 * Deletes a profile that nobody names any more. While a key is held to it or a connection was set up with it, it stays:
 * a later profile of the same name must not become what that key may draw.
 */
export async function removeProfile(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; profileId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const profile = await lockProfile(database, input.profileId);
    if (!profile) throw notFound();
    const { keys, connections } = await countUses(database, profile.name);
    if (keys + connections > 0) {
      throw new Problem(
        'conflict',
        `The access profile "${profile.name}" is in use: keys held to it: ${keys}; connections set up with it: ${connections}. Revoke those keys and change or delete those connections first.`,
      );
    }
    await deleteProfile(database, profile.id, profile.name);
    await recordProfile({ ...deps, database }, input.actor, 'profile.deleted', profile);
  });
}
