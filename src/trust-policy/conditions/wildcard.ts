/** The wildcard `*`: any number of characters, including none. */
export const ANY = Symbol('*');
/** The wildcard `?`: exactly one character. */
export const ONE = Symbol('?');

/** A sequence of wildcards and literal characters; each string is one character. */
export type Pattern = readonly (string | typeof ANY | typeof ONE)[];

export function wildcardPattern(text: string): Pattern {
  return Array.from(text, (character) => (character === '*' ? ANY : character === '?' ? ONE : character));
}

/** A pattern that matches only this text. */
export function literalPattern(text: string): Pattern {
  return Array.from(text);
}

/**
 * Whether the pattern matches the whole text.
 *
 * Backtracking goes no further than the last `*`, so the time is at most pattern length times text length. With a
 * regular expression, a tenant's `*a*a*a*…` would take exponential time.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  const characters = Array.from(text);
  const minCharacters = pattern.filter((piece) => piece !== ANY).length;
  if (minCharacters > characters.length) return false;
  let piecePosition = 0;
  let lastAny = -1;
  let lastAnyEnd = 0;
  for (let i = 0; i < characters.length; ) {
    const piece = pattern[piecePosition];
    if (piece === ANY) {
      lastAny = piecePosition++;
      lastAnyEnd = i;
    } else if (piece !== undefined && (piece === ONE || piece === characters[i])) {
      piecePosition++;
      i++;
    } else if (lastAny >= 0) {
      piecePosition = lastAny + 1;
      i = ++lastAnyEnd;
    } else {
      return false;
    }
  }
  return pattern.slice(piecePosition).every((piece) => piece === ANY);
}
