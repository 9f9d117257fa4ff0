import { expect, test } from 'vitest';
import { DatabaseMonitor } from './database-monitor.ts';

test('a monitor that was stopped checks and logs nothing when the pool ends its connections', async () => {
  const lines: string[] = [];
  const log = (_fields: object, message: string): void => void lines.push(message);
  let checks = 0;
  const monitor = new DatabaseMonitor({
    check: async () => {
      checks++;
      throw new Error('Cannot use a pool after calling end on the pool');
    },
    log: { info: log, warn: log, error: log },
    onFailure: () => undefined,
  });
  monitor.stop();
  expect(await monitor.isAvailable()).toBe(false);
  expect([checks, lines]).toEqual([0, []]);
});
