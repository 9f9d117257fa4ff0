import type { Deps } from '../deps.ts';
import { type ScheduledJob, schedule } from '../lib/schedule.ts';
import { signCheckpoint, takeCheckpoint } from './checkpoint.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';
import type { SealDeps } from './seal.ts';

/** So that a line stays below the 16 KiB at which container runtimes cut them. */
const CHAINS_IN_A_LINE = 80;

type LogDeps = SealDeps & Pick<Deps, 'clock' | 'log'> & { auditSigner: CheckpointSigner };

/**
 * Writes signed checkpoints to the log every so often, and once more when it is stopped, so that wherever the log is
 * shipped they lie out of reach of whoever can change the database. Only chains that went on since the last time are
 * in them: the first time all, and nothing when nothing happened.
 */
export function startCheckpointLog(deps: LogDeps, { everySeconds }: { everySeconds: number }): ScheduledJob {
  const logged = new Map<string, number>();
  const write = async (): Promise<void> => {
    const { at, chains } = await takeCheckpoint(deps);
    const news = chains.filter(({ chain, sequence }) => logged.get(chain) !== sequence);
    for (let first = 0; first < news.length; first += CHAINS_IN_A_LINE) {
      const part = news.slice(first, first + CHAINS_IN_A_LINE);
      deps.log.info({ checkpoint: signCheckpoint(deps.auditSigner, new Date(at), part) }, 'audit checkpoint');
      for (const { chain, sequence } of part) logged.set(chain, sequence);
    }
  };
  const failed = (err: unknown): void => deps.log.error({ err }, 'no audit checkpoint could be taken');
  const writing = schedule(everySeconds * 1000, write, failed);
  return {
    async stop() {
      await writing.stop();
      await write().catch(failed);
    },
  };
}
