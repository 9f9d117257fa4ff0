import type { PolicyProblem } from './trust-policy.ts';

/** Enough to act on; a document of a million mistakes shall not become an answer of a million lines. */
const MOST_PROBLEMS = 20;
const LONGEST_QUOTE = 60;

/** What is wrong with a document, in the order it was found. */
export class Problems {
  readonly list: PolicyProblem[] = [];

  add(path: string, message: string): void {
    if (this.list.length < MOST_PROBLEMS) this.list.push({ path, message });
  }

  any(): boolean {
    return this.list.length > 0;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text from a document, cut so that a message stays readable. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

export function unknownKeys(
  written: Record<string, unknown>,
  known: readonly string[],
  path: string,
  problems: Problems,
): void {
  for (const key of Object.keys(written)) {
    if (!known.includes(key))
      problems.add(path, `has no element ${quote(key)}; it may have ${known.join(', ')}`);
  }
}

/**
 * One value or an array of them, as text.
 *
 * @param kind `scalar` takes numbers and booleans too, as a condition's values may be.
 */
export function listOf(
  written: unknown,
  kind: 'string' | 'scalar',
  path: string,
  problems: Problems,
): { value: string; path: string }[] {
  const many = Array.isArray(written);
  return (many ? written : [written]).flatMap((item: unknown, index) => {
    const here = many ? `${path}[${index}]` : path;
    const value = typeof item === 'string' ? item : kind === 'scalar' ? scalarText(item) : undefined;
    if (value !== undefined) return [{ value, path: here }];
    problems.add(
      here,
      kind === 'string' ? 'must be a string' : 'must be a string, a number or true or false',
    );
    return [];
  });
}

function scalarText(item: unknown): string | undefined {
  if (typeof item === 'boolean') return String(item);
  if (typeof item !== 'number' || !Number.isFinite(item)) return undefined;
  // A whole number that JSON could not carry exactly would be compared as another one than was written.
  if (Number.isInteger(item) && !Number.isSafeInteger(item)) return undefined;
  return String(item);
}
