import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  /** The folder's name: a timestamp, an underscore, words. It gives the order. */
  name: string;
  sql: string;
  /** SHA-256 of the file in hexadecimal, as Prisma writes it. */
  checksum: string;
}

/** The migrations of a folder in their order; files beside them (Prisma's migration_lock.toml) are left alone. */
export async function readMigrations(directory: string | URL): Promise<Migration[]> {
  const folder = typeof directory === 'string' ? directory : fileURLToPath(directory);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // By code unit, like the history's COLLATE "C": an order that no locale changes.
  names.sort((a, b) => (a < b ? -1 : 1));
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  try {
    const bytes = await readFile(join(folder, name, 'migration.sql'));
    return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
  } catch (cause) {
    throw new Error(`Migration ${name} has no readable migration.sql.`, { cause });
  }
}
