import type { PolicyProblem } from '../trust-policy.ts';

/** Bounds the response to a document that contains a very large number of mistakes. */
const MAX_PROBLEMS = 20;
const MAX_QUOTE_CHARACTERS = 60;

/** Collects the problems of a document in the order in which they are found. */
export class ProblemList {
  readonly found: PolicyProblem[] = [];

  add(path: string, message: string): void {
    if (this.found.length < MAX_PROBLEMS) this.found.push({ path, message });
  }

  isEmpty(): boolean {
    return this.found.length === 0;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Quotes text from a document, shortened so that the message stays readable. */
export function quote(text: string): string {
  return JSON.stringify(
    text.length > MAX_QUOTE_CHARACTERS ? `${text.slice(0, MAX_QUOTE_CHARACTERS)}…` : text,
  );
}

export function reportUnknownKeys(
  element: Record<string, unknown>,
  knownKeys: readonly string[],
  path: string,
  problems: ProblemList,
): void {
  for (const key of Object.keys(element)) {
    if (!knownKeys.includes(key))
      problems.add(path, `contains the unknown element ${quote(key)}; allowed: ${knownKeys.join(', ')}`);
  }
}

/**
 * Reads one value or an array of values as text, and reports values of the wrong type.
 *
 * @param kind `scalar` also accepts numbers and booleans, as IAM does in conditions
 */
export function readValues(
  element: unknown,
  kind: 'string' | 'scalar',
  path: string,
  problems: ProblemList,
): { value: string; path: string }[] {
  const isArray = Array.isArray(element);
  return (isArray ? element : [element]).flatMap((item: unknown, index) => {
    const itemPath = isArray ? `${path}[${index}]` : path;
    const value = typeof item === 'string' ? item : kind === 'scalar' ? scalarToText(item) : undefined;
    if (value !== undefined) return [{ value, path: itemPath }];
    problems.add(
      itemPath,
      kind === 'string' ? 'must be a string' : 'must be a string, a number, true or false',
    );
    return [];
  });
}

function scalarToText(item: unknown): string | undefined {
  if (typeof item === 'boolean') return String(item);
  if (typeof item !== 'number' || !Number.isFinite(item)) return undefined;
  // JSON.parse rounds a large integer, so its text would be another number than the document contains.
  if (Number.isInteger(item) && !Number.isSafeInteger(item)) return undefined;
  return String(item);
}
