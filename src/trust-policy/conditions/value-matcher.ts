import type { Comparison, OrderComparison } from '../trust-policy.ts';
import { all, type Truth } from '../truth.ts';
import {
  addressRangeMatcher,
  compareDateTimes,
  compareDecimals,
  decodeBase64,
  parseBoolean,
} from './compare-values.ts';
import { substituteVariables, type VariableLookup } from './variables.ts';
import {
  concatPatterns,
  isText,
  literalPattern,
  mapCharacters,
  matchesPossibleText,
  type Pattern,
  splitPattern,
  wildcardPattern,
} from './wildcard.ts';

/**
 * Compares a value of the request, or a pattern that it is known to match, with one value of the policy; `undefined` when
 * the two are of different types.
 */
export type ValueMatcher = (actual: Pattern) => Truth;

/**
 * Why a value of the policy cannot be compared: its variable has no value, or one that is not known, or the value is not of
 * its operator's type.
 */
export type UnusableValue = 'unresolved' | 'unknown' | 'unsupported';

export interface MatchOptions {
  /** Whether policy variables are enabled. In a policy older than 2012-10-17, `${` is ordinary text. */
  readonly hasVariables: boolean;
  readonly lookup: VariableLookup;
}

/** Creates the matcher for one value of a condition (IAM JSON policy elements: Condition operators). */
export function createValueMatcher(
  comparison: Comparison,
  value: string,
  options: MatchOptions,
): ValueMatcher | UnusableValue {
  switch (comparison) {
    case 'string':
    case 'string-ignoring-case':
    case 'like':
    case 'arn':
      return patternMatcher(comparison, value, options);
    case 'bool':
      return boolMatcher(value, options);
    case 'binary':
      return typedMatcher(value, decodeBase64, (actual, expected) => actual.equals(expected));
    case 'ip':
      return textMatcher(addressRangeMatcher(value));
    case 'null':
      return 'unsupported';
    default:
      return orderMatcher(comparison, value);
  }
}

/** Compares only a text that is known as a whole. */
function textMatcher(matches: ((actual: string) => Truth) | undefined): ValueMatcher | UnusableValue {
  if (matches === undefined) return 'unsupported';
  return (actual) => (isText(actual) ? matches(actual.text) : 'unknown');
}

function toPattern(
  value: string,
  hasWildcards: boolean,
  options: MatchOptions,
): Pattern | 'unresolved' | 'unknown' {
  if (options.hasVariables) return substituteVariables(value, hasWildcards, options.lookup);
  return hasWildcards ? wildcardPattern(value) : literalPattern(value);
}

function patternMatcher(
  comparison: 'string' | 'string-ignoring-case' | 'like' | 'arn',
  value: string,
  options: MatchOptions,
): ValueMatcher | UnusableValue {
  const expected = toPattern(value, comparison === 'like' || comparison === 'arn', options);
  if (typeof expected === 'string') return expected;
  if (comparison === 'arn') return arnMatcher(expected);
  if (comparison !== 'string-ignoring-case') return (actual) => matchesPossibleText(expected, actual);
  const lowerCase = toLowerCase(expected);
  return (actual) => matchesPossibleText(lowerCase, toLowerCase(actual));
}

const toLowerCase = (pattern: Pattern): Pattern =>
  mapCharacters(pattern, (character) => character.toLowerCase());

const ARN_PARTS = 6;
const COLON = literalPattern(':');

/** Compares each of the six parts separately: unlike with StringLike, `*` never matches across a colon. */
function arnMatcher(expected: Pattern): ValueMatcher | UnusableValue {
  const patterns = splitArn(expected);
  if (patterns === undefined) return 'unsupported';
  return (actual) => {
    const parts = splitArn(actual);
    // A `*` could contain a colon.
    if (parts?.slice(0, -1).some((part) => !isText(part)) ?? !isText(actual)) return 'unknown';
    return (
      parts &&
      all(patterns.map((pattern, index) => matchesPossibleText(pattern, parts[index] ?? literalPattern(''))))
    );
  };
}

/** Splits an ARN into its six parts. Colons after the fifth belong to the resource. */
function splitArn(arn: Pattern): Pattern[] | undefined {
  const parts = splitPattern(arn, ':');
  if (parts.length < ARN_PARTS) return undefined;
  const resource = parts.slice(ARN_PARTS - 1).flatMap((part, i) => (i === 0 ? [part] : [COLON, part]));
  return [...parts.slice(0, ARN_PARTS - 1), concatPatterns(resource)];
}

function boolMatcher(value: string, options: MatchOptions): ValueMatcher | UnusableValue {
  const expected = toPattern(value, false, options);
  if (typeof expected === 'string') return expected;
  return typedMatcher(
    isText(expected) ? expected.text : value,
    parseBoolean,
    (actual, expected) => actual === expected,
  );
}

type IsExpectedOrder = (order: number) => boolean;

const isEqual: IsExpectedOrder = (order) => order === 0;
const isLess: IsExpectedOrder = (order) => order < 0;
const isLessOrEqual: IsExpectedOrder = (order) => order <= 0;
const isGreater: IsExpectedOrder = (order) => order > 0;
const isGreaterOrEqual: IsExpectedOrder = (order) => order >= 0;

const ORDER_COMPARISONS: Record<OrderComparison, readonly [typeof compareDecimals, IsExpectedOrder]> = {
  'number-equals': [compareDecimals, isEqual],
  'number-less': [compareDecimals, isLess],
  'number-less-or-equal': [compareDecimals, isLessOrEqual],
  'number-greater': [compareDecimals, isGreater],
  'number-greater-or-equal': [compareDecimals, isGreaterOrEqual],
  'date-equals': [compareDateTimes, isEqual],
  'date-less': [compareDateTimes, isLess],
  'date-less-or-equal': [compareDateTimes, isLessOrEqual],
  'date-greater': [compareDateTimes, isGreater],
  'date-greater-or-equal': [compareDateTimes, isGreaterOrEqual],
};

function orderMatcher(comparison: OrderComparison, value: string): ValueMatcher | UnusableValue {
  const [compare, isExpected] = ORDER_COMPARISONS[comparison];
  if (compare(value, value) === undefined) return 'unsupported';
  return textMatcher((actual) => {
    const order = compare(actual, value);
    return order === undefined ? undefined : isExpected(order);
  });
}

/** Compares two values after parsing both; `undefined` when the actual one is not of the operator's type. */
function typedMatcher<Type>(
  value: string,
  parse: (text: string) => Type | undefined,
  isMatch: (actual: Type, expected: Type) => boolean,
): ValueMatcher | UnusableValue {
  const expected = parse(value);
  if (expected === undefined) return 'unsupported';
  return textMatcher((text) => {
    const actual = parse(text);
    return actual === undefined ? undefined : isMatch(actual, expected);
  });
}
