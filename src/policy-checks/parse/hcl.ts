/** A block such as `resource "aws_iam_role" "a" { … }`. */
export interface Block {
  type: string;
  labels: string[];
  body: Body;
}

export interface Body {
  attributes: Map<string, unknown>;
  blocks: Block[];
}

/** An expression that only Terraform can evaluate, with its text, such as `{ Terraform: 'var.external_id' }`. */
export const TERRAFORM = 'Terraform';

const SPACE = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const IDENTIFIER = /[A-Za-z_][\w-]*/y;
const STRING = /"(?:[^"\\$%\n]|\\.|[$%](?!\{)|\$\$\{|%%\{|[$%]\{[^{}\n]*\})*"/y;
const HEREDOC = /<<(-?)([\w-]+)[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*\2[ \t]*(?=\r?\n|$|\))/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.])/y;
const ENCODER = /jsonencode\s*\(/y;
/** What ends an expression outside of brackets and strings. */
const EXPRESSION_END = /[\n,}\])]/;

class HclError extends Error {}

/**
 * Parses the part of HCL that trust policies are written in (HCL Native Syntax Specification). Other expressions are kept
 * as their text.
 * @returns undefined for a text with any other syntax
 */
export function parseHcl(text: string): Body | undefined {
  return attempt(() => {
    const parser = new Parser(text);
    const body = parser.body();
    parser.expectEnd();
    return body;
  });
}

/** Parses one expression, such as the argument of jsonencode. */
export function parseHclExpression(text: string): unknown {
  return attempt(() => {
    const parser = new Parser(text);
    const value = parser.expression();
    parser.expectEnd();
    return value;
  });
}

function attempt<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    // A RangeError is a stack overflow by deep nesting.
    if (error instanceof HclError || error instanceof RangeError) return undefined;
    throw error;
  }
}

class Parser {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  body(): Body {
    const body: Body = { attributes: new Map(), blocks: [] };
    for (let name = this.#name(); name !== undefined; name = this.#name()) {
      if (this.#skip('=')) body.attributes.set(name, this.expression());
      else body.blocks.push(this.#block(name));
      this.#space();
    }
    return body;
  }

  #block(type: string): Block {
    const labels: string[] = [];
    for (let label = this.#name(); label !== undefined; label = this.#name()) labels.push(label);
    this.#expect('{');
    const body = this.body();
    this.#expect('}');
    return { type, labels, body };
  }

  expression(): unknown {
    this.#space();
    if (this.#match(ENCODER)) {
      const value = this.expression();
      this.#expect(')');
      return value;
    }
    if (this.#skip('{')) return this.#object();
    if (this.#skip('[')) return this.#list();
    const heredoc = this.#match(HEREDOC);
    if (heredoc) return heredoc[3];
    const start = this.#position;
    const value = this.#literal();
    return value !== undefined && this.#isAtExpressionEnd() ? value : this.#opaque(start);
  }

  #literal(): unknown {
    const string = this.#match(STRING)?.[0];
    if (string !== undefined) return unquote(string);
    const number = this.#match(NUMBER)?.[0];
    if (number !== undefined) return Number(number);
    const word = this.#match(IDENTIFIER)?.[0];
    return word === 'true' ? true : word === 'false' ? false : undefined;
  }

  #isAtExpressionEnd(): boolean {
    const [rest = ''] = this.#text.slice(this.#position, this.#position + 200).split('\n', 1);
    const next = rest.replace(/^[ \t\r]*(#.*|\/\/.*)?/, '')[0];
    return next === undefined || EXPRESSION_END.test(next);
  }

  /** Reads any other expression to its end, and keeps its text. */
  #opaque(start: number): unknown {
    let depth = 0;
    this.#position = start;
    while (this.#position < this.#text.length) {
      if (this.#match(STRING)) continue;
      const character = this.#text.charAt(this.#position);
      if (depth === 0 && EXPRESSION_END.test(character)) break;
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth--;
      this.#position++;
    }
    const source = this.#text.slice(start, this.#position).trim();
    if (source === '' || source.includes('"""')) throw new HclError('expression expected');
    return { [TERRAFORM]: source };
  }

  #object(): Record<string, unknown> {
    const members: [string, unknown][] = [];
    while (!this.#skip('}')) {
      const key = this.#key();
      if (!this.#skip('=') && !this.#skip(':')) throw new HclError('= expected');
      members.push([key, this.expression()]);
      this.#skip(',');
    }
    if (new Set(members.map(([key]) => key)).size < members.length) throw new HclError('repeated key');
    return Object.fromEntries(members);
  }

  #key(): string {
    const key = this.#name();
    if (key === undefined) throw new HclError('key expected');
    return key;
  }

  #list(): unknown[] {
    const values: unknown[] = [];
    while (!this.#skip(']')) {
      values.push(this.expression());
      this.#skip(',');
    }
    return values;
  }

  #name(): string | undefined {
    this.#space();
    const string = this.#match(STRING)?.[0];
    return string === undefined ? this.#match(IDENTIFIER)?.[0] : unquote(string);
  }

  expectEnd(): void {
    this.#space();
    if (this.#position < this.#text.length) throw new HclError('end expected');
  }

  #expect(sign: string): void {
    if (!this.#skip(sign)) throw new HclError(`${sign} expected`);
  }

  #skip(sign: string): boolean {
    this.#space();
    if (!this.#text.startsWith(sign, this.#position)) return false;
    this.#position += sign.length;
    return true;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match) this.#position = pattern.lastIndex;
    return match;
  }
}

/** Expressions inside the string stay as they are; `$${` is an escaped `${`. */
const unquote = (string: string): string =>
  string
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) => ESCAPES[escaped] ?? decode(escaped))
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{');

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

const decode = (escaped: string): string =>
  escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : escaped;
