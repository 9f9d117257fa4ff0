/** `*` as a wildcard: any characters, none included. */
export const ANY = Symbol('*');
/** `?` as a wildcard: exactly one character. */
export const ONE = Symbol('?');

/** A pattern in pieces; a string here is one literal character. */
export type Pattern = readonly (string | typeof ANY | typeof ONE)[];

/** Text as a pattern, with `*` and `?` as wildcards. */
export function wildcardPattern(text: string): Pattern {
  return Array.from(text, (character) => (character === '*' ? ANY : character === '?' ? ONE : character));
}

/** Text as a pattern that matches only itself. */
export function literalPattern(text: string): Pattern {
  return Array.from(text);
}

/**
 * Whether the whole text matches.
 *
 * A star gives back only to the star nearest before it, so the time is at most pattern times text: a tenant's
 * `*a*a*a*…` cannot make it explode as it would a regular expression.
 */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = Array.from(text);
  if (pattern.reduce((count, piece) => (piece === ANY ? count : count + 1), 0) > characters.length)
    return false;
  let at = 0;
  let star = -1;
  let starTook = 0;
  for (let i = 0; i < characters.length; ) {
    const piece = pattern[at];
    if (piece === ANY) {
      star = at++;
      starTook = i;
    } else if (piece !== undefined && (piece === ONE || piece === characters[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starTook;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every((piece) => piece === ANY);
}
