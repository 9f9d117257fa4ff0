export interface ScheduledJob {
  /** Cancels the next run and waits for a run in progress. */
  stop(): Promise<void>;
}

/**
 * Runs `work` repeatedly: first after `intervalMs`, then `intervalMs` after the previous run has finished, so that
 * runs never overlap. A failed run is passed to `onError` and does not stop the schedule.
 */
export function schedule(
  intervalMs: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): ScheduledJob {
  let stopped = false;
  let currentRun: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const scheduleNextRun = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      currentRun = work().catch(onError).then(scheduleNextRun);
    }, intervalMs);
    // A pending timer must not keep the process alive.
    timer.unref();
  };
  scheduleNextRun();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await currentRun;
    },
  };
}
