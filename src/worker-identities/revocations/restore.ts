import { recordEvents } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../http/problem.ts';
import type { Actor } from '../../identity/principal.ts';
import { detailOf } from './revoke.ts';
import { deleteRevocation } from './store.ts';

/** Takes a revocation back: tokens that no other one names are accepted again, while they are valid. */
export async function restoreTokens(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; revocationId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const lifted = await deleteRevocation(database, input.revocationId);
    if (!lifted) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor: input.actor,
      action: 'tokens.restored',
      outcome: 'success',
      detail: detailOf(lifted),
    });
  });
}
