import { existsSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Returns a folder that is filled once for each user and kept for later test runs. Its name must have the version of the
 * content. It is renamed to its final name only when it is complete, so that a test file never uses what another is still
 * filling.
 */
export async function cacheFolder(
  name: string,
  fill: (unfinished: string, folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(tmpdir(), `${name}-${process.getuid?.()}`);
  if (existsSync(folder)) return checkOwner(folder);
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await fill(unfinished, folder);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return checkOwner(folder);
}

/** Rejects a folder that another user could have filled: its name is predictable, and everybody may write to /tmp. */
function checkOwner(folder: string): string {
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return folder;
  throw new Error(`Other users can write to ${folder}. Remove it; the next run fills it again.`);
}
