import { findConnectionsById, listUnverifiedConnections } from '../../connections/store.ts';
import type { Database } from '../../database/database.ts';
import type { Deps } from '../../deps.ts';
import { assertTenantAccess } from '../../http/authorize.ts';
import { invalidRequest, Problem } from '../../http/problem.ts';
import type { Actor, Principal } from '../../identity/principal.ts';
import { newId } from '../../lib/ids.ts';
import { lockActiveTenant } from '../../tenants/store.ts';
import { findRun, findUnfinishedRunId, insertRun } from './store.ts';
import type { VerificationRun } from './verification-run.ts';

interface Input {
  principal: Principal;
  actor: Actor;
  tenantId: string;
  /** null: all that are neither verified nor disabled. */
  connectionIds: readonly string[] | null;
  limit: number;
}

/**
 * Inserts a run, which `advanceRuns` then works on. A tenant has one run at a time: two would share the same rate limit,
 * so the second would not be faster.
 * @throws Problem `not_found`, `tenant_not_active`, `conflict`, `validation_failed` (a connection does not exist)
 */
export async function startRun(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: Input,
): Promise<VerificationRun> {
  const { tenantId } = input;
  assertTenantAccess(input.principal, tenantId);
  return deps.database.transaction(async (database) => {
    await lockActiveTenant(database, tenantId);
    const unfinishedId = await findUnfinishedRunId(database, tenantId);
    if (unfinishedId !== null) {
      throw new Problem(
        'conflict',
        `The verification run ${unfinishedId} of this tenant has not finished. Follow that run, or wait until it has finished.`,
      );
    }
    const connections = await selectConnections(database, input);
    const id = newId('run');
    await insertRun(database, { id, tenantId, actor: input.actor, connections, now: deps.clock.now() });
    const run = await findRun(database, { id, tenantId });
    if (!run) throw new Error(`run ${id} is missing in the transaction that inserted it`);
    return run;
  });
}

async function selectConnections(
  database: Database,
  { tenantId, connectionIds, limit }: Input,
): Promise<{ id: string; accountId: string }[]> {
  if (connectionIds === null) return listUnverifiedConnections(database, { tenantId, limit });
  const found = await findConnectionsById(database, { tenantId, ids: connectionIds });
  const foundIds = new Set(found.map(({ id }) => id));
  const missing = connectionIds.flatMap((id, i) =>
    foundIds.has(id) ? [] : [{ path: `connectionIds.${i}`, message: 'is not a connection of this tenant' }],
  );
  if (missing.length > 0) throw invalidRequest(missing);
  return found.slice(0, limit);
}
