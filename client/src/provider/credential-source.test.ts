import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountersignError } from '../error.ts';
import { CredentialSource } from './credential-source.ts';

interface Credentials {
  sequence: number;
  expiration: Date;
}

const RETRYABLE_ERROR = new CountersignError('aws_throttled', 'x', { status: 503 });
const FINAL_ERROR = new CountersignError('tenant_not_active', 'x', { status: 409 });

type ServiceState = 'working' | 'failing' | 'rejecting';
type Step = { advanceSeconds: number } | { service: ServiceState } | { callers: number } | 'refreshIfDue';

const step: fc.Arbitrary<Step> = fc.oneof(
  // The values lead into each phase of a session's life, so that a run meets all of them.
  fc.record({ advanceSeconds: fc.constantFrom(4, 40, 400, 1100, 2450, 3550, 4000) }),
  fc.record({ service: fc.constantFrom<ServiceState>('working', 'failing', 'rejecting') }),
  fc.record({ callers: fc.integer({ min: 1, max: 5 }) }),
  fc.constant('refreshIfDue' as const),
);

/** Lets all pending promises settle; nothing in these tests waits for a timer or a socket. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Runs the steps against a source whose service follows them, and checks the guarantees after each call. */
async function checkGuarantees(steps: Step[], durationSeconds: number): Promise<void> {
  let now = 0;
  let state: ServiceState = 'working';
  let issued = 0;
  let requestsInFlight = 0;
  let valid: Credentials | undefined;
  const source = new CredentialSource<Credentials>({
    now: () => now,
    async fetchCredentials() {
      expect(++requestsInFlight).toBe(1);
      await null;
      requestsInFlight--;
      if (state === 'rejecting') valid = undefined;
      if (state !== 'working') throw state === 'rejecting' ? FINAL_ERROR : RETRYABLE_ERROR;
      valid = { sequence: ++issued, expiration: new Date(now + durationSeconds * 1000) };
      return valid;
    },
  });
  const callAndCheck = async (): Promise<void> => {
    const hasValid = valid !== undefined && valid.expiration.getTime() > now;
    const result = await source.get().catch((error: CountersignError) => error);
    if (result instanceof CountersignError) {
      expect(result === RETRYABLE_ERROR && hasValid).toBe(false);
    } else {
      expect(result.expiration.getTime()).toBeGreaterThan(now);
    }
    await settle();
    // A rejection in the background meanwhile has discarded the credentials.
    if (state === 'rejecting' && valid === undefined) await expect(source.get()).rejects.toBe(FINAL_ERROR);
  };
  for (const next of steps) {
    if (next === 'refreshIfDue') source.refreshIfDue();
    else if ('advanceSeconds' in next) now += next.advanceSeconds * 1000;
    else if ('service' in next) state = next.service;
    else await Promise.all(Array.from({ length: next.callers }, callAndCheck));
    await settle();
  }
}

test('returns valid credentials or an error, and nothing cached after a rejection, whatever happens in which order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40, size: 'max' }),
      fc.constantFrom(900, 3600),
      checkGuarantees,
    ),
  );
});

test('refreshIfDue sends no request while nothing is cached, for example after a rejection', async () => {
  let requests = 0;
  const source = new CredentialSource<Credentials>({
    now: () => 0,
    fetchCredentials: async () => {
      requests++;
      throw FINAL_ERROR;
    },
  });
  source.refreshIfDue();
  await expect(source.get()).rejects.toBe(FINAL_ERROR);
  for (let check = 0; check < 10; check++) source.refreshIfDue();
  expect(requests).toBe(1);
});

test('retries a failed refresh at growing intervals, and never sooner than Retry-After allows', async () => {
  let now = 0;
  const requestedAtSeconds: number[] = [];
  let error: CountersignError | undefined;
  const source = new CredentialSource<Credentials>({
    now: () => now,
    async fetchCredentials() {
      requestedAtSeconds.push(now / 1000);
      if (error) throw error;
      return { sequence: 0, expiration: new Date(3_600_000) };
    },
  });
  await source.get();
  error = RETRYABLE_ERROR;
  for (now = 0; now < 2_550_000; now += 1000) {
    source.refreshIfDue();
    await settle();
  }
  expect(requestedAtSeconds).toEqual([0, 2400, 2405, 2415, 2435, 2475, 2535]);
  error = new CountersignError('rate_limited', 'x', { status: 429, retryAfterSeconds: 300 });
  for (; now < 3_000_000; now += 1000) {
    source.refreshIfDue();
    await settle();
  }
  expect(requestedAtSeconds.slice(-2)).toEqual([2595, 2895]);
});

test('discards cached credentials after an error that is not a CountersignError', async () => {
  let error: Error | undefined;
  let now = 0;
  const source = new CredentialSource<Credentials>({
    now: () => now,
    async fetchCredentials() {
      if (error) throw error;
      return { sequence: 1, expiration: new Date(3_600_000) };
    },
  });
  await source.get();
  error = new TypeError('undefined is not a function');
  now = 3_580_000;
  await expect(source.get()).rejects.toBe(error);
  now = 3_590_000;
  await expect(source.get()).rejects.toBe(error);
});
