import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { type ScheduledJob, schedule } from '../lib/schedule.ts';
import { trySealBatch, waitAndSealBatch } from './store.ts';

const BATCH_SIZE = 1000;
/** A database outage must not fill the log, so that only one of this many consecutive failures is logged. */
const FAILURES_PER_LOG_LINE = 100;

export interface SealDeps {
  database: Database;
  metrics: { sealedEvents: { inc(count: number): void } };
}

/**
 * Numbers and hashes the events that wait to be sealed. They are durable before, so that no request waits for sealing.
 * @returns the number of sealed events; 0 while another process holds the sealing lock
 */
export async function sealAuditEvents(deps: SealDeps): Promise<number> {
  return sealInBatches(deps, trySealBatch);
}

/** Seals every event that was committed before the call. It waits while another process seals. */
export async function sealAllAuditEvents(deps: SealDeps): Promise<number> {
  return sealInBatches(deps, waitAndSealBatch);
}

async function sealInBatches(deps: SealDeps, seal: typeof trySealBatch): Promise<number> {
  for (let total = 0; ; ) {
    const sealed = await seal(deps.database, BATCH_SIZE);
    deps.metrics.sealedEvents.inc(sealed);
    total += sealed;
    if (sealed < BATCH_SIZE) return total;
  }
}

/** Seals at an interval, and once more when it is stopped. A failure is logged and does not stop it. */
export function startSealer(deps: SealDeps & Pick<Deps, 'log'>, { intervalMs = 300 } = {}): ScheduledJob {
  let failures = 0;
  const onError = (err: unknown): void => {
    if (failures++ % FAILURES_PER_LOG_LINE === 0) {
      deps.log.error({ err, failures }, 'Audit events could not be sealed; the next run tries again');
    }
  };
  const seal = async (): Promise<void> => {
    await sealAuditEvents(deps);
    failures = 0;
  };
  const job = schedule(intervalMs, seal, onError);
  return {
    async stop() {
      await job.stop();
      await seal().catch(onError);
    },
  };
}
