import type { Deps } from '../../deps.ts';
import { hashSecret } from '../link.ts';
import { deleteSession } from './store.ts';

/** Ends one browser's session. Other sessions of the same link go on. */
export async function endSession(deps: Pick<Deps, 'database'>, secret: string): Promise<void> {
  await deleteSession(deps.database, hashSecret(secret));
}
