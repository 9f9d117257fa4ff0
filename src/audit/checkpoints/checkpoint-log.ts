import type { Deps } from '../../deps.ts';
import { type ScheduledJob, schedule } from '../../lib/schedule.ts';
import type { SealDeps } from '../seal.ts';
import { signCheckpoint, takeCheckpoint } from './checkpoint.ts';

/** Container runtimes split log lines of more than 16 KiB; a checkpoint of this many chains is shorter. */
const MAX_CHAINS_PER_LINE = 80;

type CheckpointLogDeps = SealDeps & Pick<Deps, 'clock' | 'log' | 'auditSigner'>;

/**
 * Writes signed checkpoints to the service's log at an interval, and once more when it is stopped. Where the log is shipped
 * to another system, nobody who can change the database can change the checkpoints. The first run logs all chains, later
 * runs only those with new events.
 */
export function startCheckpointLog(
  deps: CheckpointLogDeps,
  { intervalSeconds }: { intervalSeconds: number },
): ScheduledJob {
  const loggedSequences = new Map<string, number>();
  const write = async (): Promise<void> => {
    const { at, chains } = await takeCheckpoint(deps);
    const advanced = chains.filter(({ chain, sequence }) => loggedSequences.get(chain) !== sequence);
    for (let first = 0; first < advanced.length; first += MAX_CHAINS_PER_LINE) {
      const part = advanced.slice(first, first + MAX_CHAINS_PER_LINE);
      deps.log.info({ checkpoint: signCheckpoint(deps.auditSigner, new Date(at), part) }, 'audit checkpoint');
      for (const { chain, sequence } of part) loggedSequences.set(chain, sequence);
    }
  };
  const onError = (err: unknown): void => deps.log.error({ err }, 'The audit checkpoint could not be taken');
  const job = schedule(intervalSeconds * 1000, write, onError);
  return {
    async stop() {
      await job.stop();
      await write().catch(onError);
    },
  };
}
