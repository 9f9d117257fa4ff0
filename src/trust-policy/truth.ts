/**
 * The result of a comparison.
 * - `unknown`: it depends on a part of the request that is not known, so it can be true or false.
 * - `undefined`: IAM does not define it, or the evaluator does not support it. The evaluation then fails closed.
 */
export type Truth = boolean | 'unknown' | undefined;

/** Conjunction in Kleene's logic: one false makes the result false, whatever the undecided ones are. */
export function all(results: readonly Truth[]): Truth {
  if (results.includes(false)) return false;
  if (results.includes('unknown')) return 'unknown';
  return results.includes(undefined) ? undefined : true;
}

/** Disjunction: one true makes the result true, whatever the undecided ones are. */
export function any(results: readonly Truth[]): Truth {
  return not(all(results.map(not)));
}

export function not(result: Truth): Truth {
  return typeof result === 'boolean' ? !result : result;
}

/** The result that holds in every possible case; `unknown` when the cases differ. */
export function inEveryCase(results: readonly Truth[]): Truth {
  return new Set(results).size === 1 ? results[0] : 'unknown';
}
