import { type ANY, literalPattern, type ONE, type Pattern, wildcardPattern } from './wildcard.ts';

/** The value of a key in the request, `undefined` when it has none or more than one. */
export type Lookup = (key: string) => string | undefined;

const SPECIAL = new Set(['*', '?', '$']);
/** A key name, and perhaps a default in single quotes: `aws:username, 'nobody'`. */
const VARIABLE = /^\s*([^\s,']+)\s*(?:,\s*'([^']*)'\s*)?$/;

/**
 * A condition's value with its policy variables put in (IAM policy elements: Variables and tags).
 *
 * What a variable stands for is literal, so that a caller who names a session `*` gains no wildcard by it.
 *
 * @param wildcards whether `*` and `?` outside of variables are wildcards.
 * @returns `undefined` when a variable has no value and no default, or is no variable at all.
 */
export function substitute(value: string, wildcards: boolean, lookup: Lookup): Pattern | undefined {
  const pieces: (string | typeof ANY | typeof ONE)[] = [];
  const asWritten = wildcards ? wildcardPattern : literalPattern;
  let from = 0;
  for (;;) {
    const start = value.indexOf('${', from);
    pieces.push(...asWritten(value.slice(from, start < 0 ? undefined : start)));
    if (start < 0) return pieces;
    const end = value.indexOf('}', start);
    const text = end < 0 ? undefined : variableText(value.slice(start + 2, end), lookup);
    if (text === undefined) return undefined;
    pieces.push(...literalPattern(text));
    from = end + 1;
  }
}

function variableText(inside: string, lookup: Lookup): string | undefined {
  if (SPECIAL.has(inside)) return inside;
  const [, key, byDefault] = VARIABLE.exec(inside) ?? [];
  return key === undefined ? undefined : (lookup(key) ?? byDefault);
}
