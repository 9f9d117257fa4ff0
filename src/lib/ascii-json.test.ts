import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeNonAscii } from './ascii-json.ts';

test('escapes a JSON text to printable ASCII without changing its value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = escapeNonAscii(JSON.stringify(value, null, 2));
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
