import type { Deps } from '../deps.ts';
import { requireProfile } from './require-profile.ts';

/**
 * Returns the name and the longest session of the role that the setup kit creates. An access profile may have a role name
 * of its own; everything else comes from the configuration.
 * @throws Problem `validation_failed` if the profile does not exist
 */
export async function getRoleSettings(
  deps: Pick<Deps, 'database' | 'config'>,
  profileName: string | null,
): Promise<{ name: string; maxSessionDurationSeconds: number }> {
  const { role } = deps.config;
  if (profileName === null) return role;
  const profile = await requireProfile(deps.database, profileName);
  return { ...role, name: profile.roleName ?? role.name };
}
