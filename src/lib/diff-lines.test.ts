import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DiffLine, diffLines } from './diff-lines.ts';

const textWithout = (lines: DiffLine[], kind: 'removed' | 'added'): string =>
  lines
    .filter((line) => line.kind !== kind)
    .map((line) => line.text)
    .join('\n');

test('shows a changed line as removed and then added, and keeps the other lines', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
  ]);
});

test('ignores different line endings', () => {
  expect(diffLines('a\r\nb', 'a\nb').every((line) => line.kind === 'same')).toBe(true);
});

test('contains both texts completely', () => {
  const text = fc
    .array(fc.constantFrom('{', '}', '  "a": 1,', '  "b": 2,', ''))
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      expect(textWithout(lines, 'added')).toBe(before);
      expect(textWithout(lines, 'removed')).toBe(after);
    }),
  );
});

test('shows two long unrelated texts as one removal and one addition', () => {
  const text = (prefix: string) => Array.from({ length: 3000 }, (_, i) => `${prefix}${i}`).join('\n');
  const lines = diffLines(text('a'), text('b'));
  expect(textWithout(lines, 'added')).toBe(text('a'));
  expect(textWithout(lines, 'removed')).toBe(text('b'));
});
