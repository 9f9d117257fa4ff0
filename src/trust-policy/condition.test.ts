// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like templates.
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  type Asked,
  allow,
  BROKER,
  both,
  CLOSED,
  evaluate,
  FAILS,
  HOLDS,
  id,
  type Written,
} from './test-evaluate.ts';

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
    [
      'ForAllValues of what is not understood, without an ID',
      { 'ForAllValues:NumericEquals': id('x') },
      null,
      CLOSED,
    ],
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
    ['ArnLike on what is no ARN', { ArnLike: id('arn:aws:iam::1:role/x') }, 'abc', FAILS],
    ['ArnNotLike on what is no ARN', { ArnNotLike: id('arn:aws:iam::1:role/x') }, 'abc', CLOSED],
    ['NumericLessThan on what is no number', { NumericLessThan: id('5') }, 'abc', FAILS],
    ['Bool on what is no boolean', { Bool: id('true') }, 'abc', FAILS],
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
