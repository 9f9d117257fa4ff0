/** A quoted value may contain line breaks. A quote inside a value that does not begin with one is a character like others. */
const RECORD = /(?:(?<=^|[,;\t\r\n])"(?:[^"]|"")*"|[^\r\n])+/g;
const EMPTY_RECORD = /^[\s,;"]*$/;

/**
 * Splits a CSV text into texts with at most this many rows, each with the header line. Empty rows are left out, so that
 * the numbers of the others can be counted.
 */
export function splitCsv(csv: string, maxRows: number): string[] {
  const records = (csv.match(RECORD) ?? []).filter((record) => !EMPTY_RECORD.test(record));
  const [header = '', ...rows] = records;
  const texts = [];
  for (let start = 0; start < Math.max(1, rows.length); start += maxRows)
    texts.push(`${[header, ...rows.slice(start, start + maxRows)].join('\n')}\n`);
  return texts;
}
