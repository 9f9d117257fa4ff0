import { setTimeout as delay } from 'node:timers/promises';
import { claimDueConnections, updateConnection } from '../connections/store.ts';
import { PROBES } from '../connections/verification.ts';
import { SYSTEM } from '../identity/principal.ts';
import { type VerifyDeps, verifyConnection } from './verify.ts';

/** Two roles take ten calls, which the smallest rate limit of a tenant allows in one second. */
const MAX_CONCURRENT_ROLES = 2;
/** The part of a tenant's STS rate limit that scheduled verifications use, so that workers still get credentials. */
const MAX_BUDGET_SHARE = 1 / 2;
/** An inconclusive verification is repeated sooner than the schedule says: a throttled role must not escape it. */
const INCONCLUSIVE_RETRY_SECONDS = 60;

/**
 * Verifies the connections whose last verification is older than the schedule allows, whatever its outcome was. A role
 * that no longer enforces the external ID is no longer served; one that was fixed is served again. Replicas share the
 * work. Returns the number of verified connections.
 */
export async function verifyDueConnections(deps: VerifyDeps): Promise<number> {
  const pauseMs = (1000 * PROBES.length) / (deps.config.stsCallsPerSecond.tenant * MAX_BUDGET_SHARE);
  let count = 0;
  for (;;) {
    const now = deps.clock.now();
    const before = new Date(now.getTime() - deps.config.recheckSeconds * 1000);
    const due = await claimDueConnections(deps.database, { before, now, limit: MAX_CONCURRENT_ROLES });
    if (due.length === 0) return count;
    const pause = delay(pauseMs * due.length);
    await Promise.all(due.map((connection) => verifyDueConnection(deps, connection, before)));
    await pause;
    count += due.length;
  }
}

async function verifyDueConnection(
  deps: VerifyDeps,
  due: { id: string; tenantId: string },
  before: Date,
): Promise<void> {
  try {
    const input = { actor: SYSTEM, tenantId: due.tenantId, connectionId: due.id };
    const { outcome } = await verifyConnection(deps, input);
    if (outcome !== 'inconclusive') return;
    const retrySeconds = Math.min(INCONCLUSIVE_RETRY_SECONDS, deps.config.recheckSeconds);
    const lastCheckedAt = new Date(before.getTime() + retrySeconds * 1000);
    await updateConnection(deps.database, due.id, { lastCheckedAt }, deps.clock.now());
  } catch (err) {
    deps.log.error({ connectionId: due.id, err }, 'a scheduled verification failed');
  }
}
