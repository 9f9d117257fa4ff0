import { type Answer, type CompareContext, type NoTest, readBool, type Test, testFor } from './compare.ts';
import type { RequestKeys } from './request-keys.ts';
import type { Condition } from './trust-policy.ts';

/**
 * Whether a condition holds for a request; `undefined` when it holds something that is not understood
 * (IAM JSON policy elements: Condition operators; Single-valued vs. multivalued context keys).
 *
 * @param variables whether the policy's Version brings policy variables into force.
 */
export function conditionHolds(condition: Condition, keys: RequestKeys, variables: boolean): Answer {
  const { operator, values } = condition;
  const actual = keys.values(condition.key);
  if (operator.comparison === 'null') return isNull(values, actual.length === 0);

  const context: CompareContext = { variables, lookup: keys.single };
  const tests = values.map((value) => testFor(operator.comparison, value, context));
  const one = (value: string) =>
    operator.negated ? not(any(tests, value, undefined)) : any(tests, value, false);
  switch (operator.over) {
    // IfExists changes nothing here: it is asked for each value, and a value is there.
    case 'every':
      return actual.length === 0 ? understood(tests, true) : all(actual.map(one));
    case 'some':
      return actual.length === 0 ? false : not(all(actual.map((value) => not(one(value)))));
    default:
      if (actual.length === 0) return understood(tests, operator.negated || operator.ifExists);
      // Several values need a set operator; without one IAM promises nothing.
      return actual.length === 1 ? one(actual[0] ?? '') : undefined;
  }
}

/** The key is absent for "true", present for "false"; what is neither is not understood. */
function isNull(values: readonly string[], absent: boolean): Answer {
  const answers = values.map((value): Answer => {
    const wanted = readBool(value);
    return wanted === undefined ? undefined : wanted === absent;
  });
  return not(all(answers.map(not)));
}

/**
 * Whether the value passes any of the tests.
 *
 * @param incomparable the answer of a test whose variable has no value, or to which this value is of another type.
 *   Nothing equals such a thing; but that it differs cannot be said either, so a negated operator stays open.
 */
function any(tests: readonly (Test | NoTest)[], value: string, incomparable: Answer): Answer {
  const answers = tests.map((test): Answer => {
    if (test === 'not-understood') return undefined;
    return (test === 'unresolved' ? undefined : test(value)) ?? incomparable;
  });
  return not(all(answers.map(not)));
}

/** An absent key needs no comparison, yet a condition with a part that is not understood is not understood. */
function understood(tests: readonly (Test | NoTest)[], answer: boolean): Answer {
  return answer && tests.includes('not-understood') ? undefined : answer;
}

/** All of several answers (Kleene's logic): one no decides, whatever the unknown ones may be. */
export function all(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function not(answer: Answer): Answer {
  return answer === undefined ? undefined : !answer;
}
