import { describe, expect, it } from 'vitest';
import { parseTrustPolicy } from './parse/parse.ts';
import { validateForCreation } from './validate-for-creation.ts';

const STATEMENT = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };

describe('validateForCreation', () => {
  function problemPaths(changes: Record<string, unknown>): string[] {
    const entries = Object.entries({ ...STATEMENT, ...changes }).filter(([, value]) => value !== undefined);
    const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: [Object.fromEntries(entries)] });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return validateForCreation(parsed.policy).map(({ path }) => path);
  }

  it.each<[string, Record<string, unknown>, string]>([
    [
      'NotPrincipal',
      { Principal: undefined, NotPrincipal: { AWS: '111122223333' } },
      'Statement[0].NotPrincipal',
    ],
    [
      'a wildcard inside an ARN',
      { Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } },
      'Statement[0].Principal.AWS',
    ],
    [
      'a wildcard as the account of an ARN',
      { Principal: { AWS: ['*', 'arn:aws:iam::*:root'] } },
      'Statement[0].Principal.AWS[1]',
    ],
    ['an account ID of 11 digits', { Principal: { AWS: '11112222333' } }, 'Statement[0].Principal.AWS'],
    ['a group', { Principal: { AWS: 'arn:aws:iam::111122223333:group/a' } }, 'Statement[0].Principal.AWS'],
    ['a wildcard as the service', { Principal: { Service: '*' } }, 'Statement[0].Principal.Service'],
    ['a canonical user', { Principal: { CanonicalUser: 'abc' } }, 'Statement[0].Principal.CanonicalUser'],
    ['an action of another service', { Action: ['sts:AssumeRole', 's3:GetObject'] }, 'Statement[0].Action'],
    ['a Sid with a space', { Sid: 'a b' }, 'Statement[0].Sid'],
    [
      'more than 4,096 characters',
      { Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(4096) } } },
      '',
    ],
  ])('rejects %s', (_, statement, path) => expect(problemPaths(statement)).toEqual([path]));

  it('does not count white space towards the quota', () => {
    expect(problemPaths({ Condition: { StringEquals: { 'sts:ExternalId': ' '.repeat(4096) } } })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['everyone', { Principal: '*' }],
    [
      'services and identity providers',
      { Principal: { Service: ['ec2.amazonaws.com'], Federated: 'accounts.google.com' } },
    ],
    [
      'roles, sessions and users',
      {
        Principal: {
          AWS: [
            'arn:aws-cn:iam::111122223333:role/a/b',
            'arn:aws:sts::111122223333:assumed-role/a/b',
            'arn:aws:iam::111122223333:user/a',
          ],
        },
      },
    ],
    ['every action', { Action: ['*', 'sts:*', 'STS:TagSession'] }],
  ])('accepts %s', (_, statement) => expect(problemPaths(statement)).toEqual([]));
});
