import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionStatus } from '../connections/connection.ts';
import { claimDueConnections, postponeVerification } from '../connections/store.ts';
import { PROBES } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { SYSTEM } from '../identity/principal.ts';
import { consumeRateLimit } from '../rate-limits/store.ts';
import { type VerifyDeps, verifyConnection } from './verify.ts';

const MAX_CONCURRENT_ROLES = 2;
/** The probes, and the correct external ID once more after them. */
const CALLS_PER_VERIFICATION = PROBES.length + 1;
/** The part of a tenant's STS budget that scheduled verifications use, so that workers still get credentials. */
const MAX_BUDGET_SHARE = 1 / 2;
/** Longer than a verification takes. If this process dies, another replica verifies the connection after this time. */
const LEASE_SECONDS = 60;

interface DueConnection {
  id: string;
  tenantId: string;
  status: ConnectionStatus;
}

/**
 * Verifies the connections that are due by the schedule or by their retries, whatever their last outcome was. A role that
 * no longer enforces the external ID is no longer served; one that was created or fixed is served without anybody asking.
 * Replicas share the work. One whose broker fails verifies a single connection of that partition in each call, which
 * shows when the broker works again. The others wait for that, or for replicas whose broker works.
 * Returns the number of verified connections. When `stopping` aborts, the others are left to other replicas or the next start.
 */
export async function verifyDueConnections(deps: VerifyDeps, stopping?: AbortSignal): Promise<number> {
  const { tenant: budget } = deps.config.stsCallsPerSecond;
  const limit = Math.max(1, Math.min(MAX_CONCURRENT_ROLES, Math.floor(budget / CALLS_PER_VERIFICATION)));
  let count = 0;
  for (const partition of partitionsByHealth(deps).failing)
    count += await verifyClaimed(deps, { partitions: [partition], limit: 1 });
  while (!stopping?.aborted) {
    // Read anew each time: once a broker is found failing, the rest of a long list must not be tried.
    const verified = await verifyClaimed(deps, { partitions: partitionsByHealth(deps).working, limit });
    if (verified === 0) break;
    count += verified;
  }
  return count;
}

/** Takes at least as long as the budget of the calls says, so that what follows stays within it too. */
async function verifyClaimed(
  deps: VerifyDeps,
  { partitions, limit }: { partitions: readonly string[]; limit: number },
): Promise<number> {
  if (partitions.length === 0) return 0;
  const { tenant: budget } = deps.config.stsCallsPerSecond;
  const pause = delay((1000 * CALLS_PER_VERIFICATION * limit) / (budget * MAX_BUDGET_SHARE));
  const now = deps.clock.now();
  const leaseUntil = addSeconds(now, LEASE_SECONDS);
  const due = await claimDueConnections(deps.database, { now, leaseUntil, limit, partitions });
  if (due.length === 0) return 0;
  await Promise.all(due.map((connection) => verifyDueConnection(deps, connection)));
  await pause;
  return due.length;
}

function partitionsByHealth({ brokers }: Pick<Deps, 'brokers'>): { working: string[]; failing: string[] } {
  const names = [...brokers.keys()];
  const isFailing = (name: string): boolean => brokers.get(name)?.health.state.status === 'failing';
  return { working: names.filter((name) => !isFailing(name)), failing: names.filter(isFailing) };
}

async function verifyDueConnection(deps: VerifyDeps, due: DueConnection): Promise<void> {
  const waitSeconds = await retryLimitSeconds(deps, due);
  if (waitSeconds > 0) {
    await postponeVerification(deps.database, due.id, addSeconds(deps.clock.now(), waitSeconds));
    return;
  }
  try {
    await verifyConnection(deps, { actor: SYSTEM, tenantId: due.tenantId, connectionId: due.id });
  } catch (err) {
    // Deleted, disabled or suspended since it was claimed.
    if (err instanceof Problem && err.status < 500) return;
    deps.log.error({ connectionId: due.id, err }, 'a scheduled verification failed');
  }
}

/** Retries count towards a limit of each tenant: one that registers roles of other people must not scan for them. */
async function retryLimitSeconds(
  { database, config, clock }: VerifyDeps,
  { tenantId, status }: DueConnection,
): Promise<number> {
  if (status !== 'pending' && status !== 'unreachable') return 0;
  const { waitSeconds } = await consumeRateLimit(database, {
    tenantId,
    action: 'verification_retry',
    perMinute: config.verificationsPerMinute,
    now: clock.now(),
  });
  return waitSeconds;
}

const addSeconds = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
