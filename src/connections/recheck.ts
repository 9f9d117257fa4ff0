import { SYSTEM } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { claimDueConnections } from './store.ts';
import { verifyConnection } from './verify.ts';

/** Roles asked at once, so that the schedule never uses up what STS allows the account. */
const ROLES_AT_ONCE = 4;

/**
 * Verifies again the connections whose last check is older than the schedule allows, whatever came out of it: one that
 * stopped enforcing the ID stops being served, one that was mended is served again. Replicas share the work.
 * Answers with how many it checked.
 */
export async function recheckConnections(
  deps: Pick<Deps, 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics'>,
): Promise<number> {
  let checked = 0;
  for (;;) {
    const now = deps.clock.now();
    const before = new Date(now.getTime() - deps.config.recheckSeconds * 1000);
    const due = await claimDueConnections(deps.database, { before, now, limit: ROLES_AT_ONCE });
    if (due.length === 0) return checked;
    await Promise.all(
      due.map(({ id, tenantId }) =>
        verifyConnection(deps, { actor: SYSTEM, tenantId, connectionId: id }).catch((err) =>
          deps.log.error({ connectionId: id, err }, 'a scheduled verification failed'),
        ),
      ),
    );
    checked += due.length;
  }
}
