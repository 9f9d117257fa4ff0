import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccountList } from './account-list.ts';

const A = '111111111111';
const B = '222222222222';

test.each<[string, string]>([
  ['lines', `${A}\n${B}\n`],
  ['lines of Windows, with empty ones', `\r\n${A}\r\n\r\n${B}\r\n`],
  ['commas', `${A}, ${B}`],
  ['semicolons', `${A};${B}`],
  ['tabs', `${A}\t${B}`],
  ['quotes', `"${A}","${B}"`],
  ['groups with hyphens', '1111-1111-1111\n2222-2222-2222'],
  ['groups with spaces', '1111 1111 1111\n2222 2222 2222'],
  [
    'CSV with names and a title',
    `Name,Account ID,E-mail\nProduction 1,${A},aws1@example.com\n"Test, old",${B},`,
  ],
  ['columns by semicolons with names', `${A};Production\n${B};Test 2`],
  ['a table by tabs', `Production\t${A}\tACTIVE\nTest\t${B}\tACTIVE`],
  ['CSV with ARNs', `a,arn:aws:organizations::999999999999:account/o-1/${A},${A}\nb,x,${B}`],
  ['a JSON array', `["${A}", "${B}"]`],
  ['a JSON array of numbers', `[${A}, ${B}]`],
  [
    'the JSON of AWS',
    JSON.stringify({
      Accounts: [A, B].map((Id) => ({
        Id,
        Arn: `arn:aws:organizations::999999999999:account/o-1/${Id}`,
        Name: '333333333333',
        JoinedTimestamp: 1_700_000_000,
      })),
    }),
  ],
  ['JSON with other names', JSON.stringify([{ accountId: A }, { account: B, name: 'x' }])],
])('finds the account IDs in %s', (_, text) => {
  expect(parseAccountList(text).map((id) => id.replaceAll('-', ''))).toEqual([A, B]);
});

test('what looks like an ID but is none is returned, so that it is rejected', () => {
  expect(parseAccountList(`${A} 1234`)).toEqual([A, '1234']);
  expect(parseAccountList('Production,12345')).toEqual(['Production,12345']);
  expect(parseAccountList('["12345"]')).toEqual(['12345']);
  expect(parseAccountList('Name\n \n---')).not.toContain('Name');
});

test('finds every ID of any table whose other cells are names', () => {
  const id = fc.stringMatching(/^\d{12}$/);
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ._-]{0,20}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, id), { maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      (rows, separator) => {
        expect(parseAccountList(rows.map((row) => row.join(separator)).join('\n'))).toEqual(
          rows.map(([, id]) => id),
        );
      },
    ),
  );
});
