import type { Deps } from '../../deps.ts';
import { assertTenantAccess } from '../../http/authorize.ts';
import { notFound } from '../../http/problem.ts';
import type { Principal } from '../../identity/principal.ts';
import { findRun } from './store.ts';
import type { VerificationRun } from './verification-run.ts';

/** @throws Problem `not_found`, the same for another tenant's run as for a missing one */
export async function getRun(
  deps: Pick<Deps, 'database'>,
  { principal, runId, tenantId }: { principal: Principal; tenantId: string; runId: string },
): Promise<VerificationRun> {
  assertTenantAccess(principal, tenantId);
  const run = await findRun(deps.database, { id: runId, tenantId });
  if (!run) throw notFound();
  return run;
}
