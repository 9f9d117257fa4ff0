import { UnreadableText } from './parsed-text.ts';
import { positionIn, syntaxError, type TextMistake } from './text-mistakes.ts';

const SPACE = /[ \t\r\n]+/y;
const ODD_SPACE = /[\s\u200b-\u200f\u2060\ufeff]+/y;
const COMMENT = /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//y;
const INVALID =
  'Correct the JSON at this position: strings and keys are in double quotation marks, and commas separate the members.';

/** Reads a text from its beginning to its end. */
export class TextScanner {
  position = 0;
  /** The first mistake of each kind, with its offset. */
  readonly mistakes = new Map<TextMistake, number>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next characters; empty at the end. */
  peek(length = 1): string {
    return this.#text.slice(this.position, this.position + length);
  }

  /** The text from an earlier position to this one. */
  since(start: number): string {
    return this.#text.slice(start, this.position);
  }

  skip(sign: string): boolean {
    const isNext = this.#text.startsWith(sign, this.position);
    if (isNext) this.position += sign.length;
    return isNext;
  }

  /** Reads what matches a sticky pattern here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const token = pattern.exec(this.#text)?.[0];
    this.position += token?.length ?? 0;
    return token;
  }

  require(pattern: RegExp): string {
    const token = this.match(pattern);
    if (token === undefined) throw this.invalid();
    return token;
  }

  skipSpace(): void {
    for (let start = this.position; ; start = this.position) {
      if (this.match(SPACE)) continue;
      const kind = this.match(COMMENT) ? 'comment' : this.match(ODD_SPACE) ? 'odd_space' : undefined;
      if (!kind) return;
      this.note(kind, start);
    }
  }

  note(mistake: TextMistake, offset = this.position): void {
    if (!this.mistakes.has(mistake)) this.mistakes.set(mistake, offset);
  }

  error(problem: string, fix: string): UnreadableText {
    return new UnreadableText(syntaxError(problem, fix, positionIn(this.#text, this.position)));
  }

  invalid(): UnreadableText {
    return this.error(`${this.excerpt()} is not valid here.`, INVALID);
  }

  /** The next word, for a message. */
  excerpt(): string {
    const [word = ''] = /^("[^"\n]*"|[\w:/.-]+|.)?/u.exec(this.peek(32)) ?? [];
    return word === '' ? 'the end of the text' : JSON.stringify(word.replace(/^"|"$/g, ''));
  }
}
