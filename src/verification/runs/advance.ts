import type { Deps } from '../../deps.ts';
import { Problem } from '../../http/problem.ts';
import { consumeRateLimit } from '../../rate-limits/store.ts';
import { type VerifyDeps, verifyConnection } from '../verify.ts';
import {
  type ClaimedRun,
  claimRun,
  findNextDueTime,
  incrementAttempts,
  listDueItems,
  postponeItem,
  releaseRun,
  updateItemOutcome,
} from './store.ts';
import type { ItemOutcome } from './verification-run.ts';

/** How many runs this process advances at once; they belong to different tenants. */
const MAX_CONCURRENT_RUNS = 4;
/** Two roles take ten calls, which the smallest rate limit of a tenant allows in one second. */
const MAX_CONCURRENT_ROLES = 2;
/** Limits how long one `advanceRuns` takes, because a process that shuts down waits for its end. */
const MAX_STEPS = 20;
/** Longer than a step can take. If a process dies, another one continues its run after this time. */
const LEASE_SECONDS = 120;
/** How often a connection is verified whose verifications are inconclusive. */
const MAX_ATTEMPTS = 4;
/** The part of the tenant's rate limit that a run leaves to single verifications. */
const RESERVED_SHARE = 1 / 5;

/** Advances the runs that are due. Replicas share the work. Returns how many connections it tried to verify. */
export async function advanceRuns(deps: VerifyDeps): Promise<number> {
  const counts = await Promise.all(Array.from({ length: MAX_CONCURRENT_RUNS }, () => advanceDueRuns(deps)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function advanceDueRuns(deps: VerifyDeps): Promise<number> {
  let count = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const now = deps.clock.now();
    const run = await claimRun(deps.database, { now, until: addSeconds(now, LEASE_SECONDS) });
    if (!run) break;
    count += await advanceRun(deps, run);
  }
  return count;
}

/** Verifies the next connections of a run, or none if it has to wait for the rate limit or a retry. */
async function advanceRun(deps: VerifyDeps, run: ClaimedRun): Promise<number> {
  const { database, clock } = deps;
  const limit = MAX_CONCURRENT_ROLES;
  const due = await listDueItems(database, { runId: run.id, now: clock.now(), limit });
  const allowed: string[] = [];
  let waitSeconds = 0;
  for (const connectionId of due) {
    waitSeconds = await consumeVerification(deps, run.tenantId);
    if (waitSeconds > 0) break;
    allowed.push(connectionId);
  }
  await Promise.all(allowed.map((connectionId) => verifyItem(deps, run, connectionId)));
  const now = clock.now();
  const nextDue = await findNextDueTime(database, run.id);
  const retryAt = nextDue !== null && nextDue > now ? nextDue : null;
  const waitsUntil = waitSeconds > 0 ? addSeconds(now, waitSeconds) : retryAt;
  await releaseRun(database, run, { now, waitsUntil, finished: nextDue === null });
  return allowed.length;
}

/**
 * Consumes one verification of the rate limit that single verifications have too. Otherwise a run could be used to scan
 * for roles in other accounts.
 */
async function consumeVerification(
  { config, database, clock }: Pick<Deps, 'config' | 'database' | 'clock'>,
  tenantId: string,
): Promise<number> {
  const perMinute = config.verificationsPerMinute;
  const reserved = Math.floor(perMinute * RESERVED_SHARE);
  const { waitSeconds } = await consumeRateLimit(database, {
    tenantId,
    action: 'verification',
    perMinute,
    reserved,
    now: clock.now(),
  });
  return waitSeconds;
}

async function verifyItem(deps: VerifyDeps, run: ClaimedRun, connectionId: string): Promise<void> {
  const item = { runId: run.id, connectionId };
  const attempt = await incrementAttempts(deps.database, item);
  const { outcome, retryAfterSeconds } = await verifyOrSkip(deps, run, connectionId);
  if (outcome === 'inconclusive' && attempt < MAX_ATTEMPTS) {
    await postponeItem(deps.database, item, addSeconds(deps.clock.now(), retryAfterSeconds));
  } else await updateItemOutcome(deps.database, item, outcome);
}

async function verifyOrSkip(
  deps: VerifyDeps,
  { tenantId, actor }: ClaimedRun,
  connectionId: string,
): Promise<{ outcome: ItemOutcome; retryAfterSeconds: number }> {
  try {
    const { outcome, retryAfterSeconds = 5 } = await verifyConnection(deps, {
      actor,
      tenantId,
      connectionId,
    });
    return { outcome, retryAfterSeconds };
  } catch (err) {
    // The connection was deleted or disabled since the run started, or the tenant suspended.
    if (err instanceof Problem && err.status < 500) return { outcome: 'skipped', retryAfterSeconds: 0 };
    deps.log.error({ connectionId, err }, 'a verification of a run failed');
    return { outcome: 'inconclusive', retryAfterSeconds: 10 };
  }
}

const addSeconds = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
