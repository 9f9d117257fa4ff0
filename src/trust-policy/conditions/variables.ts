import type { PossibleValues } from './request-context.ts';
import { concatPatterns, literalPattern, type Pattern, wildcardPattern } from './wildcard.ts';

/** Returns the value of a single-valued key of the request. */
export type VariableLookup = (key: string) => string | PossibleValues | undefined;

const SPECIAL = new Set(['*', '?', '$']);
/** A key, optionally followed by a default value in single quotes: `aws:username, 'nobody'`. */
const VARIABLE = /^\s*([^\s,']+)\s*(?:,\s*'([^']*)'\s*)?$/;

/**
 * Replaces the policy variables in a condition's value (IAM policy elements: Variables and tags).
 *
 * The substituted values are literal. Otherwise a caller could gain a wildcard by naming its session `*`.
 *
 * @param hasWildcards whether `*` and `?` outside of variables are wildcards
 * @returns `unresolved` when a variable is malformed, or has neither a value nor a default; `unknown` when its value is not
 *   known
 */
export function substituteVariables(
  value: string,
  hasWildcards: boolean,
  lookup: VariableLookup,
): Pattern | 'unresolved' | 'unknown' {
  const parts: Pattern[] = [];
  const toPattern = hasWildcards ? wildcardPattern : literalPattern;
  let position = 0;
  for (;;) {
    const start = value.indexOf('${', position);
    parts.push(toPattern(value.slice(position, start < 0 ? undefined : start)));
    if (start < 0) return concatPatterns(parts);
    const end = value.indexOf('}', start);
    const text = end < 0 ? undefined : resolveVariable(value.slice(start + 2, end), lookup);
    if (text === undefined) return 'unresolved';
    if (typeof text !== 'string') return 'unknown';
    parts.push(literalPattern(text));
    position = end + 1;
  }
}

function resolveVariable(inside: string, lookup: VariableLookup): string | PossibleValues | undefined {
  if (SPECIAL.has(inside)) return inside;
  const [, key, defaultValue] = VARIABLE.exec(inside) ?? [];
  return key === undefined ? undefined : (lookup(key) ?? defaultValue);
}
