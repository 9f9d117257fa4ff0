import { all, any, not, type ThreeValued } from '../three-valued.ts';
import type { Condition } from '../trust-policy.ts';
import { parseBoolean } from './compare-values.ts';
import type { RequestContext } from './request-context.ts';
import {
  createValueMatcher,
  type MatchOptions,
  type UnusableValue,
  type ValueMatcher,
} from './value-matcher.ts';

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
): ThreeValued {
  const { operator, values } = condition;
  const actualValues = context.valuesOf(condition.key);
  if (operator.comparison === 'null') return evaluateNull(values, actualValues.length === 0);

  const options: MatchOptions = { hasVariables, lookup: context.singleValueOf };
  const matchers = values.map((value) => createValueMatcher(operator.comparison, value, options));
  const evaluateOne = (actual: string) =>
    operator.negated ? not(matchesAny(matchers, actual, undefined)) : matchesAny(matchers, actual, false);
  switch (operator.setOperator) {
    // IfExists changes nothing under a set operator: each comparison already has a value of the request.
    case 'ForAllValues':
      return actualValues.length === 0
        ? undefinedIfUnsupported(matchers, true)
        : all(actualValues.map(evaluateOne));
    case 'ForAnyValue':
      return actualValues.length === 0 ? false : any(actualValues.map(evaluateOne));
    default:
      if (actualValues.length === 0)
        return undefinedIfUnsupported(matchers, operator.negated || operator.ifExists);
      // IAM does not define how an operator without a set operator compares several values of a request.
      return actualValues.length === 1 ? evaluateOne(actualValues[0] ?? '') : undefined;
  }
}

/** Null "true" requires the key to be absent, "false" to be present. Any other value is unsupported. */
function evaluateNull(values: readonly string[], isAbsent: boolean): ThreeValued {
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
function matchesAny(matchers: readonly Matcher[], actual: string, ifIncomparable: ThreeValued): ThreeValued {
  return any(
    matchers.map((matcher): ThreeValued => {
      if (matcher === 'unsupported') return undefined;
      return (matcher === 'unresolved' ? undefined : matcher(actual)) ?? ifIncomparable;
    }),
  );
}

/** An absent key needs no comparison, but an unsupported value still makes the whole condition unsupported. */
function undefinedIfUnsupported(matchers: readonly Matcher[], result: boolean): ThreeValued {
  return result && matchers.includes('unsupported') ? undefined : result;
}
