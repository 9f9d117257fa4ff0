interface PendingCall<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

/** How long a batch may hold back the next one. */
export const MAX_EXCLUSIVE_MS = 500;

/**
 * Returns a function that collects concurrent calls and passes their items to `runBatch` together, so that many
 * requests share one SQL statement.
 *
 * - A call never joins a batch that has already started, so its result was read or written after the call.
 * - One batch runs at a time. Two concurrent batches are half as large and cost more than the wait saves. But a batch that
 *   takes longer than `maxExclusiveMs` holds back no other: it may never end.
 *
 * @param runBatch returns the results in the order of its items
 */
export function batchCalls<Item, Result>(
  runBatch: (items: Item[]) => Promise<Result[]>,
  { maxBatchSize = 500, maxExclusiveMs = MAX_EXCLUSIVE_MS } = {},
): (item: Item) => Promise<Result> {
  const queue: PendingCall<Item, Result>[] = [];
  let isRunning = false;

  const runNextBatch = async (): Promise<void> => {
    const calls = queue.splice(0, maxBatchSize);
    let isExclusive = true;
    const endExclusiveTime = (): void => {
      if (!isExclusive) return;
      isExclusive = false;
      isRunning = false;
      startIfIdle();
    };
    const timer = setTimeout(endExclusiveTime, maxExclusiveMs);
    try {
      const results = await runBatch(calls.map(({ item }) => item));
      if (results.length !== calls.length)
        throw new Error(`A batch of ${calls.length} items returned ${results.length} results`);
      for (const [i, result] of results.entries()) calls[i]?.resolve(result);
    } catch (error) {
      for (const call of calls) call.reject(error);
    } finally {
      clearTimeout(timer);
      endExclusiveTime();
    }
  };

  const startIfIdle = (): void => {
    if (isRunning || queue.length === 0) return;
    isRunning = true;
    // One turn of the event loop collects the calls that arrive together, and hardly delays a single one.
    setImmediate(() => void runNextBatch());
  };

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      startIfIdle();
    });
}
