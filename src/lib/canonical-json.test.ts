import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';

/** Sorts keys by UTF-16 code units at every depth. A Map keeps that order even for numeric keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
}

function serialize(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${serialize(member)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(serialize).join(',')}]`;
  return JSON.stringify(value);
}

test('equals JSON.stringify with sorted keys, and never contains a line feed', () => {
  const strings = fc.string({
    unit: fc.oneof(fc.constantFrom('\n', '"', '\\', '\u2028', '\ud800'), fc.string()),
  });
  const values = fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), strings, fc.dictionary(strings, strings));
  fc.assert(
    fc.property(values, (value) => {
      const text = canonicalJson(value as Json);
      expect(text).toBe(serialize(sortKeys(value)));
      expect(text).not.toContain('\n');
    }),
    { numRuns: 1000 },
  );
});

test('sorts numeric keys as text and omits undefined values', () => {
  expect(canonicalJson({ b: 1, a: undefined, 10: 'ten', 9: 'nine', é: null })).toBe(
    '{"10":"ten","9":"nine","b":1,"é":null}',
  );
});
