import { expect, test } from 'vitest';
import { schedule } from './schedule.ts';

test('continues after a failed run and reports its error', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const job = schedule(
    1,
    async () => {
      if (++runs === 1) throw new Error('first run');
    },
    (error) => errors.push(error),
  );
  await expect.poll(() => runs).toBeGreaterThan(2);
  await job.stop();
  expect(errors).toEqual([new Error('first run')]);
});

test('stop tells the run in progress, waits for it and starts no other', async () => {
  let runs = 0;
  let finish = (): void => undefined;
  let signal: AbortSignal | undefined;
  const job = schedule(
    1,
    (stopping) => {
      runs++;
      signal = stopping;
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    () => undefined,
  );
  await expect.poll(() => runs).toBe(1);
  let isStopped = false;
  const stopping = job.stop().then(() => {
    isStopped = true;
  });
  await new Promise(setImmediate);
  expect([isStopped, signal?.aborted]).toEqual([false, true]);
  finish();
  await stopping;
  expect(runs).toBe(1);
});
