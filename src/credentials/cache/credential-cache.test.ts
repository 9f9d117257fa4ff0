import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AssumedRole, StsError, type StsFailure } from '../../aws/sts.ts';
import { manualClock } from '../../lib/clock.ts';
import type { Recovery } from '../credentials.ts';
import type { AllowedSession } from '../decide.ts';
import { CredentialCache } from './credential-cache.ts';

const SESSION: AllowedSession = {
  tenantId: 'tenant_1',
  connectionId: 'connection_1',
  roleArn: 'arn:aws:iam::111111111111:role/Role',
  accountId: '111111111111',
  partition: 'aws',
  externalId: { id: 1n, value: 'one' },
  workerKeyId: 'key_1',
  durationSeconds: 3600,
  profile: null,
  options: null,
  nameValues: {
    workerId: 'key_1',
    workerName: 'worker',
    tenantId: 'tenant_1',
    tenantReference: null,
    purpose: null,
  },
};

/** Creates a cache over an STS that responds at once, by AWS's clock, with sessions of this duration or with a failure. */
function createCache(durationSeconds: number) {
  const clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  const issued: AssumedRole[] = [];
  const results: string[] = [];
  const aws: {
    failure: StsFailure | null;
    recovery: Recovery;
    recoveries: number;
    offsetSeconds: Record<string, number>;
  } = {
    failure: null,
    offsetSeconds: {},
    recovery: { outcome: 'unknown', failure: 'broker_failing' },
    recoveries: 0,
  };
  const awsNow = (partition: string): Date =>
    new Date(clock.now().getTime() + (aws.offsetSeconds[partition] ?? 0) * 1000);
  const assumeRole = async ({ roleArn }: { roleArn: string }): Promise<AssumedRole> => {
    if (aws.failure !== null) throw new StsError(aws.failure, aws.failure);
    const n = String(issued.length);
    const expiresAt = new Date(awsNow(roleArn.split(':')[1] ?? '').getTime() + durationSeconds * 1000);
    const assumed = { accessKeyId: n, secretAccessKey: n, sessionToken: n, expiresAt, awsRequestId: n };
    issued.push(assumed);
    return assumed;
  };
  const cache = new CredentialCache({
    sts: { assumeRole },
    awsNow,
    log: { info() {}, warn() {}, error() {} },
    sessionNameTemplate: [{ field: 'unique' }],
    maxEntries: 10,
    onIssue: (result) => results.push(result),
  });
  const recover = async (): Promise<Recovery> => {
    aws.recoveries++;
    return aws.recovery;
  };
  const issue = () => cache.issue(SESSION, { recover });
  const getSecondsLeft = async (): Promise<number> => {
    const result = await issue();
    if (result.kind !== 'issued') throw new Error(`${result.kind} by ${result.error.message}`);
    return (result.credentials.expiresAt.getTime() - clock.now().getTime()) / 1000;
  };
  return { aws, clock, cache, issue, issued, results, getSecondsLeft };
}

test('an issued session always has at least 15 minutes left, or half of a shorter session', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 900, max: 3600 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 8 }),
      async (duration, pauses) => {
        const { clock, getSecondsLeft } = createCache(duration);
        for (const pause of pauses) {
          expect(await getSecondsLeft()).toBeGreaterThanOrEqual(Math.min(900, duration / 2));
          // A renewal in the background ends before time passes.
          await setImmediate();
          clock.advance(pause);
        }
      },
    ),
  );
});

test('a session of an hour is not renewed during its first 40 minutes', async () => {
  const { clock, getSecondsLeft, issued } = createCache(3600);
  for (let minute = 0; minute < 40; minute++) {
    await getSecondsLeft();
    clock.advance(60);
  }
  expect(issued).toHaveLength(1);
});

/** How the cache issues a session that has 10 minutes left while STS fails to renew it. */
async function renewLate(failure: StsFailure, recovery?: Recovery) {
  const created = createCache(3600);
  await created.issue();
  created.clock.advance(3000);
  created.aws.failure = failure;
  if (recovery) created.aws.recovery = recovery;
  return { ...created, renewed: await created.issue() };
}

test.each(['throttled', 'unavailable', 'no_credentials', 'region_disabled'] as const)(
  'keeps issuing a valid session while its renewal fails as %s, and never after it has ended',
  async (failure) => {
    const { clock, issue, renewed, results } = await renewLate(failure);
    expect(renewed).toMatchObject({ kind: 'issued', cached: true, credentials: { accessKeyId: '0' } });
    expect(results).toEqual(['miss', 'stale']);
    clock.advance(600);
    expect(await issue()).toMatchObject({ kind: 'failed', error: { failure } });
  },
);

test.each(['broker_failing', 'throttled', 'unavailable'] as const)(
  'keeps issuing a valid session whose renewal is denied while the recovery says %s, until it has ended',
  async (failure) => {
    const { clock, issue, renewed, results } = await renewLate('denied', { outcome: 'unknown', failure });
    expect(renewed).toMatchObject({ kind: 'issued', credentials: { accessKeyId: '0' } });
    clock.advance(590);
    expect(await issue()).toMatchObject({ kind: 'issued', credentials: { accessKeyId: '0' } });
    expect(results).toEqual(['miss', 'stale', 'stale']);
    clock.advance(10);
    expect(await issue()).toMatchObject({ kind: 'denied', recovery: { outcome: 'unknown', failure } });
  },
);

test.each([
  { outcome: 'not_usable', nextVerificationAt: null },
  { outcome: 'session_attributes_denied' },
] as const)('deletes a valid session when its renewal is denied and is $outcome', async (recovery) => {
  const { aws, issue, renewed } = await renewLate('denied', recovery);
  expect(renewed).toMatchObject({ kind: 'denied', recovery });
  aws.failure = 'unavailable';
  expect(await issue()).toMatchObject({ kind: 'failed' });
});

test('a denial in the background deletes the session as well', async () => {
  const { aws, clock, issue } = createCache(3600);
  aws.recovery = { outcome: 'not_usable', nextVerificationAt: null };
  await issue();
  clock.advance(2500);
  aws.failure = 'denied';
  expect(await issue()).toMatchObject({ kind: 'issued' });
  await expect.poll(() => aws.recoveries).toBe(1);
  expect(await issue()).toMatchObject({ kind: 'denied' });
});

test('requests a session once more after a recovery that verified the role, instead of issuing the old one', async () => {
  const { aws, issue, renewed } = await renewLate('denied', { outcome: 'retry' });
  expect(renewed).toMatchObject({ kind: 'denied', recovery: { outcome: 'retry' } });
  aws.failure = null;
  expect(await issue()).toMatchObject({ kind: 'issued', cached: false, credentials: { accessKeyId: '1' } });
});

test('a second denial after a recovery that verified the role issues the session that is still valid', async () => {
  const { cache } = await renewLate('denied', { outcome: 'retry' });
  expect(await cache.issue(SESSION, { recover: null })).toMatchObject({ kind: 'issued', cached: true });
});

test('500 callers that are denied at the same time share one recovery', async () => {
  const { aws, issue } = createCache(3600);
  aws.failure = 'denied';
  const results = await Promise.all(Array.from({ length: 500 }, issue));
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['denied']));
  expect(aws.recoveries).toBe(1);
});

test("judges the end of a session by AWS's clock of its partition, even if this process's is 30 minutes slow", async () => {
  const created = createCache(3600);
  created.aws.offsetSeconds = { 'aws-cn': 1800 };
  const session = { ...SESSION, partition: 'aws-cn', roleArn: 'arn:aws-cn:iam::111111111111:role/Role' };
  const issue = () => created.cache.issue(session, { recover: null });
  const first = await issue();
  expect(first).toMatchObject({
    kind: 'issued',
    credentials: { expiresAt: new Date('2030-01-01T01:30:00Z') },
  });
  created.aws.failure = 'unavailable';
  created.clock.advance(3599);
  expect(await issue()).toMatchObject({ kind: 'issued', cached: true });
  created.clock.advance(1);
  expect(await issue()).toMatchObject({ kind: 'failed' });
});
