import type { Migration } from './migration-files.ts';

/** A row of `_prisma_migrations` that was not rolled back. */
export interface HistoryRow {
  name: string;
  checksum: string;
  finished: boolean;
}

/**
 * Returns the migrations that are not applied yet, in order. Migrations of newer versions may be applied, too.
 *
 * @param oldestCompatible the last migration of the oldest version that works with the database; null: not known
 * @throws Error that names the first migration on which the folder and the history disagree
 */
export function findPendingMigrations(
  migrations: readonly Migration[],
  history: readonly HistoryRow[],
  oldestCompatible: string | null = null,
): Migration[] {
  const last = migrations.at(-1)?.name ?? '';
  const isCompatible = oldestCompatible !== null && last >= oldestCompatible;
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of history)
    if (!(isCompatible && row.name > last)) assertUnchanged(row, byName.get(row.name));
  const applied = new Set(history.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !applied.has(name));
  const first = pending[0];
  const later = history.find(({ name }) => first !== undefined && name > first.name);
  if (first && later) {
    throw new Error(
      `Migration ${first.name} is not applied, but the later ${later.name} is. ` +
        'Give the unapplied one a timestamp after the last applied one.',
    );
  }
  return pending;
}

function assertUnchanged(row: HistoryRow, migration: Migration | undefined): void {
  if (!row.finished) {
    throw new Error(
      `Migration ${row.name} was started and never finished. Undo its changes and delete its row from ` +
        '_prisma_migrations, or finish it by hand and set finished_at.',
    );
  }
  if (migration === undefined) {
    throw new Error(
      `Migration ${row.name} is applied, but this version does not contain it: a newer version of Countersign ` +
        'has used this database, with which this one does not work. Run that version, or restore a backup from before it.',
    );
  }
  if (migration.checksum !== row.checksum) {
    throw new Error(
      `Migration ${row.name} was changed after it was applied. Restore the file, ` +
        'and put the change into a new migration.',
    );
  }
}
