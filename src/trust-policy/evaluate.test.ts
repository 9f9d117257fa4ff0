// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like templates.
import { describe, expect, it } from 'vitest';
import { evaluateTrustPolicy, type TrustEvaluation } from './evaluate.ts';
import { parseTrustPolicy } from './parse.ts';
import type { CallerPrincipal, TrustRequest } from './request-keys.ts';

const ACCOUNT = '999988887777';
const BROKER: CallerPrincipal = {
  type: 'role',
  arn: `arn:aws:iam::${ACCOUNT}:role/vendor/Broker`,
  sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Broker/i-abc`,
  accountId: ACCOUNT,
  userId: 'AROAEXAMPLE234567890A:i-abc',
  partition: 'aws',
};
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

type Written = Record<string, unknown>;
type Asked = Partial<TrustRequest>;

function evaluate(statements: Written[], asked: Asked = {}, version?: string): TrustEvaluation {
  const parsed = parseTrustPolicy({
    ...(version === undefined ? {} : { Version: version }),
    Statement: statements,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return evaluateTrustPolicy(parsed.policy, {
    action: 'sts:AssumeRole',
    principal: BROKER,
    externalId: null,
    ...asked,
  });
}

const allow = (more: Written = {}): Written => ({
  Effect: 'Allow',
  Principal: ROOT,
  Action: 'sts:AssumeRole',
  ...more,
});
const deny = (more: Written = {}): Written => ({ ...allow(), Effect: 'Deny', ...more });

/** The decision on an allow with this condition, and on a bare allow beside a deny with it. */
function both(condition: Written, asked: Asked | string | null = null, version = '2012-10-17') {
  const request = typeof asked === 'string' || asked === null ? { externalId: asked } : asked;
  return [
    evaluate([allow({ Condition: condition })], request, version).decision,
    evaluate([allow(), deny({ Condition: condition })], request, version).decision,
  ];
}

const HOLDS = ['allowed', 'denied'];
const FAILS = ['denied', 'allowed'];
/** Closed on both sides: the allow does not apply, and the deny does. */
const CLOSED = ['denied', 'denied'];

const id = (value: unknown) => ({ 'sts:ExternalId': value });

describe('conditions on the external ID', () => {
  it.each<[string, Written, string | null, string[]]>([
    ['an empty condition holds', {}, null, HOLDS],
    ['an operator without keys holds', { StringEquals: {} }, null, HOLDS],
    ['operators are named in any case', { sTRINGeQUALS: id('t-1') }, 't-1', HOLDS],
    ['set prefixes and IfExists too', { 'FORANYVALUE:stringequalsIFEXISTS': id('t-1') }, 't-1', HOLDS],
    [
      'one operator twice in other case must hold twice',
      { StringEquals: id('a'), stringequals: id('b') },
      'a',
      FAILS,
    ],
    [
      'one key twice in other case must hold twice',
      { StringEquals: { 'sts:ExternalId': 'a', 'STS:EXTERNALID': 'b' } },
      'a',
      FAILS,
    ],
    ['several operators must all hold', { StringLike: id('t-*'), StringNotEquals: id('t-1') }, 't-1', FAILS],
    ['a number is its digits', { StringEquals: id(12345) }, '12345', HOLDS],
    ['a boolean is its word', { StringEquals: id(true) }, 'true', HOLDS],
    ['white space counts', { StringEquals: id('t-1 ') }, 't-1', FAILS],
    ['no values match nothing', { StringEquals: id([]) }, 't-1', FAILS],
    ['no values exclude nothing', { StringNotEquals: id([]) }, 't-1', HOLDS],
    ['a star is literal to StringEquals', { StringEquals: id('*') }, 't-1', FAILS],
    ['a star matches any ID under StringLike', { StringLike: id('*') }, 't-1', HOLDS],
    ['but not a missing one', { StringLike: id('*') }, null, FAILS],
    ['StringLike minds case', { StringLike: id('T-*') }, 't-1', FAILS],
    ['${*} is a literal star', { StringLike: id('${*}') }, 't-1', FAILS],
    ['StringNotLike of a star excludes every ID', { StringNotLike: id('*') }, 't-1', FAILS],
    ['StringNotLike holds for a missing ID', { StringNotLike: id('*') }, null, HOLDS],
    ['none of several values', { StringNotEquals: id(['a', 'b']) }, 'b', FAILS],
    ['neither of several values', { StringNotEquals: id(['a', 'b']) }, 'c', HOLDS],
    ['ignoring case, equal', { StringEqualsIgnoreCase: id('T-1') }, 't-1', HOLDS],
    ['ignoring case, negated', { StringNotEqualsIgnoreCase: id('T-1') }, 't-1', FAILS],
    ['IfExists with another ID', { StringEqualsIfExists: id('a') }, 'b', FAILS],
    ['IfExists on a negated operator with the ID', { StringNotEqualsIfExists: id('a') }, 'a', FAILS],
    ['IfExists on a negated operator without an ID', { StringNotEqualsIfExists: id('a') }, null, HOLDS],
    ['Null "true" with an ID', { Null: id('true') }, 'a', FAILS],
    ['Null "True" without', { Null: id('True') }, null, HOLDS],
    ['Null true without', { Null: id(true) }, null, HOLDS],
    ['Null "FALSE" with', { Null: id('FALSE') }, 'a', HOLDS],
    ['Null ["true", "false"] is one or the other', { Null: id(['true', 'false']) }, 'a', HOLDS],
    ['Null of anything else is not understood', { Null: id('yes') }, 'a', CLOSED],
    ['ForAllValues holds without an ID', { 'ForAllValues:StringEquals': id('a') }, null, HOLDS],
    ['ForAllValues negated holds without an ID', { 'ForAllValues:StringNotEquals': id('a') }, null, HOLDS],
    ['ForAllValues negated fails on the ID', { 'ForAllValues:StringNotEquals': id(['a', 'b']) }, 'a', FAILS],
    ['ForAllValues negated holds on another', { 'ForAllValues:StringNotEquals': id(['a', 'b']) }, 'c', HOLDS],
    ['ForAnyValue fails without an ID', { 'ForAnyValue:StringEquals': id('a') }, null, FAILS],
    ['ForAnyValue negated fails without an ID', { 'ForAnyValue:StringNotEquals': id('a') }, null, FAILS],
    ['ForAnyValue negated holds on another ID', { 'ForAnyValue:StringNotEquals': id('a') }, 'b', HOLDS],
    ['ForAnyValue negated fails on the ID', { 'ForAnyValue:StringNotEquals': id('a') }, 'a', FAILS],
    ['ForAnyValue takes no notice of IfExists', { 'ForAnyValue:StringEqualsIfExists': id('a') }, null, FAILS],
    ['NumericEquals sees through zeros', { NumericEquals: id('42') }, '042.0', HOLDS],
    ['NumericEquals is exact', { NumericEquals: id('12345678901234567890') }, '12345678901234567891', FAILS],
    ['NumericLessThan', { NumericLessThan: id(10) }, '9.5', HOLDS],
    ['NumericGreaterThanEquals', { NumericGreaterThanEquals: id('-1') }, '-1', HOLDS],
    ['NumericNotEquals of what is no number', { NumericNotEquals: id('abc') }, '5', CLOSED],
    ['NumericNotEquals on what is no number', { NumericNotEquals: id('5') }, 'abc', CLOSED],
    ['NumericNotEquals without an ID', { NumericNotEquals: id('5') }, null, HOLDS],
    ['what is not understood is not so without an ID either', { NumericNotEquals: id('abc') }, null, CLOSED],
    [
      'one condition that fails decides over one not understood',
      { StringEquals: id('a'), NumericEquals: id('x') },
      'b',
      FAILS,
    ],
    ['BinaryEquals compares bytes', { BinaryEquals: id('dGVuYW50') }, 'dGVuYW50', HOLDS],
    ['BinaryEquals of what is not base64', { BinaryEquals: id('dGVuYW5') }, 'dGVuYW5', CLOSED],
    ['ArnLike on what is no ARN', { ArnLike: id('arn:aws:iam::1:role/x') }, 'abc', CLOSED],
    ['a key nobody sends is missing', { StringEquals: { 'sts:ExternalID2': 'a' } }, 'a', FAILS],
  ])('%s', (_, condition, externalId, expected) => {
    expect(both(condition, externalId)).toEqual(expected);
  });
});

describe('policy variables', () => {
  const named = (name: string): Asked => ({ externalId: name, context: { 'sts:RoleSessionName': 'i-*' } });

  it.each<[string, Written, Asked, string[]]>([
    ['the external ID equals itself', { StringEquals: id('${sts:ExternalId}') }, named('abc'), HOLDS],
    ['in any case of the key', { StringEquals: id('${STS:EXTERNALID}') }, named('abc'), HOLDS],
    ['inside of text', { StringEquals: id('x-${sts:RoleSessionName}-y') }, named('x-i-*-y'), HOLDS],
    ['what is put in is no wildcard', { StringLike: id('${sts:RoleSessionName}') }, named('i-abc'), FAILS],
    ['beside a wildcard that is one', { StringLike: id('${sts:RoleSessionName}?*') }, named('i-*abc'), HOLDS],
    [
      'a default for a key that is missing',
      { StringEquals: id("${aws:username, 'no body'}") },
      named('no body'),
      HOLDS,
    ],
    [
      'no default for one that is there',
      { StringEquals: id("${aws:PrincipalAccount, 'x'}") },
      named('x'),
      FAILS,
    ],
    ['${$} is a dollar sign', { StringEquals: id('${$}{x}') }, named('${x}'), HOLDS],
    [
      'without a value equals nothing',
      { StringEquals: id('${aws:username}') },
      named('${aws:username}'),
      FAILS,
    ],
    [
      'without a value differs from nothing for sure',
      { StringNotEquals: id('${aws:username}') },
      named('a'),
      CLOSED,
    ],
    ['that is never closed', { StringNotEquals: id('${aws:PrincipalAccount') }, named('a'), CLOSED],
    ['that is empty', { StringNotEquals: id('${}') }, named('a'), CLOSED],
    ['none in NumericEquals', { NumericEquals: id('${aws:PrincipalAccount}') }, named(ACCOUNT), CLOSED],
    ['none in Null', { Null: id('${aws:PrincipalIsAWSService}') }, named('a'), CLOSED],
    [
      'a multivalued key is none',
      { StringEquals: id('${aws:TagKeys}') },
      { externalId: 'a', context: { 'aws:TagKeys': ['a'] } },
      FAILS,
    ],
  ])('%s', (_, condition, asked, expected) => {
    expect(both(condition, asked)).toEqual(expected);
  });

  it.each([undefined, '2008-10-17'])('are literal text under Version %s', (version) => {
    const condition = { Condition: { StringEquals: id('${sts:ExternalId}') } };
    expect(evaluate([allow(condition)], { externalId: 'abc' }, version).decision).toBe('denied');
    expect(evaluate([allow(condition)], { externalId: '${sts:ExternalId}' }, version).decision).toBe(
      'allowed',
    );
    const star = { Condition: { StringLike: id('${*}') } };
    expect(evaluate([allow(star)], { externalId: '${abc}' }, version).decision).toBe('allowed');
  });
});

describe('conditions on the caller and the request', () => {
  const arn = (value: unknown) => ({ 'aws:PrincipalArn': value });
  const from = (key: string, value: string | string[]): Asked => ({ context: { [key]: value } });

  it.each<[string, Written, Asked, string[]]>([
    ['aws:PrincipalArn is the role, with its path', { ArnEquals: arn(BROKER.arn) }, {}, HOLDS],
    ['and not the session', { StringEquals: arn(BROKER.sessionArn) }, {}, FAILS],
    ['ArnEquals takes wildcards', { ArnEquals: arn(`arn:aws:iam::${ACCOUNT}:role/vendor/*`) }, {}, HOLDS],
    ['StringEquals takes none', { StringEquals: arn(`arn:aws:iam::${ACCOUNT}:role/vendor/*`) }, {}, FAILS],
    ['a star in an ARN stays in its part', { ArnLike: arn('arn:aws:*:role/vendor/Broker') }, {}, CLOSED],
    ['a star in a string does not', { StringLike: arn('arn:aws:*:role/vendor/Broker') }, {}, HOLDS],
    ['each part may have one', { ArnLike: arn('arn:*:iam:*:9999*7777:role/*') }, {}, HOLDS],
    ['a lone star is no ARN', { ArnLike: arn('*') }, {}, CLOSED],
    ['ArnNotEquals', { ArnNotEquals: arn(`arn:aws:iam::${ACCOUNT}:role/other`) }, {}, HOLDS],
    ['ArnNotLike', { ArnNotLike: arn(`arn:aws:iam::${ACCOUNT}:role/*`) }, {}, FAILS],
    [
      'a variable in an ARN',
      { ArnLike: arn('arn:aws:iam::${aws:PrincipalAccount}:role/vendor/*') },
      {},
      HOLDS,
    ],
    ['aws:PrincipalAccount', { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, {}, HOLDS],
    [
      'aws:PrincipalAccount as a number',
      { StringEquals: { 'aws:PrincipalAccount': Number(ACCOUNT) } },
      {},
      HOLDS,
    ],
    ['aws:PrincipalType', { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, {}, HOLDS],
    ['aws:userid', { StringLike: { 'aws:userid': 'AROAEXAMPLE234567890A:*' } }, {}, HOLDS],
    ["aws:username is no role session's", { Null: { 'aws:username': 'true' } }, {}, HOLDS],
    [
      'what follows from the caller cannot be given',
      { StringEquals: { 'aws:PrincipalAccount': '1' } },
      from('AWS:principalaccount', '1'),
      FAILS,
    ],
    ['nor can an external ID that was not sent', { Null: id('true') }, from('sts:ExternalId', 'a'), HOLDS],
    ['Bool', { Bool: { 'aws:SecureTransport': 'TRUE' } }, from('aws:SecureTransport', 'true'), HOLDS],
    [
      'Bool with a JSON boolean',
      { Bool: { 'aws:SecureTransport': false } },
      from('aws:SecureTransport', 'true'),
      FAILS,
    ],
    ['Bool on a missing key', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, {}, FAILS],
    ['BoolIfExists on a missing key', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, HOLDS],
    [
      'Bool of neither',
      { Bool: { 'aws:SecureTransport': '1' } },
      from('aws:SecureTransport', 'true'),
      CLOSED,
    ],
    [
      'IpAddress in its range',
      { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
      from('aws:SourceIp', '203.0.113.9'),
      HOLDS,
    ],
    [
      'IpAddress out of it',
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      from('aws:SourceIp', '203.0.114.9'),
      FAILS,
    ],
    [
      'IpAddress without a prefix is one address',
      { IpAddress: { 'aws:SourceIp': '203.0.113.9' } },
      from('aws:SourceIp', '203.0.113.10'),
      FAILS,
    ],
    [
      'IpAddress, version 6',
      { IpAddress: { 'aws:SourceIp': '2001:DB8:1234:5678::/64' } },
      from('aws:SourceIp', '2001:db8:1234:5678::1'),
      HOLDS,
    ],
    [
      'IpAddress of the other family',
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      from('aws:SourceIp', '2001:db8::1'),
      FAILS,
    ],
    [
      'NotIpAddress',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      from('aws:SourceIp', '203.0.113.9'),
      FAILS,
    ],
    [
      'NotIpAddress of what is none',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/33' } },
      from('aws:SourceIp', '203.0.113.9'),
      CLOSED,
    ],
    [
      'DateLessThan',
      { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      from('aws:CurrentTime', '2029-12-31T23:59:59Z'),
      HOLDS,
    ],
    [
      'DateGreaterThan over time zones',
      { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T02:00:00+02:00' } },
      from('aws:CurrentTime', '2030-01-01T00:00:01Z'),
      HOLDS,
    ],
    [
      'DateEquals by the second',
      { DateEquals: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      from('aws:CurrentTime', '2030-01-01T00:00:00.5Z'),
      HOLDS,
    ],
    [
      'a date against seconds since 1970',
      { DateLessThanEquals: { 'aws:EpochTime': '2030-01-01' } },
      from('aws:EpochTime', '1893456000'),
      HOLDS,
    ],
    [
      'a date that does not exist',
      { DateNotEquals: { 'aws:CurrentTime': '2030-02-30' } },
      from('aws:CurrentTime', '2030-03-02'),
      CLOSED,
    ],
    [
      'a date condition on a missing key',
      { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01' } },
      {},
      FAILS,
    ],
    [
      'ForAllValues over several',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      from('aws:TagKeys', ['a', 'c']),
      FAILS,
    ],
    [
      'ForAllValues over none',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      from('aws:TagKeys', []),
      HOLDS,
    ],
    [
      'ForAnyValue over several',
      { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' } },
      from('aws:TagKeys', ['x', 'ab']),
      HOLDS,
    ],
    [
      'ForAnyValue negated over several',
      { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } },
      from('aws:TagKeys', ['a', 'b']),
      HOLDS,
    ],
    [
      'ForAllValues negated over several',
      { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'a' } },
      from('aws:TagKeys', ['a', 'b']),
      FAILS,
    ],
    [
      'several values need a set operator',
      { StringNotEquals: { 'aws:TagKeys': 'x' } },
      from('aws:TagKeys', ['a', 'b']),
      CLOSED,
    ],
    [
      "a tag named like an object's own property",
      { StringEquals: { 'aws:RequestTag/__proto__': 'a' } },
      {},
      FAILS,
    ],
  ])('%s', (_, condition, asked, expected) => {
    expect(both(condition, asked)).toEqual(expected);
  });
});

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
