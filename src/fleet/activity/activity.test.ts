import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../../test/harness/service.ts';
import { fillHours, HOUR_MS, hourOf } from './activity.ts';
import { createActivityRecorder } from './record.ts';
import { listActivitySince } from './store.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

test('adds up what replicas did in an hour, with the busiest seconds of one of them, and survives restarts', async () => {
  const replica = await startTestService({ replicaOf: service });
  const recorders = [createActivityRecorder(service.deps), createActivityRecorder(replica.deps)];
  const recordAll = async () => {
    for (const record of recorders) await record(10);
  };
  await recordAll();
  const [before] = await listActivitySince(service.deps.database, new Date(0));
  service.deps.metrics.stsCalls.inc({ operation: 'AssumeRole', result: 'ok' }, 50);
  replica.deps.metrics.stsCalls.inc({ operation: 'AssumeRole', result: 'denied' }, 30);
  service.deps.metrics.stsRefusals.inc({ budget: 'tenant' }, 2);
  replica.deps.metrics.credentialsIssued.inc({ result: 'hit' }, 7);
  await recordAll();
  await recordAll();
  const [after] = await listActivitySince(service.deps.database, new Date(0));
  expect(after).toEqual({
    hour: hourOf(service.clock.now()),
    stsCalls: (before?.stsCalls ?? 0) + 80,
    stsRefusals: 2,
    credentialsIssued: 7,
    stsPeakPerSecond: 5,
  });
  await replica.close();
});

test('a day has 24 hours, also those in which nothing was done', () => {
  const now = new Date('2026-11-26T12:34:56Z');
  const recorded = {
    hour: new Date('2026-11-26T09:00:00Z'),
    stsCalls: 3,
    stsRefusals: 0,
    credentialsIssued: 1,
  };
  const hours = fillHours([{ ...recorded, stsPeakPerSecond: 1 }], now, 24);
  expect(hours.map(({ hour }) => hour.getTime())).toEqual(
    Array.from({ length: 24 }, (_, i) => Date.parse('2026-11-25T13:00:00Z') + i * HOUR_MS),
  );
  expect(hours.filter(({ stsCalls }) => stsCalls > 0).map(({ hour }) => hour)).toEqual([recorded.hour]);
});
