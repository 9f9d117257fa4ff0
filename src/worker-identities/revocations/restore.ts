import { recordEvents } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../http/problem.ts';
import type { Actor } from '../../identity/principal.ts';
import { deleteRevocation } from './store.ts';
import { toAuditDetail } from './token-revocation.ts';

/** Deletes a revocation: its tokens are accepted again unless they have expired or another revocation applies. */
export async function restoreTokens(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; revocationId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const deleted = await deleteRevocation(database, input.revocationId);
    if (!deleted) throw notFound();
    await recordEvents(database, deps.clock, {
      tenantId: null,
      actor: input.actor,
      action: 'tokens.restored',
      outcome: 'success',
      detail: toAuditDetail(deleted),
    });
  });
}
