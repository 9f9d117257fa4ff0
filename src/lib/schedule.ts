/** Work that is done again and again, never twice at once. */
export interface ScheduledJob {
  /** Waits for the work under way, and does no more. */
  stop(): Promise<void>;
}

/** Does `work` every so often, first after one period. What it throws goes to `onError`, and it goes on. */
export function schedule(
  milliseconds: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): ScheduledJob {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work().catch(onError).then(plan);
    }, milliseconds);
    // A timer alone never keeps a process from ending.
    timer.unref();
  };
  plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
