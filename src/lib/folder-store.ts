import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from './error-code.ts';
import type { FileStore } from './file-store.ts';
import { removeAbandonedTemporaries, temporaryPathFor } from './files.ts';

/** Stores files in a folder, which the first write creates. Only its owner can read them. */
export function openFolder(folder: string): FileStore {
  const location = path.resolve(folder);
  return {
    location,
    async list() {
      const names = await readdir(location).catch(orMissing<string[]>([]));
      return names.filter((name) => !name.endsWith('.tmp'));
    },
    read: (name) => readFile(path.join(location, name)).catch(orMissing(null)),
    async write(name, content) {
      const created = await mkdir(location, { recursive: true, mode: 0o700 });
      if (created !== undefined) await syncParents(location, created);
      const file = path.join(location, name);
      await removeAbandonedTemporaries(file);
      const temporary = temporaryPathFor(file);
      try {
        await writeFile(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(location);
    },
  };
}

function orMissing<Missing>(missing: Missing): (error: unknown) => Missing {
  return (error) => {
    if (hasErrorCode(error, 'ENOENT')) return missing;
    throw error;
  };
}

/** Makes created folders durable: without them, a file in the last one would be lost too. */
async function syncParents(folder: string, created: string): Promise<void> {
  const parent = path.dirname(folder);
  await syncFolder(parent);
  if (folder !== created && parent !== folder) await syncParents(parent, created);
}

/** Makes a renaming durable. Windows cannot open a folder, and needs no sync of it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
