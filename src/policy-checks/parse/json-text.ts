import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type Finding, finding, type JsonPath } from '../findings/finding.ts';
import { type NormalizedText, normalizeJson } from './normalize-json.ts';
import { MAX_DEPTH, type ParsedText, unread } from './parsed-text.ts';
import { MISTAKES, parserError, positionIn, syntaxError } from './text-mistakes.ts';

/**
 * Parses JSON, and reads it even with mistakes that have only one possible correction. With any other mistake the text is
 * not read at all: findings about the rest of it would be about what the parser made of the mistake.
 */
export function parseJsonText(original: string): ParsedText {
  const hasBraces = !/^\s*"/.test(original);
  const text = hasBraces ? original : `{${original}}`;
  const normalized = normalizeJson(text);
  if (isNestedTooDeep(normalized.text)) {
    const problem = `The text is empty or nested deeper than ${MAX_DEPTH} levels.`;
    const fix =
      'Paste the trust policy of the role, which the IAM console shows under "Trust relationships".';
    return unread(finding('malformed', [], { problem, fix }));
  }
  const positionOf = (offset: number) => positionIn(text, normalized.toOriginalOffset(offset));
  const errors: ParseError[] = [];
  const tree = parseTree(normalized.text, errors, { disallowComments: true, allowTrailingComma: false });
  const error = errors.find((one) => !isLeftover(normalized.text, one)) ?? (tree ? undefined : errors[0]);
  if (error || !tree)
    return unread(
      error
        ? parserError(normalized.text, error, positionOf(error.offset))
        : syntaxError('The text is empty.', 'Paste the trust policy.'),
    );
  const repeatedKeys = [...duplicateKeys(tree)];
  return {
    // The parser's objects have no prototype; these are ordinary ones.
    value: JSON.parse(JSON.stringify(getNodeValue(tree)) ?? 'null'),
    isWhole: true,
    syntax: 'json',
    repeatedKeys,
    findings: [...mistakesIn(text, normalized, hasBraces), ...leftovers(normalized.text, errors, positionOf)],
    locate(path) {
      const node = path.length === 0 ? undefined : findNearestNode(tree, path);
      return node && positionOf(node.offset);
    },
  };
}

function mistakesIn(text: string, { mistakes }: NormalizedText, hasBraces: boolean): Finding[] {
  const found = [...mistakes].map(([mistake, offset]) => {
    const { problem, fix } = MISTAKES[mistake];
    return syntaxError(problem, fix, positionIn(text, offset));
  });
  const { problem, fix } = MISTAKES.no_braces;
  return hasBraces ? found : [syntaxError(problem, fix, { line: 1, column: 1 }), ...found];
}

/** Nothing but closing brackets and punctuation comes after the end, so nothing is lost without it. */
const isLeftover = (text: string, { offset, error }: ParseError): boolean =>
  printParseErrorCode(error) === 'EndOfFileExpected' && /^[\s}\];,`]*$/.test(text.slice(offset));

const leftovers = (
  text: string,
  [error]: ParseError[],
  positionOf: (offset: number) => { line: number; column: number },
): Finding[] => (error ? [parserError(text, error, positionOf(error.offset))] : []);

/** Scans instead of parsing, because the parser is recursive and deep nesting would overflow its stack. */
function isNestedTooDeep(text: string): boolean {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const character = text[scanner.getTokenOffset()];
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Finds the node at a path, or else the nearest one that contains it. A member is located by its key. */
function findNearestNode(tree: Node, path: JsonPath): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node.parent?.type === 'property' ? node.parent : node;
  }
  return undefined;
}

function* duplicateKeys(root: Node): Generator<JsonPath> {
  const pending: { node: Node; path: JsonPath }[] = [{ node: root, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path } = next;
    const keys = new Set<string>();
    for (const [index, child] of (node.children ?? []).entries()) {
      const key: string | number = node.type === 'object' ? String(child.children?.[0]?.value) : index;
      const value = node.type === 'object' ? child.children?.[1] : child;
      if (typeof key === 'string' && keys.has(key)) yield [...path, key];
      keys.add(String(key));
      if (value) pending.push({ node: value, path: [...path, key] });
    }
  }
}
