import type { Condition, Operator } from '../trust-policy.ts';
import { all, any, inEveryCase, not, type Truth } from '../truth.ts';
import { parseBoolean } from './compare-values.ts';
import type { PossibleValues, RequestContext } from './request-context.ts';
import {
  createValueMatcher,
  type MatchOptions,
  type UnusableValue,
  type ValueMatcher,
} from './value-matcher.ts';
import { literalPattern, type Pattern, wildcardPattern } from './wildcard.ts';

type Matcher = ValueMatcher | UnusableValue;

/**
 * Evaluates a condition for a request (IAM JSON policy elements: Condition operators; Single-valued vs. multivalued
 * context keys).
 *
 * @param hasVariables whether the policy's Version enables policy variables
 * @returns `undefined` when the condition contains something that the evaluator does not support
 */
export function evaluateCondition(
  condition: Condition,
  context: RequestContext,
  hasVariables: boolean,
): Truth {
  const actual = context.valuesOf(condition.key);
  const cases = isPossible(actual) ? possibleCases(actual) : [actual.map(literalPattern)];
  if (condition.operator.comparison === 'null')
    return inEveryCase(cases.map((values) => evaluateNull(condition.values, values.length === 0)));
  const options: MatchOptions = { hasVariables, lookup: context.singleValueOf };
  const matchers = condition.values.map((value) =>
    createValueMatcher(condition.operator.comparison, value, options),
  );
  return inEveryCase(cases.map((values) => evaluateCase(condition.operator, matchers, values)));
}

const isPossible = (actual: readonly string[] | PossibleValues): actual is PossibleValues =>
  !Array.isArray(actual);

/** One case for each pattern that the value may match, and one without a value. */
const possibleCases = ({ patterns, mayBeAbsent }: PossibleValues): Pattern[][] => [
  ...patterns.map((pattern) => [wildcardPattern(pattern)]),
  ...(mayBeAbsent ? [[]] : []),
];

function evaluateCase(operator: Operator, matchers: readonly Matcher[], actualValues: Pattern[]): Truth {
  const [firstValue] = actualValues;
  const evaluateOne = (actual: Pattern) =>
    operator.negated ? not(matchesAny(matchers, actual, undefined)) : matchesAny(matchers, actual, false);
  switch (operator.setOperator) {
    // IfExists changes nothing under a set operator: each comparison already has a value of the request.
    case 'ForAllValues':
      return firstValue === undefined
        ? undefinedIfUnsupported(matchers, true)
        : all(actualValues.map(evaluateOne));
    case 'ForAnyValue':
      return any(actualValues.map(evaluateOne));
    default:
      if (firstValue === undefined)
        return undefinedIfUnsupported(matchers, operator.negated || operator.ifExists);
      // IAM does not define how an operator without a set operator compares several values of a request.
      return actualValues.length === 1 ? evaluateOne(firstValue) : undefined;
  }
}

/** Null "true" requires the key to be absent, "false" to be present. Any other value is unsupported. */
function evaluateNull(values: readonly string[], isAbsent: boolean): Truth {
  return any(
    values.map((value) => {
      const requiresAbsent = parseBoolean(value);
      return requiresAbsent === undefined ? undefined : requiresAbsent === isAbsent;
    }),
  );
}

/**
 * Whether the actual value matches any value of the policy.
 *
 * @param ifIncomparable the result for a variable without a value, or for two values of different types. Nothing
 *   equals such a value, so it is false for a plain operator. Whether it differs cannot be decided either, so it is
 *   `undefined` for a negated operator.
 */
function matchesAny(matchers: readonly Matcher[], actual: Pattern, ifIncomparable: Truth): Truth {
  return any(
    matchers.map((matcher): Truth => {
      if (matcher === 'unsupported') return undefined;
      if (matcher === 'unknown') return 'unknown';
      return (matcher === 'unresolved' ? undefined : matcher(actual)) ?? ifIncomparable;
    }),
  );
}

/** An absent key needs no comparison, but an unsupported value still makes the whole condition unsupported. */
function undefinedIfUnsupported(matchers: readonly Matcher[], result: boolean): Truth {
  return result && matchers.includes('unsupported') ? undefined : result;
}
