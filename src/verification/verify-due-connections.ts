import { setTimeout as delay } from 'node:timers/promises';
import { claimDueConnections, updateConnection } from '../connections/store.ts';
import { PROBES } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { SYSTEM } from '../identity/principal.ts';
import { verifyConnection } from './verify.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics' | 'onConnected'>;

/** Roles asked at once: ten calls, which the smallest budget of a tenant allows. */
const ROLES_AT_ONCE = 2;
/** How much of one tenant's budget the schedule takes at most, so that it starves neither a tenant nor all. */
const BUDGET_SHARE = 1 / 2;
/** When a check without an answer comes round again: a role must not escape the schedule by AWS being busy. */
const AGAIN_AFTER_SECONDS = 60;

/**
 * Verifies again the connections whose last check is older than the schedule allows, whatever came out of it: one that
 * stopped enforcing the ID stops being served, one that was mended is served again. Replicas share the work.
 * Answers with how many it checked.
 */
export async function verifyDueConnections(deps: Needs): Promise<number> {
  const pauseMs = (1000 * PROBES.length) / (deps.config.stsCallsPerSecond.tenant * BUDGET_SHARE);
  let checked = 0;
  for (;;) {
    const now = deps.clock.now();
    const before = new Date(now.getTime() - deps.config.recheckSeconds * 1000);
    const due = await claimDueConnections(deps.database, { before, now, limit: ROLES_AT_ONCE });
    if (due.length === 0) return checked;
    const pause = delay(pauseMs * due.length);
    await Promise.all(due.map((connection) => recheck(deps, connection, before)));
    await pause;
    checked += due.length;
  }
}

async function recheck(deps: Needs, due: { id: string; tenantId: string }, before: Date): Promise<void> {
  try {
    const input = { actor: SYSTEM, tenantId: due.tenantId, connectionId: due.id };
    const { outcome } = await verifyConnection(deps, input);
    if (outcome !== 'inconclusive') return;
    const afterSeconds = Math.min(AGAIN_AFTER_SECONDS, deps.config.recheckSeconds);
    const lastCheckedAt = new Date(before.getTime() + afterSeconds * 1000);
    await updateConnection(deps.database, due.id, { lastCheckedAt }, deps.clock.now());
  } catch (err) {
    deps.log.error({ connectionId: due.id, err }, 'a scheduled verification failed');
  }
}
