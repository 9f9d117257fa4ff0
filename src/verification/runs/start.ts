import { findConnections, listOpenConnections } from '../../connections/store.ts';
import type { Database } from '../../database/database.ts';
import type { Deps } from '../../deps.ts';
import { assertTenantAccess } from '../../http/authorize.ts';
import { invalidRequest, notFound, Problem } from '../../http/problem.ts';
import type { Actor, Principal } from '../../identity/principal.ts';
import { newId } from '../../lib/ids.ts';
import { lockTenant } from '../../tenants/store.ts';
import { findRun, findUnfinishedRun, insertRun } from './store.ts';
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
 * Writes down that connections are to be verified; `advanceRuns` does it. One run of a tenant at a time: a second one
 * would only wait for the first, since both live of the same limit.
 * @throws Problem `not_found`, `tenant_not_active`, `conflict`, `validation_failed` for connections that are not there
 */
export async function startRun(
  deps: Pick<Deps, 'database' | 'clock'>,
  input: Input,
): Promise<VerificationRun> {
  const { tenantId } = input;
  assertTenantAccess(input.principal, tenantId);
  return deps.database.transaction(async (database) => {
    const status = await lockTenant(database, tenantId);
    if (status === null) throw notFound();
    if (status !== 'active') {
      throw new Problem('tenant_not_active', `This tenant is ${status}; its roles are not verified.`);
    }
    const underWay = await findUnfinishedRun(database, tenantId);
    if (underWay !== null) {
      throw new Problem(
        'conflict',
        `This tenant's connections are being verified already, by ${underWay}. Follow that one, or wait for its end.`,
      );
    }
    const connections = await chosen(database, input);
    const id = newId('run');
    await insertRun(database, { id, tenantId, actor: input.actor, connections, now: deps.clock.now() });
    const run = await findRun(database, { id, tenantId });
    if (!run) throw new Error(`run ${id} is gone in its own transaction`);
    return run;
  });
}

async function chosen(
  database: Database,
  { tenantId, connectionIds, limit }: Input,
): Promise<{ id: string; accountId: string }[]> {
  if (connectionIds === null) return listOpenConnections(database, { tenantId, limit });
  const found = await findConnections(database, { tenantId, ids: connectionIds });
  const known = new Set(found.map(({ id }) => id));
  const missing = connectionIds.flatMap((id, i) =>
    known.has(id) ? [] : [{ path: `connectionIds.${i}`, message: 'this tenant has no such connection' }],
  );
  if (missing.length > 0) throw invalidRequest(missing);
  return found.slice(0, limit);
}
