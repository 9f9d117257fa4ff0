import { expect, test } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { openBrokers } from './open-brokers.ts';
import { watchBrokers } from './watch.ts';

const BROKER = 'arn:aws:sts::999988887777:assumed-role/Broker/session';
const OTHER = 'arn:aws:sts::999988887777:assumed-role/Other/session';

/** Watches a broker whose credentials belong to `arn`, until its identity was read once. */
async function watchOnce(arn: string) {
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
      callerIdentity: async () => ({ accountId: '999988887777', arn }),
      clockOffsetMs: () => null,
      credentialSource: async () => ({ name: 'environment variables' }),
    }),
    findWitnesses: async () => [],
    clock,
    log,
    onChange() {},
  });
  const job = watchBrokers({ brokers, clock, log });
  const broker = brokers.get('aws');
  await expect.poll(() => broker?.credentialSource).toBe('environment variables');
  await job.stop();
  return { broker, errors };
}

test('credentials of the configured role are no problem', async () => {
  const { broker, errors } = await watchOnce(BROKER);
  expect([broker?.identityProblem, errors]).toEqual([null, []]);
  expect(broker?.identity?.arn).toBe(BROKER);
});

test('credentials that belong to another role are reported while the service runs, and logged', async () => {
  const { broker, errors } = await watchOnce(OTHER);
  expect(broker?.identityProblem).toMatch(/COUNTERSIGN_BROKER_ROLE_ARN/);
  expect(errors).toEqual([broker?.identityProblem]);
});
