import { isObject, quote } from '../trust-policy/parse/parse-shape.ts';

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

/** Repairs each value of an element, which is a list or a single value. A value without a repair is removed. */
export function repairValues(
  element: unknown,
  repair: (value: unknown, index: number[]) => string | undefined,
): { kept: number; repaired: unknown } {
  const isList = Array.isArray(element);
  const values = toList(element);
  const kept = values.flatMap((value, i) => repair(value, isList ? [i] : []) ?? []);
  return { kept: kept.length, repaired: isList && kept.length === values.length ? kept : fromList(kept) };
}

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

/** An expression that only Terraform can evaluate, with its text, such as `{ Terraform: 'var.external_id' }`. */
export const TERRAFORM = 'Terraform';

/** Terraform leaves out an argument that is null. */
export const isTerraformNull = (value: unknown): boolean => isObject(value) && value[TERRAFORM] === 'null';
