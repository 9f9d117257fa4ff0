interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

/**
 * Gathers what is asked for while a batch is under way and hands it to `run` in one call, so that many requests at once
 * share one statement. An item only ever joins a batch that has not begun: what it is told was read, or written, after
 * it asked. One batch at a time: with two the batches are half as large, and cost more than the wait for one.
 * `run` answers in the order of its items.
 */
export function batched<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  { largestBatch = 500 } = {},
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  let busy = false;

  const flush = async (): Promise<void> => {
    const batch = queue.splice(0, largestBatch);
    try {
      const results = await run(batch.map((waiting) => waiting.item));
      if (results.length !== batch.length)
        throw new Error('a batch was answered with another number of results');
      for (const [i, waiting] of batch.entries()) waiting.resolve(results[i] as Result);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
    busy = false;
    schedule();
  };

  const schedule = (): void => {
    if (busy || queue.length === 0) return;
    busy = true;
    // One turn of the event loop gathers what has arrived together, without making a lone request wait.
    setImmediate(() => void flush());
  };

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      schedule();
    });
}
