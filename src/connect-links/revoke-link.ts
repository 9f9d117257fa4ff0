import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { notFound } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { findLink, revokeLinks } from './store.ts';

/**
 * Revokes a link, the links for colleagues that were created from its page, and the sessions of all of them, from the
 * next request on. Revoking a revoked link changes nothing.
 * @throws Problem `not_found`
 */
export async function revokeLink(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: { actor: Actor; tenantId: string; linkId: string },
): Promise<void> {
  await deps.database.transaction(async (database) => {
    const link = { id: input.linkId, tenantId: input.tenantId };
    if (!(await findLink(database, link))) throw notFound();
    const revokedIds = await revokeLinks(database, link, deps.clock.now());
    await recordEvents(
      database,
      deps.clock,
      ...revokedIds.map((linkId) => ({
        tenantId: input.tenantId,
        actor: input.actor,
        action: 'connect_link.revoked' as const,
        outcome: 'success' as const,
        detail: { linkId },
      })),
    );
  });
}
