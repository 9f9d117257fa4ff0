import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether the process exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Whether the error carries one of these codes, be it of the system or of PostgreSQL. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A name beside `path` that says whose it is, so that what a killed process left can be swept. */
export function temporarySibling(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/** Removes the temporary siblings of `path` whose process is gone. */
export async function sweepAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const pid = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
    if (!pid || isAlive(Number(pid))) continue;
    // Retried, since an initdb may outlive the Node that was killed, and write on for a moment.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/**
 * Moves a finished folder to its place. False when another process was first: a rename onto a folder that holds
 * anything fails, and that is what makes two first starts agree without a lock.
 */
export async function settle(temporary: string, path: string): Promise<boolean> {
  try {
    await rename(temporary, path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
    await rm(temporary, { recursive: true, force: true });
    return false;
  }
}

/** The content of a private file, made with `make` by whoever comes first; all who race read the same. */
export async function readOrCreate(path: string, make: () => string): Promise<string> {
  const temporary = temporarySibling(path);
  try {
    await writeFile(temporary, make(), { mode: 0o600, flag: 'wx', flush: true });
    // link, unlike rename, fails when the name is taken.
    await link(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
  return readFile(path, 'utf8');
}

/** Writes a private file in one step: a reader sees the old content or the new, never a part. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = temporarySibling(path);
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}

export async function makeFolder(path: string, mode: number): Promise<boolean> {
  return (await mkdir(path, { recursive: true, mode })) !== undefined;
}
