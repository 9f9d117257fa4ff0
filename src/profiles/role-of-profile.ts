import type { Deps } from '../deps.ts';
import { invalidRequest } from '../http/problem.ts';
import { findProfileByName } from './store.ts';

/**
 * The role that the setup kit creates: its name and longest session, as the access profile or the configuration says.
 * @throws Problem `validation_failed` when the named profile does not exist
 */
export async function roleOfProfile(
  deps: Pick<Deps, 'database' | 'config'>,
  name: string | null,
): Promise<{ name: string; maxSessionDurationSeconds: number }> {
  const { role } = deps.config;
  if (name === null) return role;
  const profile = await findProfileByName(deps.database, name);
  if (!profile) throw invalidRequest([{ path: 'profile', message: `there is no access profile "${name}"` }]);
  return { ...role, name: profile.roleName ?? role.name };
}
