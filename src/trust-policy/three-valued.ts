/** The result of a comparison: true, false, or `undefined` when it cannot be decided. */
export type ThreeValued = boolean | undefined;

/** Conjunction in Kleene's three-valued logic: one false makes the result false, whatever the undecided ones are. */
export function all(results: readonly ThreeValued[]): ThreeValued {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

/** Disjunction: one true makes the result true, whatever the undecided ones are. */
export function any(results: readonly ThreeValued[]): ThreeValued {
  return not(all(results.map(not)));
}

export function not(result: ThreeValued): ThreeValued {
  return result === undefined ? undefined : !result;
}
