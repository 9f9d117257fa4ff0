import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import { parseCsv } from './csv.ts';

const ROWS = [
  { reference: 'a', name: 'Sample, Inc', roleArn: 'arn:1' },
  { reference: 'b', name: 'The "Best"; Ltd', roleArn: 'arn:2' },
];

const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** Writes rows as RFC 4180 says, with every value in quotes. */
const writeCsv = (rows: readonly object[], separator = ',', lineEnd = '\r\n'): string =>
  [['reference', 'name', 'roleArn'], ...rows.map((row) => Object.values(row).map(quote))]
    .map((cells) => cells.join(separator) + lineEnd)
    .join('');

const problemOf = (text: string) => {
  try {
    return parseCsv(text);
  } catch (error) {
    return error;
  }
};

test('reads what any values were written as, with each separator and line end, and a byte order mark', () => {
  const value = fc.string({ unit: 'grapheme' }).map((text) => `x${text}`);
  const rows = fc.array(
    fc.record({ reference: value, name: value, roleArn: value }, { noNullPrototype: true }),
  );
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.constantFrom('', '\ufeff'),
      (rows, separator, lineEnd, mark) => {
        expect(parseCsv(mark + writeCsv(rows, separator, lineEnd))).toEqual(rows);
      },
    ),
  );
});

test('reads values without quotes, columns in any order and spelling, and mixed line ends', () => {
  expect(parseCsv('Role ARN;name;REFERENCE\narn:1;Sample, Inc;a\r\n\r\n;;\narn:2;The "Best" Ltd;b')).toEqual([
    { reference: 'a', name: 'Sample, Inc', roleArn: 'arn:1' },
    { reference: 'b', name: 'The "Best" Ltd', roleArn: 'arn:2' },
  ]);
});

test('ignores empty columns at the right, in the header line and in rows', () => {
  expect(parseCsv('reference,name,roleArn,, \na,A,arn:1,,\nb,B,arn:2\n')).toEqual([
    { reference: 'a', name: 'A', roleArn: 'arn:1' },
    { reference: 'b', name: 'B', roleArn: 'arn:2' },
  ]);
  expect(parseCsv('reference,name,roleArn\na,,,\n')).toEqual([{ reference: 'a', name: '', roleArn: '' }]);
});

test('reads any text at all, or refuses it with a reason', () => {
  const piece = fc.constantFrom(
    '"',
    ',',
    ';',
    '\t',
    '\r',
    '\n',
    'reference,name,roleArn\n',
    'a',
    '\u2028',
    '__proto__',
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (text) => {
        const result = problemOf(text);
        if (!Array.isArray(result)) expect(result).toBeInstanceOf(Problem);
      },
    ),
  );
});

test('keeps a row with too few or too many cells, for an outcome of its own', () => {
  expect(parseCsv('reference,name,roleArn\na,Sample, Inc,arn:1\nb\n')).toEqual([
    { reference: 'a', name: 'Sample', roleArn: ' Inc', 'cell 4': 'arn:1' },
    { reference: 'b' },
  ]);
});

test.each(['externalId', 'external_id', 'ExternalId', '"external id"', 'sts:ExternalId', 'Old external ID'])(
  'refuses the column %s',
  (column) => {
    const text = writeCsv(ROWS).replace('roleArn', `roleArn,${column}`);
    expect(problemOf(text)).toMatchObject({ code: 'external_id_not_settable' });
  },
);

describe('refuses a file whose rows cannot be told apart', () => {
  test.each([
    ['', 'must begin with the header line'],
    ['reference,name\na,A\n', 'lacks the column roleArn'],
    ['reference,name,roleArn,name\n', 'has the same column twice'],
    ['reference,name,roleArn,plan\n', 'has a column that is not one of'],
    ['reference,,name,roleArn\n', 'has a column that is not one of'],
    ['reference,name,roleArn\n"a,A,arn:1\nb,B,arn:2\n', 'has a quote without its end'],
  ])('%j', (text, message) => {
    expect(problemOf(text)).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'body', message: expect.stringContaining(message) }],
    });
  });
});
