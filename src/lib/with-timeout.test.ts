import { expect, test } from 'vitest';
import { withTimeout } from './with-timeout.ts';

const createError = () => new Error('timed out');

test('rejects with the given error when the work takes too long', async () => {
  const never = new Promise<void>(() => undefined);
  await expect(withTimeout(1, never, createError)).rejects.toThrow('timed out');
});

test('passes on the result or the error of work that is fast enough', async () => {
  expect(await withTimeout(10_000, Promise.resolve('done'), createError)).toBe('done');
  await expect(withTimeout(10_000, Promise.reject(new Error('failed')), createError)).rejects.toThrow(
    'failed',
  );
});
