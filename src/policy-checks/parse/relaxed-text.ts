import type { SyntaxMistake } from '../findings/catalogue/syntax.ts';
import type { Finding } from '../findings/finding.ts';
import { isObject, type JsonObject, type JsonPath, MAX_DEPTH, TERRAFORM } from '../json-values.ts';
import { readHclExpression, readHclKey } from './hcl-expression.ts';
import {
  locateIn,
  type ParsedText,
  positionIn,
  syntaxMistake,
  TextScanner,
  UnreadableText,
  unreadableTerraform,
} from './text.ts';

const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.:-])/y;
const CURLY = '\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02';
const STRINGS: [SyntaxMistake | undefined, RegExp][] = [
  [undefined, /"(?:[^"\\\n]|\\.)*"/y],
  ['curly_quotes', new RegExp(`["${CURLY}][^"${CURLY}\\n]*["${CURLY}]`, 'y')],
  ['single_quotes', /'[^'\n]*'/y],
];
/** A word without quotation marks. As a value it may contain colons, as in an ARN. */
const KEY = /[^\s{}[\]:,"']+/y;
const VALUE = /[^\s{}[\]:,"'][^\s{}[\],"']*/y;
/** An expression of a template, which puts in a value with its quotation marks. */
const EXPRESSION = /\$\{[^{}\n]*\}/y;
/** Enough to correct at once; the next check reports the others. */
const MAX_MISTAKES = 5;
const ENCODER = /jsonencode\s*\(/y;

/**
 * Parses JSON, and reads it even with mistakes that have only one possible correction.
 * @throws UnreadableText
 */
export function parseJsonText(text: string): ParsedText {
  const parser = new Parser(text, false);
  try {
    const value = parser.document();
    // IAM gets the policy in it, and not the part of a template that was pasted.
    const isAroundPolicy = isObject(value) && !('Statement' in value) && !('Effect' in value);
    const findings = describeMistakes(text, parser, isAroundPolicy);
    const locate = locateIn(text, (path) => parser.offsets.get(path.join('\n')));
    return { value, syntax: 'json', repeatedKeys: parser.repeatedKeys, findings, locate };
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    throw new UnreadableText([...describeMistakes(text, parser, true), ...error.found]);
  }
}

function describeMistakes(text: string, { scanner }: Parser, isAroundPolicy: boolean): Finding[] {
  const mistakes = scanner.mistakes.filter(
    ({ mistake }) => !isAroundPolicy || !/^(no_braces|leftover)$/.test(mistake),
  );
  return mistakes
    .sort((one, other) => one.offset - other.offset)
    .slice(0, MAX_MISTAKES)
    .map(({ mistake, offset }) => syntaxMistake(mistake, positionIn(text, offset)));
}

/**
 * Parses the part of HCL that trust policies are written in. A block with labels becomes a member such as
 * `resource.aws_iam_role.r`, and one without an item of a list.
 * @throws UnreadableText
 */
export function parseHcl(text: string): unknown {
  const parser = new Parser(text, true);
  let value: unknown;
  try {
    value = parser.document();
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    throw unreadableTerraform('terraform_syntax');
  }
  if (parser.repeatedKeys.length > 0) throw unreadableTerraform('terraform_repeated_key');
  return value;
}

/** Reads JSON with mistakes, or HCL. */
class Parser {
  readonly offsets = new Map<string, number>();
  readonly repeatedKeys: JsonPath[] = [];
  readonly scanner: TextScanner;
  readonly #isHcl: boolean;
  readonly #path: (string | number)[] = [];
  /** How many parentheses and conditional expressions are open. */
  #nesting = 0;

  constructor(text: string, isHcl: boolean) {
    this.scanner = new TextScanner(text);
    this.#isHcl = isHcl;
  }

  document(): unknown {
    const { scanner } = this;
    scanner.skipSpace();
    const isBody = this.#isHcl ? !/^([{[]|jsonencode\s*\()/.test(scanner.peek(20)) : scanner.peek() === '"';
    if (isBody) scanner.note('no_braces');
    const value = isBody ? this.#members('') : this.#value();
    scanner.skipSpace();
    const rest = scanner.peek(Number.POSITIVE_INFINITY);
    if (rest === '') return value;
    // Nothing but closing brackets and punctuation comes after the end, so nothing is lost without it.
    if (this.#isHcl || !/^[\s}\];,`]+$/.test(rest)) throw scanner.errorBefore('after_end');
    scanner.note('leftover');
    return value;
  }

  #value(): unknown {
    const { scanner } = this;
    if (this.#path.length > MAX_DEPTH) throw scanner.error('too_deep', String(MAX_DEPTH));
    if (scanner.skip('{')) return this.#members('}');
    if (scanner.skip('[')) return this.#list();
    if (!this.#isHcl) return this.#scalar();
    const isEncoded = scanner.match(ENCODER) !== undefined;
    if (!isEncoded && !scanner.skip('(')) return this.#choice(readHclExpression(scanner));
    const value = this.#spacedValue();
    if (!scanner.skip(')')) throw scanner.invalid();
    return isEncoded ? value : this.#choice(value);
  }

  /** Reads the values of `condition ? value : value`, and writes it as the function of CloudFormation. */
  #choice(first: unknown): unknown {
    const { scanner } = this;
    scanner.match(/[ \t]+/y);
    if (!scanner.skip('?')) return first;
    const value = this.#spacedValue();
    if (!scanner.skip(':')) throw scanner.invalid();
    const condition = isObject(first) ? first[TERRAFORM] : first;
    return { 'Fn::If': [condition, value, this.#spacedValue()] };
  }

  #spacedValue(): unknown {
    if (++this.#nesting > MAX_DEPTH) throw this.scanner.error('too_deep', String(MAX_DEPTH));
    this.scanner.skipSpace();
    const value = this.#value();
    this.scanner.skipSpace();
    this.#nesting--;
    return value;
  }

  #list(): unknown[] {
    const values: unknown[] = [];
    this.#sequence(']', (index) => void values.push(this.#inside(index, this.scanner.position)));
    return values;
  }

  #members(end: '}' | ''): JsonObject {
    const { scanner } = this;
    const members = new Map<string, unknown>();
    this.#sequence(end, () => {
      const start = scanner.position;
      const key = this.#isHcl ? readHclKey(scanner) : this.#key();
      scanner.skipSpace();
      if (scanner.skip(':') || (this.#isHcl && scanner.skip('='))) {
        if (members.has(key)) this.repeatedKeys.push([...this.#path, key]);
        members.set(key, this.#inside(key, start));
      } else if (this.#isHcl) this.#addBlock(key, members);
      else throw scanner.errorBefore('missing_colon');
    });
    return Object.fromEntries(members);
  }

  #addBlock(type: string, members: Map<string, unknown>): void {
    const { scanner } = this;
    const names = [type];
    for (; !scanner.skip('{'); scanner.skipSpace()) names.push(readHclKey(scanner));
    const body = this.#members('}');
    const others = members.get(type);
    if (names.length > 1) members.set(names.join('.'), body);
    else members.set(type, [...(Array.isArray(others) ? others : []), body]);
  }

  /** Reads items up to a closing bracket, or for '' to the end of the text or any closing bracket. */
  #sequence(end: '}' | ']' | '', readItem: (index: number) => void): void {
    const { scanner } = this;
    const isEnd = (next: string) => (end === '' ? '}]'.includes(next) : next === end);
    let comma: number | undefined;
    scanner.skipSpace();
    for (let index = 0; !isEnd(scanner.peek()); index++) {
      if (scanner.peek() === '') throw scanner.error('cut_off');
      if ('}]'.includes(scanner.peek())) throw scanner.errorBefore('missing_bracket');
      if (index > 0 && comma === undefined) scanner.note('missing_comma');
      readItem(index);
      scanner.skipSpace();
      comma = scanner.peek() === ',' ? scanner.position++ : undefined;
      scanner.skipSpace();
    }
    scanner.skip(end);
    if (comma !== undefined) scanner.note(end === '' ? 'leftover' : 'trailing_comma', comma);
  }

  #inside(part: string | number, start: number): unknown {
    this.#path.push(part);
    this.offsets.set(this.#path.join('\n'), start);
    this.scanner.skipSpace();
    const value = this.#value();
    this.#path.pop();
    return value;
  }

  #key(): string {
    return this.#string() ?? this.#withoutQuotes(KEY);
  }

  #scalar(): unknown {
    const string = this.#string();
    if (string !== undefined) return string;
    const literal = this.scanner.match(LITERAL);
    if (literal !== undefined) return JSON.parse(literal);
    const expression = this.scanner.match(EXPRESSION);
    if (expression !== undefined) return expression;
    return this.#withoutQuotes(VALUE);
  }

  #withoutQuotes(pattern: RegExp): string {
    const start = this.scanner.position;
    const word = this.scanner.require(pattern);
    this.scanner.note('missing_quotes', start);
    return word;
  }

  #string(): string | undefined {
    const { scanner } = this;
    const start = scanner.position;
    for (const [mistake, pattern] of STRINGS) {
      const token = scanner.match(pattern);
      if (token === undefined) continue;
      if (mistake) scanner.note(mistake, start);
      try {
        return JSON.parse(mistake ? `"${token.slice(1, -1).replaceAll('"', '\\"')}"` : token);
      } catch {
        scanner.position = start;
        throw scanner.invalid();
      }
    }
    if (scanner.peek() === '"') throw scanner.error('open_string');
    return undefined;
  }
}
