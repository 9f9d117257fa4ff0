import type { Deps } from '../../deps.ts';
import { publishEvents } from '../../events/publish.ts';
import { type ScheduledJob, schedule } from '../../lib/schedule.ts';
import { createDispatcher } from './dispatcher.ts';

/** Also how long an event waits at most until it is published and delivered. */
const INTERVAL_MS = 500;

/** Publishes events and makes the deliveries that are due, at an interval. A shutdown waits for the attempts in progress. */
export function startDeliveries(deps: Deps): ScheduledJob {
  const dispatcher = createDispatcher(deps);
  const job = schedule(
    INTERVAL_MS,
    async () => {
      await publishEvents(deps);
      await dispatcher.dispatch();
    },
    (err) => deps.log.error({ err }, 'Events could not be published or delivered; the next run tries again'),
  );
  return {
    async stop() {
      await job.stop();
      await dispatcher.stop();
    },
  };
}
