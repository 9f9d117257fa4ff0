import { CsvError, parse } from 'csv-parse/sync';
import { externalIdNotSettable, namesExternalId } from '../http/input-guard.ts';
import { invalidRequest, type Problem } from '../http/problem.ts';

const COLUMNS = ['reference', 'name', 'roleArn'] as const;
const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Reads the rows of a CSV text (RFC 4180), as they would be in a JSON body. The header line decides the separator and the
 * order of the columns. The rows themselves are not checked here, so that each has its own outcome.
 * @throws Problem `external_id_not_settable` if a column is named like an external ID, `validation_failed`
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = readRecords(text);
  if (!header) throw invalidCsv('must begin with the header line reference,name,roleArn');
  // Spreadsheets export empty columns at the right.
  const columns = header.slice(0, header.findLastIndex((cell) => cell.trim() !== '') + 1).map(readColumn);
  const missing = COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw invalidCsv(`lacks the column ${missing.join(', ')} in its header line`);
  if (columns.length > COLUMNS.length) throw invalidCsv('has the same column twice in its header line');
  return rows.map((cells) =>
    Object.fromEntries(
      cells.flatMap((cell, index) => {
        const column = columns[index];
        if (column !== undefined) return [[column, cell]];
        return cell.trim() === '' ? [] : [[`cell ${index + 1}`, cell]];
      }),
    ),
  );
}

function readRecords(text: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      delimiter: findSeparator(text),
      // Files that passed through several programs have more than one kind of line end.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // Spreadsheets export rows that were emptied.
      skip_records_with_empty_values: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalidCsv('has a quote without its end. Close it, or write it twice ("") inside a quoted value');
  }
}

/** The names of the columns contain none of the separators. */
function findSeparator(text: string): string {
  const [header = ''] = /^\s*.*/.exec(text) ?? [];
  return SEPARATORS.find((separator) => header.includes(separator)) ?? ',';
}

/** Accepts the usual spellings, such as `role_arn` and `Role ARN`. */
function readColumn(header: string): string {
  if (namesExternalId(header)) throw externalIdNotSettable('header line');
  const spelling = header.replace(/[\s_-]/g, '').toLowerCase();
  const column = COLUMNS.find((one) => one.toLowerCase() === spelling);
  if (!column) throw invalidCsv(`has a column that is not one of ${COLUMNS.join(', ')}. Remove it`);
  return column;
}

function invalidCsv(message: string): Problem {
  return invalidRequest([{ path: 'body', message }]);
}
