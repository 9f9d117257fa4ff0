// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like templates.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  allow,
  decideAllowAndDeny,
  evaluate,
  externalIdIs,
  MET,
  NOT_MET,
  type PolicyElement,
  type RequestChanges,
  UNSUPPORTED,
} from '../evaluate.fixture.ts';
import { substituteVariables } from './variables.ts';
import { matchesPattern } from './wildcard.ts';

describe('policy variables', () => {
  const withExternalId = (externalId: string): RequestChanges => ({
    externalId,
    context: { 'sts:RoleSessionName': 'i-*' },
  });

  it.each<[string, PolicyElement, RequestChanges, string[]]>([
    [
      'sts:ExternalId is replaced by the external ID',
      { StringEquals: externalIdIs('${sts:ExternalId}') },
      withExternalId('abc'),
      MET,
    ],
    [
      'the key is case-insensitive',
      { StringEquals: externalIdIs('${STS:EXTERNALID}') },
      withExternalId('abc'),
      MET,
    ],
    [
      'a variable can be part of a longer value',
      { StringEquals: externalIdIs('x-${sts:RoleSessionName}-y') },
      withExternalId('x-i-*-y'),
      MET,
    ],
    [
      'a substituted * is not a wildcard',
      { StringLike: externalIdIs('${sts:RoleSessionName}') },
      withExternalId('i-abc'),
      NOT_MET,
    ],
    [
      'wildcards next to a variable keep their meaning',
      { StringLike: externalIdIs('${sts:RoleSessionName}?*') },
      withExternalId('i-*abc'),
      MET,
    ],
    [
      'the default replaces a missing key',
      { StringEquals: externalIdIs("${aws:username, 'no body'}") },
      withExternalId('no body'),
      MET,
    ],
    [
      'the default does not replace an existing key',
      { StringEquals: externalIdIs("${aws:PrincipalAccount, 'x'}") },
      withExternalId('x'),
      NOT_MET,
    ],
    ['${$} is a dollar sign', { StringEquals: externalIdIs('${$}{x}') }, withExternalId('${x}'), MET],
    [
      'a variable without a value equals nothing',
      { StringEquals: externalIdIs('${aws:username}') },
      withExternalId('${aws:username}'),
      NOT_MET,
    ],
    [
      'a variable without a value cannot be compared by a negated operator',
      { StringNotEquals: externalIdIs('${aws:username}') },
      withExternalId('a'),
      UNSUPPORTED,
    ],
    [
      'an unclosed variable is unsupported',
      { StringNotEquals: externalIdIs('${aws:PrincipalAccount') },
      withExternalId('a'),
      UNSUPPORTED,
    ],
    [
      'an empty variable is unsupported',
      { StringNotEquals: externalIdIs('${}') },
      withExternalId('a'),
      UNSUPPORTED,
    ],
    [
      'NumericEquals does not support variables',
      { NumericEquals: externalIdIs('${aws:PrincipalAccount}') },
      withExternalId(ACCOUNT),
      UNSUPPORTED,
    ],
    [
      'Null does not support variables',
      { Null: externalIdIs('${aws:PrincipalIsAWSService}') },
      withExternalId('a'),
      UNSUPPORTED,
    ],
    [
      'a multivalued key cannot be used as a variable',
      { StringEquals: externalIdIs('${aws:TagKeys}') },
      { externalId: 'a', context: { 'aws:TagKeys': ['a'] } },
      NOT_MET,
    ],
  ])('%s', (_, condition, changes, expected) => {
    expect(decideAllowAndDeny(condition, changes)).toEqual(expected);
  });

  it.each([undefined, '2008-10-17'])('are literal text under Version %s', (version) => {
    const condition = { Condition: { StringEquals: externalIdIs('${sts:ExternalId}') } };
    expect(evaluate([allow(condition)], { externalId: 'abc' }, version).decision).toBe('denied');
    expect(evaluate([allow(condition)], { externalId: '${sts:ExternalId}' }, version).decision).toBe(
      'allowed',
    );
    const escapedStar = { Condition: { StringLike: externalIdIs('${*}') } };
    expect(evaluate([allow(escapedStar)], { externalId: '${abc}' }, version).decision).toBe('allowed');
  });
});

describe('substituteVariables', () => {
  it('creates a pattern that matches only the substituted value', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, other) => {
        const pattern = substituteVariables('${k:v}', true, () => value);
        if (typeof pattern === 'string') throw new Error(pattern);
        expect(matchesPattern(pattern, value)).toBe(true);
        expect(matchesPattern(pattern, other)).toBe(value === other);
      }),
    );
  });

  it('does not substitute variables inside a substituted value', () => {
    fc.assert(
      fc.property(fc.constantFrom('${*}', '${k:v}', "${x, 'y'}", '$', '${'), (value) => {
        expect(substituteVariables('a${k:v}b', true, () => value)).toEqual({ text: `a${value}b` });
      }),
    );
  });

  it('never throws, whatever is between the braces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', '*', "'", ',', ' ', 'k', ':') }),
        (value) => {
          substituteVariables(value, true, () => undefined);
        },
      ),
    );
  });
});
