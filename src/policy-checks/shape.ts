import { quote } from '../trust-policy/parse-shape.ts';
import type { Raw } from './subject.ts';

export { isObject } from '../trust-policy/parse-shape.ts';

/** A value of a policy, cut and quoted, for a message. */
export const said = (value: unknown): string =>
  quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** One or several, as the policy language has it, always as a list. */
export const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Back again: one alone as it is. */
export const oneOrList = (values: readonly unknown[]): unknown =>
  values.length === 1 ? values[0] : [...values];

/** An object with the same members in the same order, each changed; undefined takes one out. */
export function mapMembers(
  object: Raw,
  change: (key: string, value: unknown) => [string, unknown] | undefined,
): Raw {
  return Object.fromEntries(
    Object.entries(object)
      .map(([key, value]) => change(key, value))
      .filter((entry) => entry !== undefined),
  );
}

/** How many characters have to be changed, added or removed to make one text of the other; for short texts. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The word out of a list that was probably meant, when exactly one is that near. */
export function nearestWord(word: string, words: readonly string[], within: number): string | undefined {
  if (word.length > 60) return undefined;
  const lower = word.toLowerCase();
  const near = words
    .map((known) => ({ known, distance: editDistance(lower, known.toLowerCase()) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance);
  return near[0] && near[0].distance !== near[1]?.distance ? near[0].known : undefined;
}
