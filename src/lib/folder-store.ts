import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
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
      await mkdir(location, { recursive: true, mode: 0o700 });
      const file = path.join(location, name);
      await removeAbandonedTemporaries(file);
      const temporary = temporaryPathFor(file);
      await writeFile(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
      await rename(temporary, file);
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
