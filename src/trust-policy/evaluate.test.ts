import { describe, expect, it } from 'vitest';
import type { CallerPrincipal } from './request-keys.ts';
import {
  ACCOUNT,
  allow,
  BROKER,
  CLOSED,
  deny,
  evaluate,
  FAILS,
  HOLDS,
  id,
  ROOT,
  type Written,
} from './test-evaluate.ts';

describe('principals', () => {
  const user: CallerPrincipal = {
    type: 'user',
    arn: `arn:aws:iam::${ACCOUNT}:user/ops/ann`,
    accountId: ACCOUNT,
    partition: 'aws',
  };
  const root: CallerPrincipal = {
    type: 'root',
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    accountId: ACCOUNT,
    partition: 'aws',
  };
  const china: CallerPrincipal = {
    ...BROKER,
    arn: `arn:aws-cn:iam::${ACCOUNT}:role/vendor/Broker`,
    partition: 'aws-cn',
  };

  it.each<[string, unknown, CallerPrincipal, string[]]>([
    ['everyone', '*', BROKER, HOLDS],
    ['every AWS principal', { AWS: ['*'] }, user, HOLDS],
    ['an account by its number', { AWS: ACCOUNT }, BROKER, HOLDS],
    ['an account root stands for its role sessions', ROOT, BROKER, HOLDS],
    ['and for its users', ROOT, user, HOLDS],
    ['and for itself', ROOT, root, HOLDS],
    ['in its own partition alone', ROOT, china, FAILS],
    ['a role stands for its sessions', { AWS: BROKER.arn }, BROKER, HOLDS],
    ['without its path it is another role', { AWS: `arn:aws:iam::${ACCOUNT}:role/Broker` }, BROKER, FAILS],
    ['a session', { AWS: BROKER.sessionArn }, BROKER, HOLDS],
    [
      'another session of the role',
      { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/Broker/i-abd` },
      BROKER,
      FAILS,
    ],
    ['a role by its unique ID', { AWS: 'AROAEXAMPLE234567890A' }, BROKER, HOLDS],
    ['a role that was deleted', { AWS: 'AROAEXAMPLE234567890B' }, BROKER, FAILS],
    ['a user', { AWS: user.arn }, user, HOLDS],
    ['a user in another case', { AWS: `arn:aws:iam::${ACCOUNT}:user/ops/Ann` }, user, FAILS],
    ['no service', { Service: 'ec2.amazonaws.com' }, BROKER, FAILS],
    ['no identity provider, even if it is named like us', { Federated: BROKER.arn }, BROKER, FAILS],
    ['no canonical user', { CanonicalUser: '*' }, BROKER, FAILS],
    ['nobody', {}, BROKER, FAILS],
    ['nobody in a list', { AWS: [] }, BROKER, FAILS],
    ['one of several types', { Service: 'ec2.amazonaws.com', AWS: ACCOUNT }, BROKER, HOLDS],
    [
      'a wildcard inside of an ARN is not understood',
      { AWS: `arn:aws:iam::${ACCOUNT}:role/*` },
      BROKER,
      CLOSED,
    ],
    ['nor is a name', { AWS: 'Broker' }, BROKER, CLOSED],
  ])('%s', (_, principals, caller, expected) => {
    const asked = { principal: caller };
    const decisions = [
      evaluate([allow({ Principal: principals })], asked).decision,
      evaluate([allow({ Principal: '*' }), deny({ Principal: principals })], asked).decision,
    ];
    expect(decisions).toEqual(expected);
  });

  it('NotPrincipal is closed on both sides, since IAM refuses it', () => {
    const { Principal: _, ...rest } = allow({ NotPrincipal: { AWS: '111122223333' } });
    expect(evaluate([rest]).decision).toBe('denied');
    expect(evaluate([allow(), { ...rest, Effect: 'Deny' }]).decision).toBe('denied');
  });
});

describe('actions', () => {
  it.each<[string, Written, string, string]>([
    ['any case', { Action: 'STS:assumerole' }, 'sts:AssumeRole', 'allowed'],
    ['wildcards', { Action: ['sts:Tag*', 'sts:A?sumeRol?'] }, 'sts:AssumeRole', 'allowed'],
    ['a longer name is another action', { Action: 'sts:AssumeRoleWithSAML' }, 'sts:AssumeRole', 'denied'],
    ['AssumeRole alone does not tag sessions', { Action: 'sts:AssumeRole' }, 'sts:TagSession', 'denied'],
    ['NotAction of it', { Action: undefined, NotAction: 'sts:assume*' }, 'sts:AssumeRole', 'denied'],
    [
      'NotAction of another',
      { Action: undefined, NotAction: ['sts:TagSession'] },
      'sts:AssumeRole',
      'allowed',
    ],
  ])('%s', (_, written, action, expected) => {
    const statement = Object.fromEntries(
      Object.entries(allow(written)).filter(([, value]) => value !== undefined),
    );
    expect(evaluate([statement], { action }).decision).toBe(expected);
  });
});

describe('the explanation', () => {
  it('names the deny that decided, not the allow before it', () => {
    const evaluation = evaluate([allow({ Sid: 'open' }), deny({ Sid: 'shut' })]);
    expect(evaluation).toMatchObject({
      decision: 'denied',
      reason: 'statement_denies',
      decidedBy: { index: 1, sid: 'shut' },
    });
  });

  it('names the condition that was not met', () => {
    const evaluation = evaluate([allow({ Condition: { StringEquals: id('a') } })], { externalId: 'b' });
    expect(evaluation.reason).toBe('nothing_allows');
    expect(evaluation.statements[0]?.unmet).toEqual([
      { part: 'condition', path: 'Statement[0].Condition.StringEquals.sts:ExternalId' },
    ]);
  });
});
