import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionStatus } from '../connections/connection.ts';
import { claimDueConnections, postponeVerification } from '../connections/store.ts';
import { PROBES } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { SYSTEM } from '../identity/principal.ts';
import { consumeRateLimit } from '../rate-limits/store.ts';
import { type VerifyDeps, verifyConnection } from './verify.ts';

/** Two roles take ten calls, which the smallest budget of a tenant allows in one second. */
const MAX_CONCURRENT_ROLES = 2;
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
 * Replicas share the work; one whose broker fails leaves the connections of that partition to the others.
 * Returns the number of verified connections.
 */
export async function verifyDueConnections(deps: VerifyDeps): Promise<number> {
  const pauseMs = (1000 * PROBES.length) / (deps.config.stsCallsPerSecond.tenant * MAX_BUDGET_SHARE);
  let count = 0;
  for (;;) {
    const now = deps.clock.now();
    const due = await claimDueConnections(deps.database, {
      now,
      leaseUntil: addSeconds(now, LEASE_SECONDS),
      limit: MAX_CONCURRENT_ROLES,
      partitions: workingPartitions(deps),
    });
    if (due.length === 0) return count;
    const pause = delay(pauseMs * due.length);
    await Promise.all(due.map((connection) => verifyDueConnection(deps, connection)));
    await pause;
    count += due.length;
  }
}

function workingPartitions({ brokers }: Pick<Deps, 'brokers'>): string[] {
  return [...brokers].filter(([, { health }]) => health.state.status !== 'failing').map(([name]) => name);
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
  return consumeRateLimit(database, {
    tenantId,
    action: 'verification_retry',
    perMinute: config.verificationsPerMinute,
    now: clock.now(),
  });
}

const addSeconds = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
