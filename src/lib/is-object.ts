/** True for a JSON object, and false for null and arrays, whose `typeof` is also "object". */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
