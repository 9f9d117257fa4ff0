import type { SyntaxMistake, UnreadableReason } from '../findings/catalogue/syntax.ts';
import type { TemplateTool } from '../findings/catalogue/text.ts';
import { type Finding, finding, type Position } from '../findings/finding.ts';
import type { Syntax } from '../findings/wording.ts';
import type { JsonPath } from '../json-values.ts';
import type { Parameters } from './parameters.ts';

/** What was read of a text. Nothing of it was lost, so that a corrected policy can replace it. */
export interface ParsedText {
  value: unknown;
  syntax: Syntax;
  findings?: Finding[];
  /** The paths of keys that an object has twice. */
  repeatedKeys?: readonly JsonPath[];
  locate?: (path: JsonPath) => Position | undefined;
  parameters?: Parameters;
}

/** A text that cannot be read as a whole: findings about a part of it could be wrong. */
export class UnreadableText extends Error {
  readonly found: readonly Finding[];
  readonly syntax: Syntax;

  constructor(found: Finding | readonly Finding[], syntax: Syntax = 'json') {
    super('the text cannot be read as a whole');
    this.found = [found].flat();
    this.syntax = syntax;
  }
}

export function positionIn(text: string, offset: number): Position {
  const linesBefore = text.slice(0, offset).split('\n');
  return { line: linesBefore.length, column: (linesBefore.at(-1) ?? '').length + 1 };
}

/** Finds the position of the value at a path, or else of the nearest one that contains it. */
export function locateIn(
  text: string,
  offsetAt: (path: JsonPath) => number | undefined,
): (path: JsonPath) => Position | undefined {
  return (path) => {
    const paths = path.map((_, i) => path.slice(0, path.length - i));
    const offset = paths.map(offsetAt).find((one) => one !== undefined);
    return offset === undefined ? undefined : positionIn(text, offset);
  };
}

export const syntaxMistake = (mistake: SyntaxMistake, position: Position, value?: string): Finding => ({
  ...finding('syntax_error', [], { mistake, ...position, ...(value !== undefined && { value }) }),
  position,
});

const OTHER_CONTENT: [RegExp, UnreadableReason][] = [
  [/^$/, 'empty'],
  [/^<[a-z!]/i, 'html'],
  [/^[^{]*\{\s*["'\u201c]?(Version|Id|Statement|Role)["'\u201d]?\s*:/, 'text_before'],
  [/^arn:/, 'arn'],
  [/^[0-9a-f]{8}-[0-9a-f-]{27}$/i, 'external_id'],
];

/**
 * For a text that is clearly something other than a policy.
 *
 * @param isInJson whether the text is a string of JSON
 */
export function notAPolicy(text: string, isInJson: boolean): UnreadableText {
  const unreadable = OTHER_CONTENT.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? 'not_json';
  if (unreadable === 'not_json' && isInJson)
    return new UnreadableText(finding('malformed', [], { part: 'not_a_policy' }));
  return new UnreadableText(finding('syntax_error', [], { unreadable }));
}

/** For a template in which an expression stands for more than a value. */
export const unreadableTemplate = (language: TemplateTool): UnreadableText =>
  new UnreadableText(
    finding('syntax_error', [], { unreadable: 'expressions', language }),
    language === 'Terraform' ? 'terraform' : 'cloudformation',
  );

/** For Terraform configuration that cannot be read as a whole. */
export const unreadableTerraform = (unreadable: UnreadableReason): UnreadableText =>
  new UnreadableText(finding('syntax_error', [], { unreadable, language: 'Terraform' }), 'terraform');

const SPACE = /[ \t\r\n]+/y;
const ODD_SPACE = /[\s\u200b-\u200f\u2060\ufeff]+/y;
const COMMENT = /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//y;

const FIXED_EVERYWHERE = /^(curly_quotes|single_quotes|odd_space)$/;

/** Reads a text from its beginning to its end. */
export class TextScanner {
  position = 0;
  /** With their offsets. Of a kind that its fix corrects everywhere, only the first. */
  readonly mistakes: { mistake: SyntaxMistake; offset: number }[] = [];
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

  note(mistake: SyntaxMistake, offset = this.position): void {
    const isKnown = FIXED_EVERYWHERE.test(mistake) && this.mistakes.some((one) => one.mistake === mistake);
    if (!isKnown) this.mistakes.push({ mistake, offset });
  }

  /** @param value what is quoted in the text of the mistake */
  error(mistake: SyntaxMistake, value?: string): UnreadableText {
    const position = positionIn(this.#text, this.position);
    return new UnreadableText(syntaxMistake(mistake, position, value));
  }

  /** A mistake before the next word, or that there is none. */
  errorBefore(mistake: SyntaxMistake): UnreadableText {
    const [word = ''] = /^("[^"\n]*"|[\w:/.-]+|.)?/u.exec(this.peek(32)) ?? [];
    if (word === '') return this.error('cut_off');
    return this.error(mistake, JSON.stringify(word.replace(/^"|"$/g, '')));
  }

  invalid(): UnreadableText {
    return this.errorBefore('not_valid');
  }
}
