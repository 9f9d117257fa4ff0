import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moveIntoPlace, removeAbandonedTemporaries, temporaryPathFor } from '../../lib/files.ts';
import { ensureSystemFolder, isRoot } from './os-account.ts';
import { findPackageFolder, restoreSymlinks } from './symlinks.ts';

/** Paths of the PostgreSQL programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds the PostgreSQL programs for this platform. Root always uses a root-owned copy outside the checkout, because the
 * system user that runs PostgreSQL may be unable to enter the checkout.
 */
export async function findBinaries(): Promise<Binaries> {
  const packageFolder = findPackageFolder();
  await restoreSymlinks(packageFolder);
  const native = isRoot() ? await copyToSystemFolder(packageFolder) : join(packageFolder, 'native');
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function copyToSystemFolder(packageFolder: string): Promise<string> {
  const native = join(packageFolder, 'native');
  const manifest = await readFile(join(packageFolder, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const hash = createHash('sha256').update(await readFile(join(native, 'bin', 'postgres')));
  const path = join(await ensureSystemFolder(), `postgresql-${version}-${hash.digest('hex').slice(0, 16)}`);
  if (await isFolder(path)) return path;
  await removeAbandonedTemporaries(path);
  const temporary = temporaryPathFor(path);
  await cp(native, temporary, {
    recursive: true,
    verbatimSymlinks: true,
    // Static libraries are not needed at run time.
    filter: (file) => !file.endsWith('.a'),
  });
  await makeReadableByAll(temporary);
  await moveIntoPlace(temporary, path);
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}

/** Makes a folder readable by everyone and writable by root only, whatever umask the packages were installed with. */
async function makeReadableByAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadableByAll(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('/bin') ? 0o755 : 0o644);
  }
}
