import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batched } from './batch.ts';

/** Batches that end when the test says so. */
function controlled() {
  const begun: { items: number[]; end(error?: Error): void }[] = [];
  const ask = batched(
    (items: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        begun.push({ items, end: (error) => (error ? reject(error) : resolve(items.map((n) => n * 2))) });
      }),
    { largestBatch: 3 },
  );
  return { ask, begun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked for in one turn is one batch; what comes later never joins one that has begun', async () => {
  const { ask, begun } = controlled();
  const first = [ask(1), ask(2)];
  await turn();
  const later = ask(3);
  await turn();
  expect(begun.map(({ items }) => items)).toEqual([[1, 2]]);
  begun[0]?.end();
  expect(await Promise.all(first)).toEqual([2, 4]);
  await turn();
  expect(begun[1]?.items).toEqual([3]);
  begun[1]?.end();
  expect(await later).toBe(6);
});

test('a batch that fails tells all of its own and none of the next', async () => {
  const { ask, begun } = controlled();
  const failing = Promise.allSettled([ask(1), ask(2), ask(3)]);
  const next = ask(4);
  await turn();
  begun[0]?.end(new Error('the database is away'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await turn();
  begun[1]?.end();
  expect(await next).toBe(8);
});

test('everybody is told their own result, however many ask at once and however large a batch may be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 7 }), async (items, largestBatch) => {
      const sizes: number[] = [];
      const ask = batched(
        async (batch: number[]) => {
          sizes.push(batch.length);
          return batch.map((n) => `of ${n}`);
        },
        { largestBatch },
      );
      expect(await Promise.all(items.map(ask))).toEqual(items.map((n) => `of ${n}`));
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(largestBatch);
    }),
    { numRuns: 50 },
  );
});

test('a batch that is answered with too few results fails, and hands nobody the result of another', async () => {
  const ask = batched(async (items: number[]) => items.slice(1));
  const outcomes = await Promise.allSettled([ask(1), ask(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
