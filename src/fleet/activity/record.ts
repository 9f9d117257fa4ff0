import type { Deps } from '../../deps.ts';
import { type ScheduledJob, schedule } from '../../lib/schedule.ts';
import { type Activity, hourOf } from './activity.ts';
import { addActivity } from './store.ts';

const INTERVAL_SECONDS = 10;

type RecordDeps = Pick<Deps, 'metrics' | 'database' | 'clock'>;

/** Adds what this replica does to the hours in the database, so that it survives restarts. It costs one statement each time. */
export function startActivityLog(deps: RecordDeps & Pick<Deps, 'log'>): ScheduledJob {
  const record = createActivityRecorder(deps);
  const onError = (err: unknown): void => deps.log.error({ err }, 'Recording the activity failed');
  const job = schedule(INTERVAL_SECONDS * 1000, () => record(INTERVAL_SECONDS), onError);
  return {
    async stop() {
      await job.stop();
      await record(INTERVAL_SECONDS).catch(onError);
    },
  };
}

/** Returns a function that records what was done since its last call, which was so many seconds ago. */
export function createActivityRecorder(deps: RecordDeps): (seconds: number) => Promise<void> {
  let recorded: Activity = { stsCalls: 0, stsRefusals: 0, credentialsIssued: 0 };
  return async (seconds) => {
    const total = await readTotals(deps.metrics);
    const activity: Activity = {
      stsCalls: total.stsCalls - recorded.stsCalls,
      stsRefusals: total.stsRefusals - recorded.stsRefusals,
      credentialsIssued: total.credentialsIssued - recorded.credentialsIssued,
    };
    if (Object.values(activity).every((count) => count === 0)) return;
    const stsPerSecond = activity.stsCalls / seconds;
    await addActivity(deps.database, { hour: hourOf(deps.clock.now()), activity, stsPerSecond });
    recorded = total;
  };
}

/** The counters of the metrics, which begin at zero with the process. */
async function readTotals({ stsCalls, stsRefusals, credentialsIssued }: Deps['metrics']): Promise<Activity> {
  const sum = async (counter: { get(): Promise<{ values: { value: number }[] }> }): Promise<number> =>
    (await counter.get()).values.reduce((total, { value }) => total + value, 0);
  return {
    stsCalls: await sum(stsCalls),
    stsRefusals: await sum(stsRefusals),
    credentialsIssued: await sum(credentialsIssued),
  };
}
