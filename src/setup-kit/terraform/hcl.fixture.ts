import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);

export async function createHclParser(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm')),
  );
  return parser;
}

const children = (node: Node, type: string): Node[] =>
  node.namedChildren.filter((child) => child?.type === type) as Node[];

/** Returns the source text of an attribute's expression in the top-level block with this header. */
export function findAttribute(root: Node, header: string[], name: string): string | undefined {
  const blocks = (body: Node) => children(body, 'block');
  const [file] = children(root, 'body');
  const block = file && blocks(file).find((candidate) => headerOf(candidate).join(' ') === header.join(' '));
  const body = block && children(block, 'body')[0];
  const attribute =
    body && children(body, 'attribute').find((candidate) => candidate.namedChild(0)?.text === name);
  return attribute && children(attribute, 'expression')[0]?.text;
}

const headerOf = (block: Node): string[] =>
  block.namedChildren
    .filter((child) => child?.type === 'identifier' || child?.type === 'string_lit')
    .map((child) => (child?.text ?? '').replaceAll('"', ''));

const SIMPLE_ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Decodes a quoted literal as the HCL specification defines it. @throws Error for a template, which no value may contain */
export function decodeQuoted(source: string): string {
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(source)) throw new Error(`not one quoted literal: ${source}`);
  return source
    .slice(1, -1)
    .replace(
      /\$\$\{|%%\{|[$%]\{|\\U(.{8})|\\u(.{4})|\\(.)/g,
      (token, long?: string, short?: string, simple?: string) => {
        if (token.length === 3 && !token.startsWith('\\')) return token.slice(1);
        if (token === '${' || token === '%{') throw new Error(`a template starts in ${source}`);
        const value =
          simple === undefined
            ? String.fromCodePoint(Number.parseInt(long ?? short ?? '', 16))
            : SIMPLE_ESCAPES[simple];
        if (value === undefined) throw new Error(`an unknown escape: ${token}`);
        return value;
      },
    );
}

/** Decodes a `<<-` here-document: removes the common indentation and unescapes templates. Backslashes are literal. */
export function decodeHeredoc(source: string): string {
  const match = /^<<-(\w+)\n(.*\n)\s*(\w+)$/s.exec(source);
  if (!match?.[2] || match[1] !== match[3]) throw new Error(`not a here-document: ${source}`);
  const lines = match[2].slice(0, -1).split('\n');
  if (lines.some((line) => line.trim() === match[1])) throw new Error('the text contains the end marker');
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .replace(/\$\$\{|%%\{|[$%]\{/g, (token) => {
      if (token.length === 2) throw new Error(`a template starts in ${source}`);
      return token.slice(1);
    });
}

/** Decodes all quoted literals in the source of an expression, in order. */
export const decodeQuotedLiterals = (source: string): string[] =>
  [...source.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map(([literal]) => decodeQuoted(literal));
