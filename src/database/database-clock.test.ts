import { afterEach, expect, test } from 'vitest';
import type { Clock } from '../lib/clock.ts';
import { type DatabaseClock, startDatabaseClock } from './database-clock.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

let clock: DatabaseClock | undefined;
afterEach(() => clock?.stop());

/** A host and a database whose clocks differ, and a query that takes as long as the test says. */
function setUp({ hostOffsetMs = 0 } = {}) {
  const state = {
    elapsedMs: 0,
    hostOffsetMs,
    databaseOffsetMs: 0,
    requestMs: 0,
    responseMs: 0,
    isDown: false,
  };
  const logged: { level: string; fields: object }[] = [];
  const record = (level: string) => (fields: object) => void logged.push({ level, fields });
  const hostClock: Clock = {
    now: () => new Date(START + state.elapsedMs + state.hostOffsetMs),
    monotonicMs: () => 5000 + state.elapsedMs,
  };
  const databaseNow = (): Date => new Date(START + state.elapsedMs + state.databaseOffsetMs);
  const readTime = async (): Promise<Date> => {
    if (state.isDown) throw new Error('down');
    state.elapsedMs += state.requestMs;
    const now = databaseNow();
    state.elapsedMs += state.responseMs;
    return now;
  };
  const log = { info: record('info'), warn: record('warn'), error: record('error') };
  const start = async () => {
    clock = await startDatabaseClock({ readTime, hostClock, log });
    return clock;
  };
  return { state, logged, databaseNow, start };
}

const MINUTES = 60_000;

test.each([-10 * MINUTES, 0, 10 * MINUTES])(
  'is right on a host whose clock is %i ms ahead',
  async (hostOffsetMs) => {
    const { state, databaseNow, start } = setUp({ hostOffsetMs });
    const clock = await start();
    state.elapsedMs += 123_456;
    expect(clock.now()).toEqual(databaseNow());
  },
);

test("a step of the host's clock has no effect, and no measurement is needed for that", async () => {
  const { state, databaseNow, start } = setUp();
  const clock = await start();
  state.hostOffsetMs = 10 * MINUTES;
  expect(clock.now()).toEqual(databaseNow());
});

test("follows a step of the database's clock with the next measurement", async () => {
  const { state, databaseNow, start } = setUp();
  const clock = await start();
  for (const databaseOffsetMs of [-10 * MINUTES, 3 * MINUTES]) {
    state.databaseOffsetMs = databaseOffsetMs;
    await clock.measure();
    expect(clock.now()).toEqual(databaseNow());
  }
});

test('a slow answer does not make an exact time worse, however its two ways differ', async () => {
  const { state, databaseNow, start } = setUp();
  const clock = await start();
  Object.assign(state, { requestMs: 4000, responseMs: 10 });
  await clock.measure();
  expect(clock.now()).toEqual(databaseNow());
});

test('a slow answer at the start is corrected by the first fast one', async () => {
  const { state, databaseNow, start } = setUp();
  Object.assign(state, { requestMs: 4000, responseMs: 10 });
  const clock = await start();
  expect(Math.abs(clock.now().getTime() - databaseNow().getTime())).toBeLessThan(2000);
  Object.assign(state, { requestMs: 0, responseMs: 0 });
  await clock.measure();
  expect(clock.now()).toEqual(databaseNow());
});

test('while the database does not answer, the time goes on', async () => {
  const { state, databaseNow, start } = setUp();
  const clock = await start();
  state.isDown = true;
  await expect(clock.measure()).rejects.toThrow('down');
  state.elapsedMs += 60_000;
  expect(clock.now()).toEqual(databaseNow());
});

test('logs each change of a wrong clock once', async () => {
  const { state, logged, start } = setUp({ hostOffsetMs: 10 * MINUTES });
  const clock = await start();
  await clock.measure();
  expect(logged).toEqual([{ level: 'warn', fields: { clockOffsetSeconds: -600 } }]);
  state.hostOffsetMs = -400;
  await clock.measure();
  await clock.measure();
  expect(logged.slice(1)).toEqual([{ level: 'info', fields: { clockOffsetSeconds: 0 } }]);
  state.hostOffsetMs = -2000;
  await clock.measure();
  expect(logged.slice(2)).toEqual([{ level: 'warn', fields: { clockOffsetSeconds: 2 } }]);
});
