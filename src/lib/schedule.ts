export interface ScheduledJob {
  /** Cancels the next run and waits for a run in progress. */
  stop(): Promise<void>;
}

/**
 * Runs `work` repeatedly: first after `intervalMs`, then `intervalMs` after the previous run has finished, so that
 * runs never overlap. A failed run is passed to `onError` and does not stop the schedule. A long run ends early when
 * its signal aborts, because `stop` waits for it.
 */
export function schedule(
  intervalMs: number,
  work: (stopping: AbortSignal) => Promise<void>,
  onError: (error: unknown) => void,
): ScheduledJob {
  const stopping = new AbortController();
  let currentRun: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const scheduleNextRun = (): void => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      currentRun = work(stopping.signal).catch(onError).then(scheduleNextRun);
    }, intervalMs);
    // A pending timer must not keep the process alive.
    timer.unref();
  };
  scheduleNextRun();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await currentRun;
    },
  };
}
