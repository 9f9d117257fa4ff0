/** Runs at most one `work` per key at a time. Callers that arrive during a run get its result or its error. */
export function singleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const runs = new Map<string, Promise<T>>();
  return (key, work) => {
    const current = runs.get(key);
    if (current) return current;
    const run = work().finally(() => runs.delete(key));
    runs.set(key, run);
    return run;
  };
}

/**
 * Like `singleFlight`, but callers that arrive during a run share one queued run that starts after it. Use it when the
 * result must reflect the state at the time of the call: a run that started earlier may have read an older state.
 */
export function queuedSingleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const runs = new Map<string, Promise<T>>();
  const queuedRuns = new Map<string, Promise<T>>();
  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const run = work().finally(() => runs.delete(key));
    runs.set(key, run);
    return run;
  };
  return (key, work) => {
    const queued = queuedRuns.get(key);
    if (queued) return queued;
    const current = runs.get(key);
    if (!current) return start(key, work);
    const startQueued = (): Promise<T> => {
      queuedRuns.delete(key);
      return start(key, work);
    };
    const run = current.then(startQueued, startQueued);
    queuedRuns.set(key, run);
    return run;
  };
}
