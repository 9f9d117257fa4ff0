import { quote } from '../trust-policy/parse/parse-shape.ts';

export { isObject } from '../trust-policy/parse/parse-shape.ts';

export type JsonObject = Record<string, unknown>;
export type JsonPath = readonly (string | number)[];

/** Quotes a value from a policy for a message, and truncates it if it is long. */
export const quoteValue = (value: unknown): string =>
  quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Returns a list for a policy value, which may be a list or a single value. */
export const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Reverses `toList`: a list of one becomes the value itself. */
export const fromList = (values: readonly unknown[]): unknown =>
  values.length === 1 ? values[0] : [...values];

/** Maps the entries of an object and keeps their order. An entry that maps to undefined is removed. */
export function mapEntries(
  object: JsonObject,
  mapEntry: (key: string, value: unknown) => [string, unknown] | undefined,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .map(([key, value]) => mapEntry(key, value))
      .filter((entry) => entry !== undefined),
  );
}

/** The limit for nesting in any request body; a policy needs six levels, and a template around it a few more. */
export const MAX_DEPTH = 32;

export function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}
