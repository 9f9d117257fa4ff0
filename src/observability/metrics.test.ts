import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics, registerFleetMetrics } from './metrics.ts';

let elapsedMs = 1;

beforeEach(() => {
  // The cache reads the clock again only after a timer has fired.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function advance(ms: number): void {
  elapsedMs += ms;
  vi.advanceTimersByTime(ms);
}

test('however many requests there are, the database is read once a second', async () => {
  const metrics = createMetrics();
  let reads = 0;
  registerFleetMetrics(metrics, async () => ({ connections: { verified: ++reads } }));
  const read = async (): Promise<string | undefined> =>
    /^countersign_connections\{status="verified"\} (\d+)$/m.exec(await metrics.readText())?.[1];

  expect(await Promise.all([read(), read()])).toEqual(['1', '1']);
  advance(999);
  expect(await read()).toBe('1');
  advance(2);
  expect(await read()).toBe('2');
});
