import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LimitedRequest, RequestLimit } from './request-limit.ts';

type State = 'waiting' | 'admitted' | 'rejected';

/** A limit with a clock that tests move, and the state of each request that entered it. */
function createLimit(max: number) {
  const clock = { now: 0 };
  const paused = { is: false };
  const states: State[] = [];
  const calls: number[] = [];
  const gone = new Set<number>();
  const limit = new RequestLimit({ max, now: () => clock.now, isPaused: () => paused.is });
  const enter = (): number => {
    const id = states.push('waiting') - 1;
    const set = (state: State): void => {
      calls.push(id);
      states[id] = state;
    };
    const request: LimitedRequest = {
      start: () => set('admitted'),
      reject: () => set('rejected'),
      isGone: () => gone.has(id),
    };
    limit.enter(request);
    return id;
  };
  const idsOf = (state: State): number[] => [...states.keys()].filter((id) => states[id] === state);
  return { limit, clock, paused, states, calls, gone, enter, idsOf };
}

const enterAll = (enter: () => number, count: number): number[] => Array.from({ length: count }, enter);

test('admits up to the limit at once, and lets the others wait', () => {
  const { limit, enter, idsOf } = createLimit(2);
  enterAll(enter, 5);
  expect(idsOf('admitted')).toEqual([0, 1]);
  expect([limit.active, limit.waiting]).toEqual([2, 3]);
});

test('a burst is only delayed: the oldest is admitted first, and nobody is rejected', () => {
  const { limit, clock, enter, idsOf } = createLimit(1);
  enterAll(enter, 4);
  clock.now = 500;
  limit.rejectOutdated();
  limit.leave();
  limit.startWaiting();
  expect(idsOf('admitted')).toEqual([0, 1]);
  expect(idsOf('rejected')).toEqual([]);
});

test('after a burst, while more wait than the limit, the newest is admitted first, and who waits for over 50 ms is rejected', () => {
  const { limit, clock, enter, idsOf } = createLimit(2);
  enterAll(enter, 6);
  clock.now = 460;
  enter();
  clock.now = 501;
  limit.leave();
  limit.startWaiting();
  expect(idsOf('admitted')).toEqual([0, 1, 6]);
  enterAll(enter, 3);
  limit.rejectOutdated();
  expect(idsOf('rejected')).toEqual([2, 3, 4, 5]);
  expect(idsOf('waiting')).toEqual([7, 8, 9]);
  clock.now = 551;
  limit.rejectOutdated();
  expect(idsOf('waiting')).toEqual([7, 8, 9]);
  clock.now = 552;
  limit.rejectOutdated();
  expect(idsOf('waiting')).toEqual([8, 9]);
});

test('the next burst begins when no request waits', () => {
  const { limit, clock, enter, idsOf } = createLimit(1);
  enterAll(enter, 2);
  clock.now = 400;
  limit.leave();
  limit.startWaiting();
  expect(limit.waiting).toBe(0);
  enterAll(enter, 3);
  clock.now = 900;
  limit.rejectOutdated();
  expect(idsOf('rejected')).toEqual([]);
  clock.now = 901;
  limit.rejectOutdated();
  expect(idsOf('rejected')).toEqual([2, 3]);
});

test('rejects a request after two seconds, however few wait', () => {
  const { limit, clock, enter, idsOf } = createLimit(10);
  enterAll(enter, 11);
  clock.now = 2_000;
  limit.rejectOutdated();
  expect(idsOf('rejected')).toEqual([]);
  clock.now = 2_001;
  limit.rejectOutdated();
  expect(idsOf('rejected')).toEqual([10]);
});

test('neither admits nor rejects a request whose client is gone', () => {
  const { limit, clock, gone, enter, states } = createLimit(1);
  const [, first, second, third] = enterAll(enter, 4) as [number, number, number, number];
  gone.add(first).add(second);
  limit.leave();
  limit.startWaiting();
  expect([states[first], states[third]]).toEqual(['waiting', 'admitted']);
  expect([limit.active, limit.waiting]).toEqual([1, 0]);
  gone.add(enter());
  clock.now = 2_001;
  limit.rejectOutdated();
  expect(limit.waiting).toBe(0);
  expect(states.at(-1)).toBe('waiting');
});

test('admits and rejects nobody while it is paused', () => {
  const { limit, clock, paused, enter, idsOf } = createLimit(2);
  paused.is = true;
  enterAll(enter, 4);
  clock.now = 2_001;
  limit.startWaiting();
  limit.rejectOutdated();
  expect(idsOf('waiting')).toEqual([0, 1, 2, 3]);
  paused.is = false;
  limit.startWaiting();
  expect(idsOf('admitted')).toHaveLength(2);
});

test('a suspended request does not count, and at most 16 times the limit are suspended', () => {
  const { limit, enter } = createLimit(1);
  for (let i = 0; i < 16; i++) {
    enter();
    expect(limit.suspend()).toBe(true);
  }
  enter();
  expect(limit.suspend()).toBe(false);
  expect(limit.active).toBe(1);
  limit.resume();
  expect(limit.active).toBe(2);
  expect(limit.suspend()).toBe(true);
});

test('rejections leave most of the time to accepted requests: the next come after five times their duration', () => {
  const clock = { now: 0 };
  const limit = new RequestLimit({ max: 1, now: () => clock.now, isPaused: () => false });
  const reject = (): void => {
    clock.now += 1;
  };
  for (let i = 0; i < 1_000; i++) limit.enter({ start: () => undefined, reject, isGone: () => false });
  clock.now = 501;
  const nextMs = limit.rejectOutdated();
  const tookMs = clock.now - 501;
  expect(nextMs).toBeGreaterThanOrEqual(5 * tookMs);
  expect(limit.waiting).toBeGreaterThan(900);
});

const step = fc.oneof(
  fc.constant('enter' as const),
  fc.constant('leave' as const),
  fc.constant('start' as const),
  fc.constant('reject' as const),
  fc.nat(400),
);

test('whatever happens, never admits more than the limit, and answers no request twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 300 }), (max, steps) => {
      const { limit, clock, calls, states, enter } = createLimit(max);
      for (const one of steps) {
        if (one === 'enter') enter();
        else if (one === 'leave' && limit.active > 0) limit.leave();
        else if (one === 'start') limit.startWaiting();
        else if (one === 'reject') limit.rejectOutdated();
        else if (typeof one === 'number') clock.now += one;
        expect(limit.active).toBeLessThanOrEqual(max);
      }
      expect(new Set(calls).size).toBe(calls.length);
      expect(states.filter((state) => state === 'waiting')).toHaveLength(limit.waiting);
      while (limit.waiting > 0) {
        while (limit.active > 0) limit.leave();
        limit.startWaiting();
      }
      expect(calls).toHaveLength(states.length);
    }),
  );
});
