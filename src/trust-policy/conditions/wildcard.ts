import type { Truth } from '../truth.ts';

/** The wildcard `*`: any number of characters, including none. */
const ANY = Symbol('*');
/** The wildcard `?`: exactly one character. */
const ONE = Symbol('?');

type Piece = string | typeof ANY | typeof ONE;

/** A text, which is compared as a whole, or literal characters and at least one wildcard. */
export type Pattern = { readonly text: string } | { readonly pieces: readonly Piece[] };

export function wildcardPattern(text: string): Pattern {
  if (!/[*?]/.test(text)) return { text };
  return {
    pieces: charactersOf(text).map((one) => (one === '*' ? ANY : one === '?' ? ONE : one)),
  };
}

function charactersOf(text: string): string[] {
  // Splitting is several times as fast, but would divide a character outside of the basic plane.
  return SINGLE_UNITS.test(text) ? text.split('') : Array.from(text);
}

const SINGLE_UNITS = /^[\0-\ud7ff]*$/;

/** A pattern that matches only this text. */
export const literalPattern = (text: string): Pattern => ({ text });

/** Whether the pattern has no wildcards, so that it matches one text. */
export const isText = (pattern: Pattern): pattern is { readonly text: string } => 'text' in pattern;

export const concatPatterns = (patterns: readonly Pattern[]): Pattern =>
  patterns.every(isText)
    ? { text: patterns.map(({ text }) => text).join('') }
    : ofPieces(patterns.flatMap(piecesOf));

/** Applies a function to each literal character. */
export const mapCharacters = (pattern: Pattern, map: (character: string) => string): Pattern =>
  ofPieces(
    piecesOf(pattern).flatMap((piece): readonly Piece[] =>
      typeof piece === 'string' ? charactersOf(map(piece)) : [piece],
    ),
  );

/** Splits a pattern at each literal `separator`, a character. */
export function splitPattern(pattern: Pattern, separator: string): Pattern[] {
  if (isText(pattern)) return pattern.text.split(separator).map(literalPattern);
  const parts: Piece[][] = [[]];
  for (const piece of pattern.pieces) {
    if (piece === separator) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts.map(ofPieces);
}

const piecesOf = (pattern: Pattern): readonly Piece[] =>
  isText(pattern) ? charactersOf(pattern.text) : pattern.pieces;

const ofPieces = (pieces: readonly Piece[]): Pattern =>
  pieces.every((piece) => typeof piece === 'string') ? { text: pieces.join('') } : { pieces };

/** Whether the pattern matches the whole text. */
export const matchesPattern = (pattern: Pattern, text: string): boolean =>
  isText(pattern) ? pattern.text === text : covers(pattern.pieces, charactersOf(text));

/**
 * Whether a pattern matches a text of which only a pattern is known: true if it matches every possible text, false if it
 * matches none.
 */
export function matchesPossibleText(pattern: Pattern, possible: Pattern): Truth {
  if (isText(possible)) return matchesPattern(pattern, possible.text);
  const pieces = piecesOf(pattern);
  if (covers(pieces, possible.pieces)) return true;
  const isDifferent = haveDifferentEnds(pieces, possible.pieces);
  return !isDifferent && patternsOverlap(pieces, possible.pieces) ? 'unknown' : false;
}

const isCovered = (piece: Piece, actual: Piece): boolean =>
  piece === actual || (piece === ONE && actual !== ANY);

/**
 * Matches with wildcards of the pattern only; a `*` of the text is matched by a `*` of the pattern alone.
 *
 * Backtracking goes no further than the last `*`, so the time is at most pattern length times text length. With a
 * regular expression, a tenant's `*a*a*a*…` would take exponential time.
 */
function covers(pattern: readonly Piece[], text: readonly Piece[]): boolean {
  const minCharacters = pattern.filter((piece) => piece !== ANY).length;
  if (minCharacters > text.length) return false;
  let piecePosition = 0;
  let lastAny = -1;
  let lastAnyEnd = 0;
  for (let i = 0; i < text.length; ) {
    const piece = pattern[piecePosition];
    const actual = text[i] as Piece;
    if (piece === ANY) {
      lastAny = piecePosition++;
      lastAnyEnd = i;
    } else if (piece !== undefined && isCovered(piece, actual)) {
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

/** Whether the texts before the first wildcards, or after the last ones, differ: a quick test for most patterns. */
function haveDifferentEnds(a: readonly Piece[], b: readonly Piece[]): boolean {
  const differAt = (i: number): boolean | undefined => {
    const [left, right] = [a.at(i), b.at(i)];
    if (typeof left !== 'string' || typeof right !== 'string') return undefined;
    return left !== right;
  };
  const length = Math.min(a.length, b.length);
  let start = 0;
  while (start < length && differAt(start) === false) start++;
  let end = -1;
  while (end >= -length && differAt(end) === false) end--;
  return (start < length && differAt(start) === true) || (end >= -length && differAt(end) === true);
}

/** Whether some text matches both patterns. Takes the product of their lengths. */
function patternsOverlap(a: readonly Piece[], b: readonly Piece[]): boolean {
  /** overlaps[j]: whether the rest of `a` and the rest of `b` from j on have a text in common. */
  let overlaps = emptySuffixes(b);
  for (let i = a.length - 1; i >= 0; i--) {
    const next: boolean[] = new Array(b.length + 1).fill(false);
    next[b.length] = a[i] === ANY && overlaps[b.length] === true;
    for (let j = b.length - 1; j >= 0; j--) {
      const [left, right] = [a[i], b[j]];
      // A `*` matches nothing more, or one more character of the other pattern.
      if (left === ANY || right === ANY) next[j] = overlaps[j] === true || next[j + 1] === true;
      else next[j] = (left === right || left === ONE || right === ONE) && overlaps[j + 1] === true;
    }
    overlaps = next;
  }
  return overlaps[0] === true;
}

/** For each position, whether the rest of the pattern matches the empty text. */
function emptySuffixes(pattern: readonly Piece[]): boolean[] {
  const result: boolean[] = new Array(pattern.length + 1).fill(true);
  for (let j = pattern.length - 1; j >= 0; j--) result[j] = pattern[j] === ANY && result[j + 1] === true;
  return result;
}
