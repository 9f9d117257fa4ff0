import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Column, fitColumns, formatTable } from './table.ts';
import { toAsciiJson, toPrintable, truncate, widthOf, wrap } from './text.ts';
import { formatAge } from './time.ts';

/** Control characters except the line break, and those that change the direction of text. */
const STEERING = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const NOW = new Date('2026-11-26T12:00:00Z');
type Row = [id: string, name: string, reference: string];
const COLUMNS: Column<Row>[] = [
  { title: 'ID', cell: ([id]) => id },
  { title: 'NAME', cell: ([, name]) => name, isFlexible: true },
  { title: 'REFERENCE', cell: ([, , reference]) => reference, isFlexible: true, isOptional: true },
  { title: 'STATUS', cell: () => 'active', isStatus: true },
];
const anyText = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const viewOf = (columns: number, hasColors = false) => ({ terminal: { columns, hasColors }, now: NOW });

test('a table is never wider than the terminal, never cuts an ID, and has one line for each row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }),
      fc.integer({ min: 60, max: 200 }),
      (names, columns) => {
        const id = 'tenant_01h455vb4pex5vsknk084sn02q';
        const lines = formatTable(
          COLUMNS,
          names.map(([name, reference]): Row => [id, name, reference]),
          viewOf(columns),
        ).split('\n');
        expect(lines.length).toBe(names.length === 0 ? 1 : names.length + 2);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        for (const line of lines.slice(1, -1)) expect(line.startsWith(id)).toBe(true);
      },
    ),
  );
});

test('without a terminal nothing is cut and nothing is colored', () => {
  const name = 'x'.repeat(300);
  const text = formatTable(COLUMNS, [['1', name, '']], { terminal: null, now: NOW });
  expect(text).toContain(name);
  expect(text).not.toContain('\x1b');
  expect(formatTable(COLUMNS, [['1', 'a', '']], viewOf(80, true))).toContain('\x1b[32mactive\x1b[39m');
});

test('columns use the whole width, and optional ones go first', () => {
  expect(fitColumns(COLUMNS, [10, 20, 20, 8], 50)).toEqual([10, 13, 13, 8]);
  expect(fitColumns(COLUMNS, [10, 20, 20, 8], 36)).toEqual([10, 14, 0, 8]);
  expect(fitColumns(COLUMNS, [10, 20, 20, 8], Number.POSITIVE_INFINITY)).toEqual([10, 20, 20, 8]);
});

test('no text can move the cursor, change a color or begin a line of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(toPrintable(text)).not.toMatch(STEERING);
      const rows = formatTable([{ title: 'NAME', cell: String }], [text], { terminal: null, now: NOW }).split(
        '\n',
      );
      expect(rows.length).toBe(3);
      expect(toAsciiJson({ text }, 2)).toMatch(/^[\n -~]*$/);
      expect(JSON.parse(toAsciiJson({ text }))).toEqual({ text });
    }),
  );
});

test('a text is cut to the width of its characters, of which some take two columns', () => {
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('e\u0301')).toBe(1);
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(widthOf(truncate(text, width))).toBeLessThanOrEqual(width);
      if (widthOf(text) <= width) expect(truncate(text, width)).toBe(text);
    }),
  );
});

test('wrapping keeps every word', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 80 }), (text, width) => {
      const split = (lines: string) => lines.split(/\s+/).filter(Boolean);
      expect(split(wrap(text, width).join('\n'))).toEqual(split(text));
    }),
  );
});

test.each([
  [0, '0s'],
  [59, '59s'],
  [60, '1m'],
  [3599, '59m'],
  [15 * 3600, '15h'],
  [47 * 3600, '47h'],
  [48 * 3600, '2d'],
  [-300, '5m'],
])('%i seconds are %s', (seconds, age) => {
  expect(formatAge(new Date(NOW.getTime() - seconds * 1000).toISOString(), NOW)).toBe(age);
});
