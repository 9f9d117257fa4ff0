import { expect, test } from 'vitest';
import type { BrokerSettings } from './broker-settings.ts';
import { findIdentityProblem } from './identity-problem.ts';

const settings: BrokerSettings = {
  partition: 'aws',
  accountId: '999988887777',
  region: 'us-east-1',
  brokerRoleArn: 'arn:aws:iam::999988887777:role/service/Broker',
  profile: null,
  canary: null,
  sessionAttributes: 'none',
  templateUrl: null,
  stsEndpoint: null,
};

test('accepts a session of the configured role, and any role or user of the account if none is configured', () => {
  const session = 'arn:aws:sts::999988887777:assumed-role/Broker/i-0123456789';
  expect(findIdentityProblem(settings, session)).toBeNull();
  const user = 'arn:aws:iam::999988887777:user/broker';
  expect(findIdentityProblem({ ...settings, brokerRoleArn: null }, user)).toBeNull();
});

test.each([
  ['the root user', 'arn:aws:iam::999988887777:root', /root user/],
  ['another account', 'arn:aws:sts::111122223333:assumed-role/Broker/s', /COUNTERSIGN_VENDOR_ACCOUNT_ID/],
  [
    'another partition',
    'arn:aws-cn:sts::999988887777:assumed-role/Broker/s',
    /COUNTERSIGN_VENDOR_ACCOUNT_ID/,
  ],
  ['another role', 'arn:aws:sts::999988887777:assumed-role/Other/s', /COUNTERSIGN_BROKER_ROLE_ARN/],
  ['a user', 'arn:aws:iam::999988887777:user/Broker', /COUNTERSIGN_BROKER_ROLE_ARN/],
])('refuses %s by the name of the variable at fault', (_, arn, message) => {
  expect(findIdentityProblem(settings, arn)).toMatch(message);
});
