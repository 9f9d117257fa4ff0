import { describe, expect, test } from 'vitest';
import { type Sts, StsError } from '../aws/sts.ts';
import { manualClock } from '../lib/clock.ts';
import { waitForIdentity } from './identify.ts';
import { openBrokers } from './open-brokers.ts';
import { watchBrokers } from './watch.ts';

const BROKER = 'arn:aws:sts::999988887777:assumed-role/Broker/session';
const OTHER = 'arn:aws:sts::999988887777:assumed-role/Other/session';

/** A broker whose credentials belong to `arn`. */
function openBroker(callerIdentity: Sts['callerIdentity']) {
  const errors: string[] = [];
  const clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };
  const brokers = openBrokers({
    settings: [
      {
        partition: 'aws',
        accountId: '999988887777',
        region: 'us-east-1',
        brokerRoleArn: 'arn:aws:iam::999988887777:role/Broker',
        profile: null,
        canary: null,
        sessionAttributes: 'none',
        templateUrl: null,
        stsEndpoint: null,
      },
    ],
    openSts: () => ({
      assumeRole: () => Promise.reject(new Error('not expected')),
      probe: async () => 'denied',
      callerIdentity,
      clockOffsetMs: () => null,
      credentialSource: async () => ({ name: 'environment variables' }),
    }),
    findWitnesses: async () => [],
    clock,
    log,
    onChange() {},
  });
  const broker = brokers.get('aws');
  if (!broker) throw new Error('the broker was not opened');
  return { broker, brokers, clock, log, errors };
}

const returning = (arn: string) => async () => ({ accountId: '999988887777', arn });

/** Watches a broker until its identity was read once. */
async function watchOnce(arn: string) {
  const { broker, errors, ...deps } = openBroker(returning(arn));
  const job = watchBrokers(deps);
  await expect.poll(() => broker.credentialSource).toBe('environment variables');
  await job.stop();
  return { broker, errors };
}

test('credentials of the configured role are no problem', async () => {
  const { broker, errors } = await watchOnce(BROKER);
  expect([broker.identityProblem, errors]).toEqual([null, []]);
  expect(broker.identity?.arn).toBe(BROKER);
});

test('credentials that belong to another role are reported while the service runs, and logged', async () => {
  const { broker, errors } = await watchOnce(OTHER);
  expect(broker.identityProblem).toMatch(/COUNTERSIGN_BROKER_ROLE_ARN/);
  expect(errors).toEqual([broker.identityProblem]);
});

describe('a caller that needs the identity before the first check', () => {
  test('gets it from AWS', async () => {
    const { broker, log } = openBroker(returning(BROKER));
    expect(await waitForIdentity({ log }, broker)).toMatchObject({ type: 'role', name: 'Broker' });
  });

  test('gets none if AWS fails, or does not respond in time, and the next caller asks again', async () => {
    const answers = [
      () => Promise.reject(new StsError('unavailable', 'STS is down')),
      () => new Promise<never>(() => {}),
      returning(BROKER),
    ];
    const { broker, log } = openBroker(
      () => answers.shift()?.() ?? Promise.reject(new Error('not expected')),
    );
    expect(await waitForIdentity({ log }, broker)).toBe(null);
    expect(await waitForIdentity({ log }, broker, 5)).toBe(null);
    expect(await waitForIdentity({ log }, broker)).toMatchObject({ name: 'Broker' });
  });
});
