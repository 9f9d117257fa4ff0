import type { Database } from '../database/database.ts';
import { invalidRequest } from '../http/problem.ts';
import { keepProfiles } from './store.ts';

/** That a profile is there, and stays until the end of the transaction. @throws Problem `validation_failed` */
export async function assertProfile(database: Database, name: string | null): Promise<void> {
  if (name === null || (await keepProfiles(database, [name])).length === 1) return;
  throw invalidRequest([{ path: 'profile', message: `there is no access profile "${name}"` }]);
}
