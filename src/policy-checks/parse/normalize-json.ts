/** A mistake in a text that has only one possible correction, which loses nothing. */
export type TextMistake =
  | 'curly_quotes'
  | 'single_quotes'
  | 'missing_quotes'
  | 'missing_comma'
  | 'trailing_comma'
  | 'comment'
  | 'odd_space';

export interface NormalizedText {
  text: string;
  /** The first mistake of each kind, with its offset in the original text. */
  mistakes: ReadonlyMap<TextMistake, number>;
  /** Converts an offset in the normalized text to one in the original. */
  toOriginalOffset: (offset: number) => number;
}

const CURLY_QUOTES = '\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02';
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const TOKENS: [kind: Token, pattern: RegExp][] = [
  ['space', /[ \t\r\n]+/y],
  ['odd_space', /[\s\u200b-\u200f\u2060\ufeff]+/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['curly', new RegExp(`["${CURLY_QUOTES}][^"${CURLY_QUOTES}\\n]*["${CURLY_QUOTES}]`, 'y')],
  ['single', /'[^'\n]*'/y],
  ['comment', /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//y],
  ['open', /[{[]/y],
  ['close', /[}\]]/y],
  ['comma', /,/y],
  ['colon', /:/y],
];
/** A word without quotation marks. As a value it may contain colons, as in an ARN. */
const KEY = /[^\s{}[\]:,"']+/y;
const VALUE = /[^\s{}[\],"']+/y;

type Token =
  | 'space'
  | 'odd_space'
  | 'string'
  | 'curly'
  | 'single'
  | 'comment'
  | 'open'
  | 'close'
  | 'comma'
  | 'colon'
  | 'word';

/**
 * Corrects what word processors, chat programs and other languages make of JSON. A text with any other mistake stays as it
 * is there, so that parsing it fails.
 */
export function normalizeJson(text: string): NormalizedText {
  const output: string[] = [];
  const offsets: number[] = [];
  const mistakes = new Map<TextMistake, number>();
  let previous: Token | undefined;
  let commaAt = -1;
  let depth = 0;
  const emit = (piece: string, start: number): void => {
    for (let i = 0; i < piece.length; i++) offsets.push(start + i);
    output.push(piece);
  };
  const note = (mistake: TextMistake, offset: number): void => {
    if (!mistakes.has(mistake)) mistakes.set(mistake, offset);
  };
  for (let position = 0; position < text.length; ) {
    const [kind, token] = nextToken(text, position, previous);
    const start = position;
    position += token.length;
    if (kind === 'space') emit(token, start);
    else if (kind === 'odd_space' || kind === 'comment') {
      note(kind, start);
      emit(' '.repeat(token.length), start);
    } else {
      if (depth > 0 && startsValue(kind) && endsValue(previous)) {
        note('missing_comma', start);
        emit(',', start);
      }
      if (kind === 'close' && previous === 'comma') {
        note('trailing_comma', start);
        output[commaAt] = ' ';
      }
      if (kind === 'comma') commaAt = output.length;
      emit(
        toJson(kind, token, (mistake) => note(mistake, start)),
        start,
      );
      if (kind === 'open') depth++;
      if (kind === 'close') depth--;
      previous = kind;
    }
  }
  return { text: output.join(''), mistakes, toOriginalOffset: (offset) => offsets[offset] ?? text.length };
}

function nextToken(text: string, position: number, previous: Token | undefined): [Token, string] {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = position;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) return [kind, token];
  }
  const word = previous === 'colon' ? VALUE : KEY;
  word.lastIndex = position;
  return ['word', word.exec(text)?.[0] ?? text.charAt(position)];
}

const startsValue = (kind: Token): boolean => ['string', 'curly', 'single', 'open', 'word'].includes(kind);
const endsValue = (kind: Token | undefined): boolean =>
  kind !== undefined && ['string', 'curly', 'single', 'close', 'word'].includes(kind);

function toJson(kind: Token, token: string, note: (mistake: TextMistake) => void): string {
  if (kind === 'curly' || kind === 'single') {
    note(kind === 'curly' ? 'curly_quotes' : 'single_quotes');
    return `"${token.slice(1, -1).replaceAll('"', '\\"')}"`;
  }
  if (kind !== 'word' || NUMBER.test(token) || /^(true|false|null)$/.test(token) || /["']/.test(token))
    return token;
  note('missing_quotes');
  return JSON.stringify(token);
}
