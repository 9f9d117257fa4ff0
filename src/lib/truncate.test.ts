import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate } from './truncate.ts';

test('the beginning of a text is as long as it may be, without half a character at its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, maxLength) => {
      const beginning = truncate(text, maxLength);
      expect(beginning.isWellFormed()).toBe(true);
      expect(text.startsWith(beginning)).toBe(true);
      expect(beginning.length).toBeLessThanOrEqual(maxLength);
      expect(beginning.length).toBeGreaterThanOrEqual(Math.min(text.length, maxLength - 1));
    }),
  );
  expect(truncate('ab😀', 3)).toBe('ab');
  expect(truncate('ab😀', 4)).toBe('ab😀');
});
