import type { Deps } from '../../deps.ts';
import { Problem } from '../../http/problem.ts';
import { consumeRateLimit } from '../../rate-limits/store.ts';
import { verifyConnection } from '../verify.ts';
import {
  type ClaimedRun,
  claimItem,
  claimRun,
  listDueItems,
  nextDue,
  releaseRun,
  retryItem,
  settleItem,
} from './store.ts';
import type { ItemOutcome } from './verification-run.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'sts' | 'log' | 'config' | 'metrics' | 'onConnected'>;

/** Runs of different tenants that this process works on at once. */
const RUNS_AT_ONCE = 4;
/** Roles of one tenant asked at once: ten calls, which the smallest budget of a tenant allows. */
const ROLES_AT_ONCE = 2;
/** Steps of one run of this work; the rest is left to the next, so that a process that ends need not wait long. */
const STEPS = 20;
/** Longer than a step can take. A process that dies holds its run for no longer. */
const LEASE_SECONDS = 120;
/** How often a connection is tried of which AWS says nothing. */
const ATTEMPTS = 4;
/** The part of a tenant's limit that a run leaves to those who verify one connection by hand. */
const LEFT_FREE = 1 / 5;

/** Goes on with the runs whose time has come, on whichever replica is first. Answers with how many connections it tried. */
export async function advanceRuns(deps: Needs): Promise<number> {
  const lanes = await Promise.all(Array.from({ length: RUNS_AT_ONCE }, () => lane(deps)));
  return lanes.reduce((sum, tried) => sum + tried, 0);
}

async function lane(deps: Needs): Promise<number> {
  let tried = 0;
  for (let step = 0; step < STEPS; step++) {
    const now = deps.clock.now();
    const run = await claimRun(deps.database, { now, until: later(now, LEASE_SECONDS) });
    if (!run) break;
    tried += await advance(deps, run);
  }
  return tried;
}

/** One step of a run: a few connections, or nothing when it has to wait. */
async function advance(deps: Needs, run: ClaimedRun): Promise<number> {
  const { database, clock } = deps;
  const due = await listDueItems(database, { runId: run.id, now: clock.now(), limit: ROLES_AT_ONCE });
  const admitted: string[] = [];
  let waitSeconds = 0;
  for (const connectionId of due) {
    waitSeconds = await admit(deps, run.tenantId);
    if (waitSeconds > 0) break;
    admitted.push(connectionId);
  }
  await Promise.all(admitted.map((connectionId) => verify(deps, run, connectionId)));
  const now = clock.now();
  const next = await nextDue(database, run.id);
  const waitsUntil = waitSeconds > 0 ? later(now, waitSeconds) : next !== null && next > now ? next : null;
  await releaseRun(database, run, { now, waitsUntil, finished: next === null });
  return admitted.length;
}

/** A run counts against the same limit as verifications asked for one by one; or it were a scanner for roles. */
function admit({ config, database, clock }: Needs, tenantId: string): Promise<number> {
  const perMinute = config.verificationsPerMinute;
  const reserved = Math.floor(perMinute * LEFT_FREE);
  return consumeRateLimit(database, {
    tenantId,
    action: 'verification',
    perMinute,
    reserved,
    now: clock.now(),
  });
}

async function verify(deps: Needs, run: ClaimedRun, connectionId: string): Promise<void> {
  const item = { runId: run.id, connectionId };
  const attempt = await claimItem(deps.database, item);
  const { outcome, retryAfterSeconds } = await ask(deps, run, connectionId);
  if (outcome === 'inconclusive' && attempt < ATTEMPTS) {
    await retryItem(deps.database, item, later(deps.clock.now(), retryAfterSeconds));
  } else await settleItem(deps.database, item, outcome);
}

async function ask(
  deps: Needs,
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
    // Deleted or disabled meanwhile, or the tenant suspended: there is nothing to be found any more.
    if (err instanceof Problem && err.status < 500) return { outcome: 'skipped', retryAfterSeconds: 0 };
    deps.log.error({ connectionId, err }, 'a verification of a run failed');
    return { outcome: 'inconclusive', retryAfterSeconds: 10 };
  }
}

const later = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000);
