import { expect, test } from 'vitest';
import { queuedSingleFlight, singleFlight } from './single-flight.ts';

/** Work whose runs finish when the test says so; each run returns its number. */
function createControlledWork() {
  const finishers: ((error?: Error) => void)[] = [];
  const work = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const number = finishers.length + 1;
      finishers.push((error) => (error ? reject(error) : resolve(number)));
    });
  return { work, finishers };
}

test('callers during a run share its result, and later callers start another run', async () => {
  const run = singleFlight<number>();
  const { work, finishers } = createControlledWork();
  const shared = [run('a', work), run('a', work)];
  finishers[0]?.();
  expect(await Promise.all(shared)).toEqual([1, 1]);
  const later = run('a', work);
  finishers[1]?.();
  expect(await later).toBe(2);
});

test('keys do not wait for each other', async () => {
  const run = singleFlight<number>();
  const { work, finishers } = createControlledWork();
  const runs = [run('a', work), run('b', work)];
  for (const finish of finishers) finish();
  expect(await Promise.all(runs)).toEqual([1, 2]);
});

test('an error reaches all callers of the run and none of the next', async () => {
  const run = singleFlight<number>();
  const { work, finishers } = createControlledWork();
  const failing = Promise.allSettled([run('a', work), run('a', work)]);
  finishers[0]?.(new Error('failed'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = run('a', work);
  finishers[1]?.();
  expect(await next).toBe(2);
});

test('queued: callers during a run share one run that starts after it, even when the first run fails', async () => {
  const run = queuedSingleFlight<number>();
  const { work, finishers } = createControlledWork();
  const first = Promise.allSettled([run('a', work)]);
  const later = [run('a', work), run('a', work)];
  expect(finishers).toHaveLength(1);
  finishers[0]?.(new Error('failed'));
  expect((await first)[0]?.status).toBe('rejected');
  await expect.poll(() => finishers.length).toBe(2);
  finishers[1]?.();
  expect(await Promise.all(later)).toEqual([2, 2]);
});
