import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountersignError } from '../error.ts';
import { CredentialSource } from './credential-source.ts';

interface Drawn {
  number: number;
  expiration: Date;
}

const passing = new CountersignError('aws_throttled', 'x', { status: 503 });
const refused = new CountersignError('tenant_not_active', 'x', { status: 409 });

type Step =
  | { advance: number }
  | { answers: 'well' | 'passing' | 'refused' }
  | { ask: number }
  | 'renewIfDue';

const step: fc.Arbitrary<Step> = fc.oneof(
  // Into each part of a session's life, so that a run meets all of them.
  fc.record({ advance: fc.constantFrom(4, 40, 400, 1100, 2450, 3550, 4000) }),
  fc.record({ answers: fc.constantFrom('well' as const, 'passing' as const, 'refused' as const) }),
  fc.record({ ask: fc.integer({ min: 1, max: 5 }) }),
  fc.constant('renewIfDue' as const),
);

/** Lets all that is under way come to its end: nothing here waits for a clock or a socket. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('in any order of calls, faults, refusals and hours: valid credentials or an error, and none after a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40, size: 'max' }),
      fc.constantFrom(900, 3600),
      async (steps, life) => {
        let now = 0;
        let answers: 'well' | 'passing' | 'refused' = 'well';
        let draws = 0;
        let underWay = 0;
        let valid: Drawn | undefined;
        const source = new CredentialSource<Drawn>({
          now: () => now,
          async draw() {
            expect(++underWay).toBe(1);
            await null;
            underWay--;
            if (answers === 'refused') valid = undefined;
            if (answers !== 'well') throw answers === 'refused' ? refused : passing;
            valid = { number: ++draws, expiration: new Date(now + life * 1000) };
            return valid;
          },
        });
        const ask = async (): Promise<void> => {
          const held = valid && valid.expiration.getTime() > now;
          const got = await source.get().catch((error: unknown) => error);
          if (got instanceof CountersignError) {
            expect(got === passing && held).toBeFalsy();
          } else {
            expect((got as Drawn).expiration.getTime()).toBeGreaterThan(now);
          }
          await settle();
          // What was refused in the background meanwhile is not handed out from here on.
          if (answers === 'refused' && valid === undefined) await expect(source.get()).rejects.toBe(refused);
        };
        for (const next of steps) {
          if (next === 'renewIfDue') source.renewIfDue();
          else if ('advance' in next) now += next.advance * 1000;
          else if ('answers' in next) answers = next.answers;
          else await Promise.all(Array.from({ length: next.ask }, ask));
          await settle();
        }
      },
    ),
  );
});

test('renewIfDue asks for nothing when nothing is held: after a refusal the service is left in peace', async () => {
  let draws = 0;
  const source = new CredentialSource<Drawn>({
    now: () => 0,
    draw: async () => {
      draws++;
      throw refused;
    },
  });
  source.renewIfDue();
  await expect(source.get()).rejects.toBe(refused);
  for (let check = 0; check < 10; check++) source.renewIfDue();
  expect(draws).toBe(1);
});

test('while a fault lasts, renewals come further and further apart, and no sooner than Retry-After says', async () => {
  let now = 0;
  const at: number[] = [];
  let fault: CountersignError | undefined;
  const source = new CredentialSource<Drawn>({
    now: () => now,
    async draw() {
      at.push(now / 1000);
      if (fault) throw fault;
      return { number: 0, expiration: new Date(3_600_000) };
    },
  });
  await source.get();
  fault = passing;
  for (now = 0; now < 2_550_000; now += 1000) {
    source.renewIfDue();
    await settle();
  }
  expect(at).toEqual([0, 2400, 2405, 2415, 2435, 2475, 2535]);
  fault = new CountersignError('rate_limited', 'x', { status: 429, retryAfterSeconds: 300 });
  for (; now < 3_000_000; now += 1000) {
    source.renewIfDue();
    await settle();
  }
  expect(at.slice(-2)).toEqual([2595, 2895]);
});

test('a fault of the code itself is no reason to keep credentials', async () => {
  let fault: Error | undefined;
  let now = 0;
  const source = new CredentialSource<Drawn>({
    now: () => now,
    async draw() {
      if (fault) throw fault;
      return { number: 1, expiration: new Date(3_600_000) };
    },
  });
  await source.get();
  fault = new TypeError('undefined is not a function');
  now = 3_580_000;
  await expect(source.get()).rejects.toBe(fault);
  now = 3_590_000;
  await expect(source.get()).rejects.toBe(fault);
});
