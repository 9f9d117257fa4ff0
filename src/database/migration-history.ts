import type { Migration } from './migration-files.ts';

/** A row of `_prisma_migrations` that was not rolled back. */
export interface HistoryRow {
  name: string;
  checksum: string;
  finished: boolean;
}

/**
 * The migrations that are still to be applied, in order.
 *
 * @throws an error that names the first migration on which the folder and the database's history disagree
 */
export function checkHistory(migrations: readonly Migration[], history: readonly HistoryRow[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of history) checkRow(row, known.get(row.name));
  const applied = new Set(history.map(({ name }) => name));
  const waiting = migrations.filter(({ name }) => !applied.has(name));
  const first = waiting[0];
  const late = history.find(({ name }) => first !== undefined && name > first.name);
  if (first && late) {
    throw new Error(
      `Migration ${first.name} is not applied, but the later ${late.name} is. ` +
        'Give the unapplied one a timestamp after the last applied one.',
    );
  }
  return waiting;
}

function checkRow(row: HistoryRow, migration: Migration | undefined): void {
  if (!row.finished) {
    throw new Error(
      `Migration ${row.name} was started and never finished. Look at what it left, undo it, ` +
        'and delete its row from _prisma_migrations (or finish it by hand and set finished_at).',
    );
  }
  if (migration === undefined) {
    throw new Error(
      `Migration ${row.name} is applied but not in this version's folder: a newer version of Countersign ` +
        'has used this database. Run that version, or restore a backup from before it.',
    );
  }
  if (migration.checksum !== row.checksum) {
    throw new Error(
      `Migration ${row.name} was changed after it was applied. Restore the file, ` +
        'and put the change into a new migration.',
    );
  }
}
