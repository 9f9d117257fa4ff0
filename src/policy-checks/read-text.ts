import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import type { Findings, Path } from './finding.ts';
import { positionIn, sayNotJson, saySyntaxError } from './syntax-words.ts';

/** As deep as any request may be nested; a policy needs six levels. */
const DEEPEST = 32;

/** A document out of a text, and where its parts stand there. */
export interface TextDocument {
  /** Undefined when nothing could be read. What is broken is read as far as it can be understood. */
  document: unknown;
  /** The statements in which a key stands twice. */
  repeated: ReadonlySet<number>;
  locate(path: Path): { line: number; column: number } | undefined;
}

const NOTHING: TextDocument = { document: undefined, repeated: new Set(), locate: () => undefined };

/** Reads JSON as people paste it: every mistake is said with its line, and what can be understood is read on. */
export function readText(text: string, findings: Findings): TextDocument {
  const errors: ParseError[] = [];
  if (sayNotJson(text, findings)) return NOTHING;
  const tree = isDeep(text) ? undefined : parse(text, errors);
  if (tree === undefined) {
    findings.add('malformed', [], {
      message: `This is empty, or nested deeper than ${DEEPEST} levels.`,
      fix: 'Paste the trust policy of the role, as the console shows it under "Trust relationships".',
    });
    return NOTHING;
  }
  const [first] = errors;
  if (first) saySyntaxError(text, first, findings);
  const repeated = new Set<number>();
  sayRepeatedKeys(tree, findings, (path) => {
    const index = path[path.indexOf('Statement') + 1];
    if (path.includes('Statement')) repeated.add(typeof index === 'number' ? index : 0);
  });
  return {
    // Once through JSON: plain objects, without the gaps that a broken text leaves.
    document: JSON.parse(JSON.stringify(getNodeValue(tree)) ?? 'null'),
    repeated,
    locate(path) {
      if (path.length === 0) return first && positionIn(text, first.offset);
      const node = nearest(tree, path);
      return node && positionIn(text, node.offset);
    },
  };
}

function isDeep(text: string): boolean {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') depth++;
    if (first === '}' || first === ']') depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function parse(text: string, errors: ParseError[]): Node | undefined {
  return parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
}

/** The part at a path, by its key where it has one; else the nearest part that holds it. */
function nearest(tree: Node, path: Path): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node.parent?.type === 'property' ? node.parent : node;
  }
  return undefined;
}

function sayRepeatedKeys(root: Node, findings: Findings, found: (path: Path) => void): void {
  const pending: { node: Node; path: Path }[] = [{ node: root, path: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path } = next;
    const keys = new Set<string>();
    for (const [index, child] of (node.children ?? []).entries()) {
      const key: string | number = node.type === 'object' ? String(child.children?.[0]?.value) : index;
      const value = node.type === 'object' ? child.children?.[1] : child;
      if (typeof key === 'string' && keys.has(key)) {
        found([...path, key]);
        findings.add('repeated_key', [...path, key], {
          message: `The key ${JSON.stringify(key)} stands twice in the same object. IAM refuses this; most other readers see only the last one.`,
          fix: 'Put what stands under both into one.',
        });
      }
      keys.add(String(key));
      if (value) pending.push({ node: value, path: [...path, key] });
    }
  }
}
