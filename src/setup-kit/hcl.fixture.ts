import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);

export async function hclParser(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm')),
  );
  return parser;
}

const children = (node: Node, type: string): Node[] =>
  node.namedChildren.filter((child) => child?.type === type) as Node[];

/** The expression at a path of block headers and an attribute, as source text; undefined where there is none. */
export function attribute(root: Node, header: string[], name: string): string | undefined {
  const blocks = (body: Node) => children(body, 'block');
  const [file] = children(root, 'body');
  const block = file && blocks(file).find((candidate) => headerOf(candidate).join(' ') === header.join(' '));
  const body = block && children(block, 'body')[0];
  const found =
    body && children(body, 'attribute').find((candidate) => candidate.namedChild(0)?.text === name);
  return found && children(found, 'expression')[0]?.text;
}

const headerOf = (block: Node): string[] =>
  block.namedChildren
    .filter((child) => child?.type === 'identifier' || child?.type === 'string_lit')
    .map((child) => (child?.text ?? '').replaceAll('"', ''));

const SIMPLE: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** A quoted literal's value, after the HCL specification. Throws at a template, since no value may start one. */
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
            : SIMPLE[simple];
        if (value === undefined) throw new Error(`an unknown escape: ${token}`);
        return value;
      },
    );
}

/** A `<<-` here-document's value: the least indentation taken off, and templates undone; backslashes are literal. */
export function decodeHeredoc(source: string): string {
  const match = /^<<-(\w+)\n(.*\n)\s*(\w+)$/s.exec(source);
  if (!match?.[2] || match[1] !== match[3]) throw new Error(`not a here-document: ${source}`);
  const lines = match[2].slice(0, -1).split('\n');
  if (lines.some((line) => line.trim() === match[1])) throw new Error('the end mark stands inside');
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .replace(/\$\$\{|%%\{|[$%]\{/g, (token) => {
      if (token.length === 2) throw new Error(`a template starts in ${source}`);
      return token.slice(1);
    });
}

/** The literals of a list or a call, in order. */
export const quotedLiterals = (source: string): string[] =>
  [...source.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map(([literal]) => decodeQuoted(literal));
