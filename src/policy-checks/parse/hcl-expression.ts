import { type JsonObject, TERRAFORM } from '../json-values.ts';
import type { TextScanner } from './text.ts';

const IDENTIFIER = /[A-Za-z_][\w-]*/y;
const STRING = /"(?:[^"\\$%\n]|\\.|[$%](?!\{)|\$\$\{|%%\{|[$%]\{[^{}\n]*\})*"/y;
/** The end of an expression outside of brackets and strings. A condition ends with `?`, and its first value with `:`. */
const END = /^(?:[\n,}\])?]|:(?!:))/;
const END_OF_FOR = /^[\n,}\])]/;
const BEFORE_END = /(?=[ \t\r]*(?:(?:#|\/\/)[^\n]*)?(?:[\n,}\])?:]|$))/.source;
const WHOLE_STRING = new RegExp(STRING.source + BEFORE_END, 'y');
const WHOLE_LITERAL = new RegExp(`(?:true|false|-?\\d+(?:\\.\\d+)?)${BEFORE_END}`, 'y');
const HEREDOC = /<<-?([\w-]+)[ \t]*\r?\n[\s\S]*?\r?\n[ \t]*\1[ \t]*(?=\r?\n|$|\))/y;

export function readHclKey(scanner: TextScanner): string {
  const string = scanner.match(STRING);
  return string === undefined ? scanner.require(IDENTIFIER) : unquote(string);
}

/** Reads a string, a number, a here-document, or any other expression as its text (HCL Native Syntax Specification). */
export function readHclExpression(scanner: TextScanner): unknown {
  const string = scanner.match(WHOLE_STRING);
  if (string !== undefined) return unquote(string);
  const literal = scanner.match(WHOLE_LITERAL);
  if (literal !== undefined) return JSON.parse(literal);
  const heredoc = scanner.match(HEREDOC)?.split(/\r?\n/);
  return heredoc ? heredoc.slice(1, -1).join('\n') : readOther(scanner);
}

function readOther(scanner: TextScanner): JsonObject {
  const start = scanner.position;
  const end = scanner.match(/for\s/y) === undefined ? END : END_OF_FOR;
  let depth = 0;
  for (let next = scanner.peek(); next !== ''; next = scanner.peek()) {
    if (scanner.match(STRING) !== undefined || scanner.skip('::')) continue;
    if (depth === 0 && end.test(scanner.peek(2))) break;
    if ('([{'.includes(next)) depth++;
    if (')]}'.includes(next)) depth--;
    scanner.position++;
  }
  const source = scanner.since(start).trim();
  if (source === '' || source.includes('"""')) throw scanner.invalid();
  return { [TERRAFORM]: source };
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** Expressions inside the string stay as they are; `$${` is an escaped `${`. */
const unquote = (string: string): string =>
  string
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, escaped = '') =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[escaped] ?? escaped),
    )
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{');
