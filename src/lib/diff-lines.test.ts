import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DiffLine, diffLines } from './diff-lines.ts';

const side = (lines: DiffLine[], kind: 'removed' | 'added'): string =>
  lines
    .filter((line) => line.kind === 'same' || line.kind === kind)
    .map((line) => line.text)
    .join('\n');

test('one changed line is one removed and one added, in that order, and the rest is the same', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
  ]);
});

test('a text and itself differ in nothing, whichever line ends it has', () => {
  expect(diffLines('a\r\nb', 'a\nb').every((line) => line.kind === 'same')).toBe(true);
});

test('both texts can be read off the difference', () => {
  const text = fc
    .array(fc.constantFrom('{', '}', '  "a": 1,', '  "b": 2,', ''))
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      expect(side(lines, 'removed')).toBe(before);
      expect(side(lines, 'added')).toBe(after);
    }),
  );
});

test('two long texts without a line in common are one removal and one addition', () => {
  const text = (mark: string) => Array.from({ length: 3000 }, (_, i) => `${mark}${i}`).join('\n');
  const lines = diffLines(text('a'), text('b'));
  expect(side(lines, 'removed')).toBe(text('a'));
  expect(side(lines, 'added')).toBe(text('b'));
});
