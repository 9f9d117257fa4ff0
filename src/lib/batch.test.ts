import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { batchCalls } from './batch.ts';

/** A batched function whose batches finish when the test calls `finish`. */
function createControlledBatch(options: { maxExclusiveMs?: number } = {}) {
  const started: { items: number[]; finish(error?: Error): void }[] = [];
  const double = batchCalls(
    (items: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        started.push({
          items,
          finish: (error) => (error ? reject(error) : resolve(items.map((n) => n * 2))),
        });
      }),
    { maxBatchSize: 3, ...options },
  );
  return { double, started };
}

const nextIteration = () => new Promise((resolve) => setImmediate(resolve));

test('puts calls of one turn into one batch, and never adds a call to a batch that has started', async () => {
  const { double, started } = createControlledBatch();
  const first = [double(1), double(2)];
  await nextIteration();
  const later = double(3);
  await nextIteration();
  expect(started.map(({ items }) => items)).toEqual([[1, 2]]);
  started[0]?.finish();
  expect(await Promise.all(first)).toEqual([2, 4]);
  await nextIteration();
  expect(started[1]?.items).toEqual([3]);
  started[1]?.finish();
  expect(await later).toBe(6);
});

test('a batch that never ends does not hold back the next one', async () => {
  const { double, started } = createControlledBatch({ maxExclusiveMs: 1 });
  const hanging = double(1);
  await vi.waitFor(() => expect(started).toHaveLength(1));
  const later = double(2);
  await vi.waitFor(() => expect(started).toHaveLength(2));
  const last = double(3);
  started[1]?.finish();
  expect(await later).toBe(4);
  await vi.waitFor(() => expect(started).toHaveLength(3));
  started[2]?.finish();
  started[0]?.finish(new Error('the connection is silent'));
  expect(await last).toBe(6);
  await expect(hanging).rejects.toThrow('silent');
});

test('rejects all calls of a failed batch and none of the next batch', async () => {
  const { double, started } = createControlledBatch();
  const failing = Promise.allSettled([double(1), double(2), double(3)]);
  const next = double(4);
  await nextIteration();
  started[0]?.finish(new Error('the database is unavailable'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await nextIteration();
  started[1]?.finish();
  expect(await next).toBe(8);
});

test('returns to each caller its own result and never exceeds the maximum batch size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 7 }), async (items, maxBatchSize) => {
      const sizes: number[] = [];
      const label = batchCalls(
        async (batch: number[]) => {
          sizes.push(batch.length);
          return batch.map((n) => `result of ${n}`);
        },
        { maxBatchSize },
      );
      expect(await Promise.all(items.map(label))).toEqual(items.map((n) => `result of ${n}`));
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(maxBatchSize);
    }),
    { numRuns: 50 },
  );
});

test('rejects every call when a batch returns too few results, so that no caller gets the result of another', async () => {
  const dropFirst = batchCalls(async (items: number[]) => items.slice(1));
  const outcomes = await Promise.allSettled([dropFirst(1), dropFirst(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
