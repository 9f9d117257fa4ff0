import type { Deps } from '../deps.ts';
import { SYSTEM } from '../identity/principal.ts';
import { hashApiKey, newApiKey } from './api-key.ts';
import { addKey } from './create-key.ts';
import { lockFirstKey } from './store.ts';

/**
 * Makes the first admin key when there is no key yet: the configured one, or else a new one.
 * Answers with the new key, to be shown this once; null when nothing was made or the key is the operator's own.
 */
export async function ensureFirstKey(
  deps: Pick<Deps, 'database' | 'clock'>,
  configured: string | null,
): Promise<string | null> {
  const key = configured ?? newApiKey();
  const made = await deps.database.transaction(async (database) => {
    if (!(await lockFirstKey(database))) return false;
    const input = {
      actor: SYSTEM,
      name: 'first admin key',
      role: 'admin' as const,
      tenantId: null,
      tenantIds: null,
      profiles: null,
      expiresAt: null,
    };
    await addKey(
      { database, clock: deps.clock },
      input,
      hashApiKey(key),
      configured ? 'environment' : 'issued',
    );
    return true;
  });
  return made && configured === null ? key : null;
}
