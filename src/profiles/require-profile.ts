import type { Database } from '../database/database.ts';
import { invalidRequest } from '../http/problem.ts';
import type { AccessProfile } from './profile.ts';
import { findProfileByName, lockExistingProfiles } from './store.ts';

/** @throws Problem `validation_failed` if the profile does not exist */
export async function requireProfile(database: Database, name: string): Promise<AccessProfile> {
  const profile = await findProfileByName(database, name);
  if (!profile) rejectProfile(name);
  return profile;
}

/**
 * Checks that a profile exists, and locks it so that it cannot be deleted before the end of the transaction.
 * @throws Problem `validation_failed`
 */
export async function assertProfileExists(database: Database, name: string | null): Promise<void> {
  if (name === null) return;
  const existing = await lockExistingProfiles(database, [name]);
  if (existing.length === 0) rejectProfile(name);
}

function rejectProfile(name: string): never {
  throw invalidRequest([
    { path: 'profile', message: `must name an access profile that exists; "${name}" does not` },
  ]);
}
