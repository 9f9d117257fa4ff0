import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import type { Findings, JsonPath } from './finding.ts';
import { addNotJson, addSyntaxError, positionIn } from './syntax-messages.ts';

/** The limit for nesting in any request body; a policy needs six levels. */
const MAX_DEPTH = 32;

/** A document parsed from text, with the positions of its parts. */
export interface ParsedText {
  /** Undefined when nothing could be read. A broken text is read as far as the parser can recover. */
  document: unknown;
  /** The indexes of the statements that have a duplicate key. */
  duplicateKeyStatements: ReadonlySet<number>;
  locate(path: JsonPath): { line: number; column: number } | undefined;
}

const UNREADABLE: ParsedText = {
  document: undefined,
  duplicateKeyStatements: new Set(),
  locate: () => undefined,
};

/** Parses JSON, adds a finding for the first syntax error, and recovers so that one error does not hide others. */
export function parseJsonText(text: string, findings: Findings): ParsedText {
  const errors: ParseError[] = [];
  if (addNotJson(text, findings)) return UNREADABLE;
  const tree = isNestedTooDeep(text) ? undefined : parse(text, errors);
  if (tree === undefined) {
    findings.add('malformed', [], {
      message: `The text is empty or nested deeper than ${MAX_DEPTH} levels.`,
      fix: 'Paste the trust policy of the role, which the IAM console shows under "Trust relationships".',
    });
    return UNREADABLE;
  }
  const [firstError] = errors;
  if (firstError) addSyntaxError(text, firstError, findings);
  return {
    // Serializing once more removes the undefined members that a broken text leaves.
    document: JSON.parse(JSON.stringify(getNodeValue(tree)) ?? 'null'),
    duplicateKeyStatements: addDuplicateKeys(tree, findings),
    locate(path) {
      if (path.length === 0) return firstError && positionIn(text, firstError.offset);
      const node = findNearestNode(tree, path);
      return node && positionIn(text, node.offset);
    },
  };
}

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

function parse(text: string, errors: ParseError[]): Node | undefined {
  return parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
}

/** Finds the node at a path, or else the nearest one that contains it. A member is located by its key. */
function findNearestNode(tree: Node, path: JsonPath): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node.parent?.type === 'property' ? node.parent : node;
  }
  return undefined;
}

/** Adds a finding for each duplicate key, and returns the indexes of the statements that have one. */
function addDuplicateKeys(root: Node, findings: Findings): ReadonlySet<number> {
  const statements = new Set<number>();
  for (const path of duplicateKeys(root)) {
    findings.add('repeated_key', path, {
      message: `The key ${JSON.stringify(path.at(-1))} occurs twice in the same object. IAM rejects this, and most JSON parsers keep only the last value.`,
      fix: 'Merge the two values under one key.',
    });
    if (!path.includes('Statement')) continue;
    const index = path[path.indexOf('Statement') + 1];
    statements.add(typeof index === 'number' ? index : 0);
  }
  return statements;
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
