import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasDuplicateKeys } from './json-keys.ts';

test.each([
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '[{"b":{"a":1, "x":"}", "a" : 2}}]',
  '{"a":{},"b":[],"a":null}',
])('finds the duplicate key in %s', (text) => {
  expect(hasDuplicateKeys(text)).toBe(true);
});

test.each(['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', '{"a":"a","b":"\\"a\\":"}', '["a","a"]'])(
  'finds none in %s',
  (text) => {
    expect(hasDuplicateKeys(text)).toBe(false);
  },
);

test('finds none in the output of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hasDuplicateKeys(JSON.stringify(value))).toBe(false);
    }),
  );
});
