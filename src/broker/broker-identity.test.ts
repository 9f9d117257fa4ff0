import { expect, test } from 'vitest';
import { isRoleOf, parseBrokerIdentity } from './broker-identity.ts';

test('reads the role or user that the broker is', () => {
  expect(parseBrokerIdentity('arn:aws:sts::999988887777:assumed-role/Broker/session')).toMatchObject({
    partition: 'aws',
    accountId: '999988887777',
    type: 'role',
    name: 'Broker',
  });
  expect(parseBrokerIdentity('arn:aws-us-gov:iam::999988887777:user/path/to/broker')).toMatchObject({
    partition: 'aws-us-gov',
    type: 'user',
    name: 'broker',
  });
});

test.each([
  ['arn:aws:iam::999988887777:root', /root user/],
  ['arn:aws:sts::999988887777:federated-user/someone', /neither a role session nor a user/],
  ['', /neither/],
])('refuses %s, which AWS lets assume no role', (arn, sentence) => {
  expect(parseBrokerIdentity(arn)).toMatch(sentence);
});

test('compares a session with a role ARN whose path the session does not show', () => {
  const identity = parseBrokerIdentity('arn:aws:sts::999988887777:assumed-role/Broker/session');
  if (typeof identity === 'string') throw new Error(identity);
  expect(isRoleOf(identity, 'arn:aws:iam::999988887777:role/service/Broker')).toBe(true);
  for (const other of [
    'arn:aws:iam::999988887777:role/Other',
    'arn:aws:iam::111122223333:role/Broker',
    'arn:aws-cn:iam::999988887777:role/Broker',
  ])
    expect(isRoleOf(identity, other)).toBe(false);
});
