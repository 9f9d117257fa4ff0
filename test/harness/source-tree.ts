import path from 'node:path';

/** The imports of each file: paths below the root, or names of packages. Type imports count like all others. */
export type Imports = Record<string, string[]>;

export function importsOf(tree: Record<string, string>): Imports {
  return Object.fromEntries(
    Object.entries(tree).map(([file, source]) => {
      const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
      const specifiers = [
        ...code.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]/g),
        ...code.matchAll(/(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g),
        ...code.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g),
      ].map(([, specifier = '']) => specifier);
      return [file, specifiers.map((specifier) => resolve(file, specifier))];
    }),
  );
}

function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
}

/** The sources without their imports of types, which no reader has to follow. */
export const withoutTypeImports = (tree: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tree).map(([file, source]) => [
      file,
      source.replace(/^(import|export) type [^;]*;$/gm, ''),
    ]),
  );

/** The longest path along the imports of a graph without circles. */
export function longestChain(graph: Imports): string[] {
  const known = new Map<string, string[]>();
  const longest = (chains: string[][]): string[] =>
    chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
  const chainFrom = (node: string): string[] => {
    const targets = (graph[node] ?? []).filter((target) => graph[target] !== undefined);
    const chain = known.get(node) ?? [node, ...longest(targets.map(chainFrom))];
    known.set(node, chain);
    return chain;
  };
  return longest(Object.keys(graph).map(chainFrom));
}

/** The first folder of a path; empty for a file at the root, and for a package. */
export function folderOf(file: string): string {
  return /^[@\w-]+:|^@/.test(file) || !file.includes('/') ? '' : (file.split('/')[0] ?? '');
}

/** The groups of nodes that reach each other, found by Tarjan's algorithm for strongly connected components. */
export function findCircles(graph: Imports): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const order = index.size;
    index.set(node, order);
    low.set(node, order);
    stack.push(node);
    for (const next of graph[node] ?? []) {
      const reached = index.has(next)
        ? stack.includes(next)
          ? (index.get(next) ?? order)
          : order
        : visit(next);
      low.set(node, Math.min(low.get(node) ?? order, reached));
    }
    if (low.get(node) === order) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) circles.push(circle);
    }
    return low.get(node) ?? order;
  };
  for (const node of Object.keys(graph)) if (!index.has(node)) visit(node);
  return circles;
}

/**
 * Functions that span more lines than allowed, by the line on which each begins. It relies on the formatter: the line
 * that closes a function has the indentation of the line that opens it.
 */
export function functionsLongerThan(maxLines: number, source: string): { line: number; lines: number }[] {
  const lines = source.split('\n');
  return lines.flatMap((text, start) => {
    if (!opensFunction(text)) return [];
    const indentation = /^\s*/.exec(text)?.[0] ?? '';
    const length = lines.slice(start + 1).findIndex((later) => later.startsWith(`${indentation}}`)) + 2;
    return length > maxLines ? [{ line: start + 1, lines: length }] : [];
  });
}

function opensFunction(line: string): boolean {
  if (!line.trimEnd().endsWith('{')) return false;
  if (/^\s*(if|for|while|switch|catch|else|try|do|\}|return \{|interface|class|type|declare)\b/.test(line))
    return false;
  return /\bfunction\b|=> \{$|\)(: [^=]+)? \{$/.test(line);
}
