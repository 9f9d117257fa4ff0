import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';

/** Every member in the order of its UTF-16 code units, at every depth, by JSON's own means. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, inOrder(member)]),
  );
}

function plain(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${plain(member)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(plain).join(',')}]`;
  return JSON.stringify(value);
}

test('a value is what JSON makes of it, with its members in order, and never has a line feed', () => {
  const characters = fc.string({
    unit: fc.oneof(fc.constantFrom('\n', '"', '\\', '\u2028', '\ud800'), fc.string()),
  });
  const values = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary' }),
    characters,
    fc.dictionary(characters, characters),
  );
  fc.assert(
    fc.property(values, (value) => {
      const text = canonicalJson(value as Json);
      expect(text).toBe(plain(inOrder(value)));
      expect(text).not.toContain('\n');
    }),
    { numRuns: 1000 },
  );
});

test('members are in the order of their code units, numbers too, and those that are undefined are left out', () => {
  expect(canonicalJson({ b: 1, a: undefined, 10: 'ten', 9: 'nine', é: null })).toBe(
    '{"10":"ten","9":"nine","b":1,"é":null}',
  );
});
