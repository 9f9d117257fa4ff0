import { describe, expect, it } from 'vitest';
import type { CallerPrincipal } from './conditions/request-context.ts';
import {
  ACCOUNT,
  allow,
  BROKER,
  deny,
  evaluate,
  externalIdIs,
  MET,
  NOT_MET,
  type PolicyElement,
  ROOT,
  UNSUPPORTED,
} from './evaluate.fixture.ts';

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
    ['* matches every caller', '*', BROKER, MET],
    ['{"AWS": "*"} matches every caller', { AWS: ['*'] }, user, MET],
    ['an account ID matches the role sessions of the account', { AWS: ACCOUNT }, BROKER, MET],
    ["the root's ARN matches role sessions of the account", ROOT, BROKER, MET],
    ["the root's ARN matches users of the account", ROOT, user, MET],
    ["the root's ARN matches the root", ROOT, root, MET],
    ["the root's ARN does not match another partition", ROOT, china, NOT_MET],
    ["a role's ARN matches its sessions", { AWS: BROKER.arn }, BROKER, MET],
    [
      "a role's ARN without its path does not match",
      { AWS: `arn:aws:iam::${ACCOUNT}:role/Broker` },
      BROKER,
      NOT_MET,
    ],
    ["a session's ARN matches the session", { AWS: BROKER.sessionArn }, BROKER, MET],
    [
      "a session's ARN does not match another session of the role",
      { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/Broker/i-abd` },
      BROKER,
      NOT_MET,
    ],
    ['the unique ID of the role does not match', { AWS: 'AROAEXAMPLE234567890A' }, BROKER, NOT_MET],
    ['the unique ID of a deleted role does not match', { AWS: 'AROAEXAMPLE234567890B' }, BROKER, NOT_MET],
    ["a user's ARN matches the user", { AWS: user.arn }, user, MET],
    ["a user's ARN is case-sensitive", { AWS: `arn:aws:iam::${ACCOUNT}:user/ops/Ann` }, user, NOT_MET],
    ['a service does not match a role session', { Service: 'ec2.amazonaws.com' }, BROKER, NOT_MET],
    [
      "an identity provider does not match, even with the caller's ARN as its name",
      { Federated: BROKER.arn },
      BROKER,
      NOT_MET,
    ],
    ['a canonical user does not match', { CanonicalUser: '*' }, BROKER, NOT_MET],
    ['an empty Principal matches no caller', {}, BROKER, NOT_MET],
    ['an empty list of principals matches no caller', { AWS: [] }, BROKER, NOT_MET],
    ['one of several principal types is enough', { Service: 'ec2.amazonaws.com', AWS: ACCOUNT }, BROKER, MET],
    [
      'a wildcard inside an ARN is unsupported',
      { AWS: `arn:aws:iam::${ACCOUNT}:role/*` },
      BROKER,
      UNSUPPORTED,
    ],
    ['a bare name is unsupported', { AWS: 'Broker' }, BROKER, UNSUPPORTED],
  ])('%s', (_, principals, caller, expected) => {
    const changes = { principal: caller };
    const decisions = [
      evaluate([allow({ Principal: principals })], changes).decision,
      evaluate([allow({ Principal: '*' }), deny({ Principal: principals })], changes).decision,
    ];
    expect(decisions).toEqual(expected);
  });

  it('NotPrincipal is unsupported, because IAM rejects it in trust policies', () => {
    const { Principal: _, ...rest } = allow({ NotPrincipal: { AWS: '111122223333' } });
    expect(evaluate([rest]).decision).toBe('denied');
    expect(evaluate([allow(), { ...rest, Effect: 'Deny' }]).decision).toBe('denied');
  });
});

it('an unsupported condition fails closed, also beside a principal that is not known', () => {
  const arn = { patterns: [`arn:aws:iam::${ACCOUNT}:role/*`], mayBeAbsent: false };
  const request = { principal: { ...BROKER, arn }, externalId: 'id' };
  const named = { Principal: { AWS: String(BROKER.arn) } };
  const unsupported = { ...named, Condition: { ArnLike: externalIdIs('id') } };
  expect(evaluate([allow(named)], request).decision).toBe('unknown');
  expect(evaluate([allow(unsupported)], request).decision).toBe('denied');
  expect(evaluate([allow(), deny(unsupported)], request).decision).toBe('unknown');
});

describe('actions', () => {
  it.each<[string, PolicyElement, string, string]>([
    ['actions are case-insensitive', { Action: 'STS:assumerole' }, 'sts:AssumeRole', 'allowed'],
    [
      'actions may contain wildcards',
      { Action: ['sts:Tag*', 'sts:A?sumeRol?'] },
      'sts:AssumeRole',
      'allowed',
    ],
    [
      'AssumeRoleWithSAML is not AssumeRole',
      { Action: 'sts:AssumeRoleWithSAML' },
      'sts:AssumeRole',
      'denied',
    ],
    [
      'sts:AssumeRole does not allow sts:TagSession',
      { Action: 'sts:AssumeRole' },
      'sts:TagSession',
      'denied',
    ],
    [
      'NotAction does not match the actions that it names',
      { Action: undefined, NotAction: 'sts:assume*' },
      'sts:AssumeRole',
      'denied',
    ],
    [
      'NotAction matches the actions that it does not name',
      { Action: undefined, NotAction: ['sts:TagSession'] },
      'sts:AssumeRole',
      'allowed',
    ],
  ])('%s', (_, changes, action, expected) => {
    const statement = Object.fromEntries(
      Object.entries(allow(changes)).filter(([, value]) => value !== undefined),
    );
    expect(evaluate([statement], { action }).decision).toBe(expected);
  });
});

describe('the explanation of a decision', () => {
  it('names the Deny that decided, not the Allow before it', () => {
    const evaluation = evaluate([allow({ Sid: 'allow' }), deny({ Sid: 'deny' })]);
    expect(evaluation).toMatchObject({
      decision: 'denied',
      reason: 'statement_denies',
      decidedBy: { index: 1, sid: 'deny' },
    });
  });

  it('names the condition that was not met', () => {
    const evaluation = evaluate([allow({ Condition: { StringEquals: externalIdIs('a') } })], {
      externalId: 'b',
    });
    expect(evaluation.reason).toBe('nothing_allows');
    expect(evaluation.statements[0]?.unmet).toEqual([
      { part: 'condition', path: 'Statement[0].Condition.StringEquals.sts:ExternalId' },
    ]);
  });
});
