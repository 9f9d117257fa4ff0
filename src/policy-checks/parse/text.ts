import { type Finding, finding, type Position } from '../findings/finding.ts';
import type { Syntax } from '../findings/wording.ts';
import type { JsonPath } from '../json-values.ts';

/** What was read of a text. Nothing of it was lost, so that a corrected policy can replace it. */
export interface ParsedText {
  value: unknown;
  syntax: Syntax;
  findings?: Finding[];
  /** The paths of keys that an object has twice. */
  repeatedKeys?: readonly JsonPath[];
  locate?: (path: JsonPath) => Position | undefined;
}

/** A text that cannot be read as a whole: findings about a part of it could be wrong. */
export class UnreadableText extends Error {
  readonly found: Finding;
  readonly syntax: Syntax;

  constructor(found: Finding, syntax: Syntax = 'json') {
    super(found.code);
    this.found = found;
    this.syntax = syntax;
  }
}

/** A mistake in JSON that has only one possible correction, which loses nothing. */
export type TextMistake =
  | 'curly_quotes'
  | 'single_quotes'
  | 'missing_quotes'
  | 'missing_comma'
  | 'trailing_comma'
  | 'comment'
  | 'odd_space'
  | 'no_braces'
  | 'leftover';

export function positionIn(text: string, offset: number | undefined): Position | undefined {
  if (offset === undefined) return undefined;
  const linesBefore = text.slice(0, offset).split('\n');
  return { line: linesBefore.length, column: (linesBefore.at(-1) ?? '').length + 1 };
}

/** The problem and the fix. */
export const MISTAKES: Record<TextMistake, [problem: string, fix: string]> = {
  curly_quotes: [
    'a curly quotation mark, as word processors and chat programs insert it.',
    'Replace every curly quotation mark with a straight one: ".',
  ],
  single_quotes: ['a single quotation mark. JSON uses double quotation marks.', 'Replace every \' with ".'],
  missing_quotes: ['a value or key without quotation marks.', 'Put it into double quotation marks.'],
  missing_comma: ['a comma is missing before this.', 'Insert a comma between the two.'],
  trailing_comma: ['a comma before a closing bracket.', 'Remove the comma after the last member.'],
  comment: ['a comment, which JSON does not support.', 'Remove the comment.'],
  odd_space: [
    'an invisible character that JSON does not support, such as a non-breaking space.',
    'Delete it, and type an ordinary space if one is needed.',
  ],
  no_braces: ['the braces around the policy are missing.', 'Begin with { and end with }.'],
  leftover: [
    'a bracket or other sign comes after the end of the policy.',
    'Remove what comes after its last }.',
  ],
};

export const syntaxError = (problem: string, fix: string, position?: Position | undefined): Finding => ({
  ...finding('syntax_error', [], { problem, fix, ...position }),
  ...(position && { position }),
});

const WHERE_TO_FIND_THE_POLICY =
  'Paste the trust policy as JSON. The IAM console shows it on the page of the role under "Trust relationships". With the AWS CLI: aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument.';

const OTHER_CONTENT: [RegExp, string][] = [
  [/^$/, 'The text is empty.'],
  [
    /^[^{]*\{\s*["\u201c](Version|Id|Statement|Role)["\u201d]\s*:/,
    'There is other text before the policy. A policy begins with {.',
  ],
  [/^arn:/, 'This is an ARN, not a trust policy.'],
  [/^[0-9a-f]{8}-[0-9a-f-]{27}$/i, 'This is an external ID, not a trust policy.'],
  [/^/, 'This is not JSON, because a policy begins with {.'],
];

/** For a text that is clearly something other than a policy. */
export function notAPolicy(text: string): UnreadableText {
  const problem = OTHER_CONTENT.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? '';
  return new UnreadableText(syntaxError(problem, WHERE_TO_FIND_THE_POLICY));
}

/** For a text in another language that cannot be read as a whole. */
export function unreadable(language: string, reason: string, syntax: Syntax): UnreadableText {
  const problem = `This looks like ${language}, but it could not be read as a whole: ${reason}.`;
  return new UnreadableText(syntaxError(problem, WHERE_TO_FIND_THE_POLICY), syntax);
}

export const unreadableTerraform = (reason: string): UnreadableText =>
  unreadable('Terraform configuration', reason, 'terraform');

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
