import type { Database } from '../database/database.ts';
import type { Deps } from '../deps.ts';
import { type ScheduledJob, schedule } from '../lib/schedule.ts';
import { sealBatch, sealBatchInTurn } from './store.ts';

const BATCH = 1000;
/** While sealing fails again and again, one failure in so many is logged. */
const LOGGED_FAILURES = 100;

/** What sealing needs; all of `Deps` fits. */
export interface SealDeps {
  database: Database;
  metrics: { sealedEvents: { inc(count: number): void } };
}

/**
 * Seals what waits, behind the writers' backs: events are durable before, and numbered and hashed here. While another
 * process is at it this one does nothing. Answers with how many it sealed.
 */
export async function sealAuditEvents(deps: SealDeps): Promise<number> {
  return sealUntilShort(deps, sealBatch);
}

/** Seals all that was committed before the call, waiting for other sealers where there are any. */
export async function sealAllAuditEvents(deps: SealDeps): Promise<number> {
  return sealUntilShort(deps, sealBatchInTurn);
}

async function sealUntilShort(deps: SealDeps, seal: typeof sealBatch): Promise<number> {
  for (let total = 0; ; ) {
    const sealed = await seal(deps.database, BATCH);
    deps.metrics.sealedEvents.inc(sealed);
    total += sealed;
    if (sealed < BATCH) return total;
  }
}

/** Seals again and again until it is stopped, and once more then. A failure is logged, and it goes on. */
export function startSealer(deps: SealDeps & Pick<Deps, 'log'>, { everyMs = 300 } = {}): ScheduledJob {
  let failures = 0;
  const failed = (err: unknown): void => {
    if (failures++ % LOGGED_FAILURES === 0) {
      deps.log.error({ err, failures }, 'audit events could not be sealed; it is tried again');
    }
  };
  const seal = async (): Promise<void> => {
    await sealAuditEvents(deps);
    failures = 0;
  };
  const sealing = schedule(everyMs, seal, failed);
  return {
    async stop() {
      await sealing.stop();
      await seal().catch(failed);
    },
  };
}
