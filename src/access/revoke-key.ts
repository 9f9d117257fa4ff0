import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findApiKey, revokeApiKey } from './store.ts';

/** Revokes a key: every replica rejects it from the next request on. Revoking it again changes nothing. */
export async function revokeKey(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; keyId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const revoked = await revokeApiKey(database, input.keyId, deps.clock.now());
    if (!revoked) {
      if (!(await findApiKey(database, input.keyId))) throw notFound();
      return;
    }
    await recordEvents(database, deps.clock, {
      tenantId: revoked.tenantId,
      actor: input.actor,
      action: 'api_key.revoked',
      outcome: 'success',
      detail: { keyId: revoked.id, name: revoked.name, role: revoked.role },
    });
  });
}
