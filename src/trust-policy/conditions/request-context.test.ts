// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like templates.
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  BROKER,
  decideAllowAndDeny,
  externalIdIs,
  MET,
  NOT_MET,
  type PolicyElement,
  type RequestChanges,
  UNSUPPORTED,
} from '../evaluate.fixture.ts';

describe('conditions on the caller and the request', () => {
  const principalArnIs = (value: unknown) => ({ 'aws:PrincipalArn': value });
  const context = (key: string, value: string | string[]): RequestChanges => ({ context: { [key]: value } });

  it.each<[string, PolicyElement, RequestChanges, string[]]>([
    [
      'aws:PrincipalArn is the ARN of the role, including its path',
      { ArnEquals: principalArnIs(BROKER.arn) },
      {},
      MET,
    ],
    [
      'aws:PrincipalArn is not the ARN of the session',
      { StringEquals: principalArnIs(BROKER.sessionArn) },
      {},
      NOT_MET,
    ],
    [
      'ArnEquals accepts wildcards',
      { ArnEquals: principalArnIs(`arn:aws:iam::${ACCOUNT}:role/vendor/*`) },
      {},
      MET,
    ],
    [
      'StringEquals does not accept wildcards',
      { StringEquals: principalArnIs(`arn:aws:iam::${ACCOUNT}:role/vendor/*`) },
      {},
      NOT_MET,
    ],
    [
      '* in an ARN operator does not match across colons',
      { ArnLike: principalArnIs('arn:aws:*:role/vendor/Broker') },
      {},
      UNSUPPORTED,
    ],
    [
      '* in a string operator matches across colons',
      { StringLike: principalArnIs('arn:aws:*:role/vendor/Broker') },
      {},
      MET,
    ],
    [
      'every part of an ARN may contain wildcards',
      { ArnLike: principalArnIs('arn:*:iam:*:9999*7777:role/*') },
      {},
      MET,
    ],
    ['a single * is not an ARN', { ArnLike: principalArnIs('*') }, {}, UNSUPPORTED],
    [
      'ArnNotEquals is met by another ARN',
      { ArnNotEquals: principalArnIs(`arn:aws:iam::${ACCOUNT}:role/other`) },
      {},
      MET,
    ],
    [
      'ArnNotLike is not met by a matching ARN',
      { ArnNotLike: principalArnIs(`arn:aws:iam::${ACCOUNT}:role/*`) },
      {},
      NOT_MET,
    ],
    [
      'an ARN may contain a variable',
      { ArnLike: principalArnIs('arn:aws:iam::${aws:PrincipalAccount}:role/vendor/*') },
      {},
      MET,
    ],
    [
      'aws:PrincipalAccount is the account of the caller',
      { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
      {},
      MET,
    ],
    [
      'aws:PrincipalAccount may be written as a number',
      { StringEquals: { 'aws:PrincipalAccount': Number(ACCOUNT) } },
      {},
      MET,
    ],
    [
      'aws:PrincipalType of a role session is AssumedRole',
      { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
      {},
      MET,
    ],
    [
      'aws:userid of a role session contains the unique ID of the role',
      { StringLike: { 'aws:userid': 'AROAEXAMPLE234567890A:*' } },
      {},
      MET,
    ],
    ['a role session has no aws:username', { Null: { 'aws:username': 'true' } }, {}, MET],
    [
      'the context cannot override a key that is derived from the caller',
      { StringEquals: { 'aws:PrincipalAccount': '1' } },
      context('AWS:principalaccount', '1'),
      NOT_MET,
    ],
    [
      'the context cannot add an external ID',
      { Null: externalIdIs('true') },
      context('sts:ExternalId', 'a'),
      MET,
    ],
    [
      'Bool ignores case',
      { Bool: { 'aws:SecureTransport': 'TRUE' } },
      context('aws:SecureTransport', 'true'),
      MET,
    ],
    [
      'Bool accepts a JSON boolean',
      { Bool: { 'aws:SecureTransport': false } },
      context('aws:SecureTransport', 'true'),
      NOT_MET,
    ],
    ['Bool is not met by a missing key', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, {}, NOT_MET],
    [
      'BoolIfExists is met by a missing key',
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
      {},
      MET,
    ],
    [
      'Bool does not support a value other than true and false',
      { Bool: { 'aws:SecureTransport': '1' } },
      context('aws:SecureTransport', 'true'),
      UNSUPPORTED,
    ],
    [
      'IpAddress matches an address inside the range',
      { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
      context('aws:SourceIp', '203.0.113.9'),
      MET,
    ],
    [
      'IpAddress does not match an address outside the range',
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      context('aws:SourceIp', '203.0.114.9'),
      NOT_MET,
    ],
    [
      'IpAddress without a prefix length matches one address',
      { IpAddress: { 'aws:SourceIp': '203.0.113.9' } },
      context('aws:SourceIp', '203.0.113.10'),
      NOT_MET,
    ],
    [
      'IpAddress matches IPv6 addresses',
      { IpAddress: { 'aws:SourceIp': '2001:DB8:1234:5678::/64' } },
      context('aws:SourceIp', '2001:db8:1234:5678::1'),
      MET,
    ],
    [
      'an IPv4 range does not match an IPv6 address',
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      context('aws:SourceIp', '2001:db8::1'),
      NOT_MET,
    ],
    [
      'NotIpAddress is not met by an address inside the range',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      context('aws:SourceIp', '203.0.113.9'),
      NOT_MET,
    ],
    [
      'NotIpAddress does not support an invalid range',
      { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/33' } },
      context('aws:SourceIp', '203.0.113.9'),
      UNSUPPORTED,
    ],
    [
      'DateLessThan compares ISO 8601 times',
      { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      context('aws:CurrentTime', '2029-12-31T23:59:59Z'),
      MET,
    ],
    [
      'DateGreaterThan converts time zones',
      { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T02:00:00+02:00' } },
      context('aws:CurrentTime', '2030-01-01T00:00:01Z'),
      MET,
    ],
    [
      'DateEquals ignores fractions of a second',
      { DateEquals: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      context('aws:CurrentTime', '2030-01-01T00:00:00.5Z'),
      MET,
    ],
    [
      'a date can be compared with epoch seconds',
      { DateLessThanEquals: { 'aws:EpochTime': '2030-01-01' } },
      context('aws:EpochTime', '1893456000'),
      MET,
    ],
    [
      'a date that does not exist is unsupported',
      { DateNotEquals: { 'aws:CurrentTime': '2030-02-30' } },
      context('aws:CurrentTime', '2030-03-02'),
      UNSUPPORTED,
    ],
    [
      'a date operator is not met by a missing key',
      { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01' } },
      {},
      NOT_MET,
    ],
    [
      'ForAllValues requires every value to match',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      context('aws:TagKeys', ['a', 'c']),
      NOT_MET,
    ],
    [
      'ForAllValues is met by an empty list',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      context('aws:TagKeys', []),
      MET,
    ],
    [
      'ForAnyValue requires one value to match',
      { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' } },
      context('aws:TagKeys', ['x', 'ab']),
      MET,
    ],
    [
      'negated ForAnyValue requires one value that is not listed',
      { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } },
      context('aws:TagKeys', ['a', 'b']),
      MET,
    ],
    [
      'negated ForAllValues requires that no value is listed',
      { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'a' } },
      context('aws:TagKeys', ['a', 'b']),
      NOT_MET,
    ],
    [
      'a multivalued key without a set operator is unsupported',
      { StringNotEquals: { 'aws:TagKeys': 'x' } },
      context('aws:TagKeys', ['a', 'b']),
      UNSUPPORTED,
    ],
    [
      'a tag named __proto__ is an ordinary key',
      { StringEquals: { 'aws:RequestTag/__proto__': 'a' } },
      {},
      NOT_MET,
    ],
  ])('%s', (_, condition, changes, expected) => {
    expect(decideAllowAndDeny(condition, changes)).toEqual(expected);
  });
});
