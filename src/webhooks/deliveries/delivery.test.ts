import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublishedEvent } from '../../events/event.ts';
import { decideNextStep, planDeliveries } from './delivery.ts';

const START = new Date('2026-11-26T12:00:00Z');
const DAY_MS = 86_400_000;

test('attempts continue at growing intervals of at most about an hour, for three days and no longer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 120, maxLength: 120 }),
      (randoms) => {
        let now = START;
        const delays: number[] = [];
        for (const [index, random] of randoms.entries()) {
          const attempt = { attempts: index + 1, retryingSince: START, now, random };
          const next = decideNextStep({ outcome: 'failed' }, attempt);
          if (next.status === 'pending') {
            delays.push(next.dueAt.getTime() - now.getTime());
            now = next.dueAt;
            continue;
          }
          expect(next).toEqual({ status: 'failed', disabledReason: 'delivery_failed' });
          expect(now.getTime()).toBe(START.getTime() + 3 * DAY_MS);
          expect(delays[0]).toBeLessThanOrEqual(6_250);
          for (const delay of delays) expect(delay).toBeLessThanOrEqual(4_500_000);
          expect(delays.length).toBeGreaterThan(50);
          return;
        }
        throw new Error('the attempts did not end');
      },
    ),
    { numRuns: 50 },
  );
});

test('retries vary, so that a receiver is not called by all deliveries at the same moment', () => {
  const due = (random: number) =>
    decideNextStep({ outcome: 'failed' }, { attempts: 3, retryingSince: START, now: START, random });
  expect(due(0)).not.toEqual(due(0.5));
});

test('a success ends a delivery, and 410 Gone ends it at once', () => {
  const attempt = {
    attempts: 1,
    retryingSince: START,
    now: new Date(START.getTime() + 4 * DAY_MS),
    random: 0,
  };
  expect(decideNextStep({ outcome: 'delivered' }, attempt)).toEqual({ status: 'delivered' });
  expect(decideNextStep({ outcome: 'gone' }, { ...attempt, now: START })).toEqual({
    status: 'failed',
    disabledReason: 'gone',
  });
});

test('the order holds for each connection, else for each tenant, else for the events of the vendor', () => {
  const event = (position: number, tenantId: string | null, connectionId: string | null): PublishedEvent => ({
    id: `event_${position}`,
    type: 'connection.verified',
    at: START,
    tenantId,
    connectionId,
    data: {},
    position: BigInt(position),
  });
  const events = [event(1, 't1', 'c1'), event(2, 't1', 'c2'), event(3, 't1', null), event(4, null, null)];
  const deliveries = planDeliveries(
    [
      { id: 'all', types: [] },
      { id: 'others', types: ['tenant.created'] },
    ],
    events,
  );
  expect(deliveries.map(({ webhookId, orderingKey }) => [webhookId, orderingKey])).toEqual([
    ['all', 'c1'],
    ['all', 'c2'],
    ['all', 't1'],
    ['all', 'vendor'],
  ]);
  expect(new Set(deliveries.map(({ id }) => id)).size).toBe(4);
});
