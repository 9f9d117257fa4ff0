import { readFile } from 'node:fs/promises';
import { callOperation } from '../../../api/call-operation.ts';
import { invalidOptions } from '../../../error.ts';
import type { ImportOutcomes, ImportRowOutcome } from '../../../generated/schemas.ts';
import type { CommandIo } from '../../command-io.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Command, Context } from '../command.ts';
import { type Column, formatTable } from '../view/table.ts';
import { splitCsv } from './split-csv.ts';

/** Below what the service accepts in one request, also if each row is long. */
const ROWS_PER_REQUEST = 100;

export const tenantsImport: Command = {
  name: 'tenants import',
  summary: 'import customers with the roles that they already have',
  arguments: ['<file.csv or ->'],
  options: { 'dry-run': { help: 'show what an import would do, and change nothing' } },
  notes: `The columns are reference, name and roleArn; - reads standard input. The same rows can be imported again: what is there
already stays. The exit code is 5 if a row was not imported.`,
  async run(context) {
    const csv = await readCsv(context.arguments[0] ?? '', context.io);
    const outcomes = await importRows(context, csv);
    const { summary, data, dryRun } = outcomes;
    const counts = Object.entries(summary).filter(([, count]) => count > 0);
    return {
      document: outcomes,
      text: (view) => formatTable(COLUMNS, data, view),
      notes: [
        `${dryRun ? 'dry run, nothing was changed: ' : ''}${counts.map(([name, count]) => `${count} ${name}`).join(', ')}`,
      ],
      exitCode: data.some(({ error }) => error !== undefined) ? EXIT_CODES.failed : EXIT_CODES.success,
    };
  },
};

const COLUMNS: readonly Column<ImportRowOutcome>[] = [
  { title: 'ROW', cell: ({ row }) => String(row) },
  { title: 'REFERENCE', cell: ({ reference }) => reference ?? '', isFlexible: true },
  { title: 'OUTCOME', cell: ({ outcome }) => outcome },
  { title: 'TENANT', cell: ({ tenantId }) => tenantId ?? '', isOptional: true },
  { title: 'PROBLEM', cell: ({ error }) => error?.detail ?? '', isFlexible: true },
];

async function readCsv(file: string, io: CommandIo): Promise<string> {
  const csv = file === '-' ? await io.readInput() : await readText(file);
  // Reading has replaced what is not UTF-8, so the names would be imported wrong.
  if (csv.includes('\ufffd')) throw invalidOptions('The rows are not UTF-8. Save the file as "CSV UTF-8".');
  return csv;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalidOptions(`The file ${file} cannot be read (${code}).`, error);
  }
}

/** Sends the rows in several requests, and returns their outcomes as those of one. */
async function importRows({ clientOptions, options }: Context, csv: string): Promise<ImportOutcomes> {
  const query = { dryRun: options['dry-run'] !== undefined };
  const summary: Record<string, number> = {};
  const data: ImportRowOutcome[] = [];
  for (const text of splitCsv(csv, ROWS_PER_REQUEST)) {
    const body = { mediaType: 'text/csv; charset=utf-8', text };
    const part = (await callOperation(clientOptions, 'importTenants', query, {}, body)) as ImportOutcomes;
    const offset = data.length;
    data.push(...part.data.map((outcome) => ({ ...outcome, row: outcome.row + offset })));
    for (const [name, count] of Object.entries(part.summary)) summary[name] = (summary[name] ?? 0) + count;
  }
  return { ...query, summary: summary as ImportOutcomes['summary'], data };
}
