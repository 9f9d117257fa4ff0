import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCsv } from './split-csv.ts';

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const plain = fc
  .string({ unit: fc.constantFrom('a', '"', ' ', 'é'), minLength: 1 })
  .map((text) => `x${text}`);
const quoted = fc
  .string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ';') })
  .map((text) => quote(`x${text}`));
const csvOf = (rows: readonly string[][], lineEnd: string): string =>
  [['reference', 'name', 'roleArn'], ...rows].map((row) => row.join(',')).join(lineEnd);

test('the parts have all rows in order, whatever their values contain, and each has the header', () => {
  const row = fc.tuple(plain, quoted, fc.oneof(plain, quoted));
  const lineEnds = fc.constantFrom('\n', '\r\n', '\n\n');
  const read = (csv: string): string[][] =>
    parse(csv, { relax_quotes: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n'] });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 20 }),
      lineEnds,
      fc.integer({ min: 1, max: 5 }),
      (rows, end, max) => {
        const csv = csvOf(rows, end);
        const parts = splitCsv(csv, max);
        expect(parts.length).toBe(Math.max(1, Math.ceil(rows.length / max)));
        const records = parts.map(read);
        for (const [header] of records) expect(header).toEqual(['reference', 'name', 'roleArn']);
        expect(records.flatMap((part) => part.slice(1))).toEqual(read(csv).slice(1));
      },
    ),
  );
});

test('an empty text is one part, about which the service says what is wrong', () => {
  expect(splitCsv('', 100)).toEqual(['\n']);
});
