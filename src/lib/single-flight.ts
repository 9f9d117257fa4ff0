/** Runs at most one `work` for a key at a time; whoever asks meanwhile waits for the same result or the same error. */
export function singleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>();
  return (key, work) => {
    const running = flights.get(key);
    if (running) return running;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}

/**
 * Runs at most one `work` for a key at a time, like `singleFlight`; but whoever asks while one runs shares the next one.
 * For work that answers what has happened just now: one that began before may have looked too early.
 */
export function nextFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const waiting = new Map<string, Promise<T>>();
  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const flight = work().finally(() => running.delete(key));
    running.set(key, flight);
    return flight;
  };
  return (key, work) => {
    const next = waiting.get(key);
    if (next) return next;
    const before = running.get(key);
    if (!before) return start(key, work);
    const after = (): Promise<T> => {
      waiting.delete(key);
      return start(key, work);
    };
    const flight = before.then(after, after);
    waiting.set(key, flight);
    return flight;
  };
}
