import { describe, expect, test } from 'vitest';
import { PARTITIONS, parseRoleArn, partitionOfRegion } from './arn.ts';

describe('partitionOfRegion', () => {
  const REGIONS: [region: string, partition: string][] = [
    ['us-east-1', 'aws'],
    ['eu-west-1', 'aws'],
    ['ap-southeast-2', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eu-isof-south-1', 'aws-iso-f'],
  ];

  test.each(REGIONS)('maps the Region %s to the partition %s', (region, partition) => {
    expect(partitionOfRegion(region)).toBe(partition);
  });

  test('can return every partition', () => {
    expect(new Set(REGIONS.map(([region]) => partitionOfRegion(region)))).toEqual(new Set(PARTITIONS));
  });
});

describe('parseRoleArn', () => {
  test.each(PARTITIONS)('accepts a role in the partition %s', (partition) => {
    expect(parseRoleArn(`arn:${partition}:iam::111122223333:role/vendors/acme/Access`)).toEqual({
      partition,
      accountId: '111122223333',
      path: '/vendors/acme/',
      name: 'Access',
    });
  });

  test.each([
    ['an unknown partition', 'arn:aws-moon:iam::111122223333:role/Access'],
    ['a user', 'arn:aws:iam::111122223333:user/Access'],
    ['a session', 'arn:aws:sts::111122223333:assumed-role/Access/session'],
    ['a role without a name', 'arn:aws:iam::111122223333:role/'],
    ['a name of 65 characters', `arn:aws:iam::111122223333:role/${'a'.repeat(65)}`],
    ['an account ID of 11 digits', 'arn:aws:iam::11112222333:role/Access'],
    ['a trailing line break', 'arn:aws:iam::111122223333:role/Access\n'],
  ])('rejects %s', (_, arn) => {
    expect(parseRoleArn(arn)).toBeNull();
  });

  test('takes no exponential time on an ARN with many slashes', () => {
    const startedMs = performance.now();
    expect(parseRoleArn(`arn:aws:iam::111122223333:role${'/a'.repeat(900)}/ `)).toBeNull();
    expect(performance.now() - startedMs).toBeLessThan(100);
  });
});
