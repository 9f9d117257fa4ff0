import type { ThreeValued } from '../three-valued.ts';
import type { Comparison, OrderComparison } from '../trust-policy.ts';
import {
  addressRangeMatcher,
  compareDateTimes,
  compareDecimals,
  decodeBase64,
  parseBoolean,
} from './compare-values.ts';
import { substituteVariables, type VariableLookup } from './variables.ts';
import { literalPattern, matchesPattern, type Pattern, wildcardPattern } from './wildcard.ts';

/** Compares a value of the request with one value of the policy; `undefined` when the two are of different types. */
export type ValueMatcher = (actual: string) => ThreeValued;

/** Why a value of the policy cannot be compared: its variable has no value, or it is not of its operator's type. */
export type UnusableValue = 'unresolved' | 'unsupported';

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
      return addressRangeMatcher(value) ?? 'unsupported';
    case 'null':
      return 'unsupported';
    default:
      return orderMatcher(comparison, value);
  }
}

function toPattern(value: string, hasWildcards: boolean, options: MatchOptions): Pattern | undefined {
  if (options.hasVariables) return substituteVariables(value, hasWildcards, options.lookup);
  return hasWildcards ? wildcardPattern(value) : literalPattern(value);
}

function patternMatcher(
  comparison: 'string' | 'string-ignoring-case' | 'like' | 'arn',
  value: string,
  options: MatchOptions,
): ValueMatcher | UnusableValue {
  const expected = toPattern(value, comparison === 'like' || comparison === 'arn', options);
  if (expected === undefined) return 'unresolved';
  if (comparison === 'arn') return arnMatcher(expected);
  if (comparison === 'like') return (actual) => matchesPattern(expected, actual);
  const text = expected.join('');
  if (comparison === 'string') return (actual) => actual === text;
  return (actual) => actual.toLowerCase() === text.toLowerCase();
}

const ARN_PARTS = 6;

/** Compares each of the six parts separately: unlike with StringLike, `*` never matches across a colon. */
function arnMatcher(expected: Pattern): ValueMatcher | UnusableValue {
  const patterns = splitArn(expected);
  if (patterns === undefined) return 'unsupported';
  return (actual) => {
    const parts = splitArn(Array.from(actual));
    if (parts === undefined) return undefined;
    return patterns.every((pattern, index) => matchesPattern(pattern, (parts[index] ?? []).join('')));
  };
}

/** Splits an ARN into its six parts. Colons after the fifth belong to the resource. */
function splitArn<Piece>(pieces: readonly (Piece | string)[]): (Piece | string)[][] | undefined {
  const parts: (Piece | string)[][] = [[]];
  for (const piece of pieces) {
    if (piece === ':' && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts.length === ARN_PARTS ? parts : undefined;
}

function boolMatcher(value: string, options: MatchOptions): ValueMatcher | UnusableValue {
  const text = toPattern(value, false, options)?.join('');
  if (text === undefined) return 'unresolved';
  return typedMatcher(text, parseBoolean, (actual, expected) => actual === expected);
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
  return (actual) => {
    const order = compare(actual, value);
    return order === undefined ? undefined : isExpected(order);
  };
}

/** Compares two values after parsing both; `undefined` when the actual one is not of the operator's type. */
function typedMatcher<Type>(
  value: string,
  parse: (text: string) => Type | undefined,
  isMatch: (actual: Type, expected: Type) => boolean,
): ValueMatcher | UnusableValue {
  const expected = parse(value);
  if (expected === undefined) return 'unsupported';
  return (text) => {
    const actual = parse(text);
    return actual === undefined ? undefined : isMatch(actual, expected);
  };
}
