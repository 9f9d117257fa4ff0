import type { Deps } from '../deps.ts';
import { SYSTEM } from '../identity/principal.ts';
import { hashApiKey, newApiKey } from './api-key.ts';
import { addKey } from './create-key.ts';
import { lockFirstKey } from './store.ts';

/**
 * Creates the first admin key while no key exists: the configured one, or else a new one.
 * Returns the new key, which is shown once; null when none was created or the operator configured it.
 */
export async function ensureFirstKey(
  deps: Pick<Deps, 'database' | 'clock'>,
  configured: string | null,
): Promise<string | null> {
  const key = configured ?? newApiKey();
  const created = await deps.database.transaction(async (database) => {
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
  return created && configured === null ? key : null;
}
