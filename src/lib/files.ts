import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasErrorCode } from './error-code.ts';
import { isProcessAlive } from './process.ts';

/** A unique path beside `path`. It contains the process ID, so that files of a killed process can be recognized. */
export function temporaryPathFor(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/** Removes the temporary paths of `path` whose process no longer exists. */
export async function removeAbandonedTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const pid = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
    if (!pid || isProcessAlive(Number(pid))) continue;
    // Retries, because a child of the killed process may still write into the folder for a moment.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/**
 * Renames a finished folder to its final path. It returns false and removes the folder when another process was
 * first: renaming onto a folder that is not empty fails, which decides concurrent first starts without a lock.
 */
export async function moveIntoPlace(temporary: string, path: string): Promise<boolean> {
  try {
    await rename(temporary, path);
    return true;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
    await rm(temporary, { recursive: true, force: true });
    return false;
  }
}

/** Reads a private file, after creating it if it does not exist. Concurrent callers all read the same content. */
export async function readOrCreateFile(path: string, createContent: () => string): Promise<string> {
  const temporary = temporaryPathFor(path);
  try {
    await writeFile(temporary, createContent(), { mode: 0o600, flag: 'wx', flush: true });
    // Unlike rename, link fails when the path exists.
    await link(temporary, path);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
  return readFile(path, 'utf8');
}

/** Writes a private file atomically: a reader sees the old content or the new content, never a part of it. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = temporaryPathFor(path);
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}
