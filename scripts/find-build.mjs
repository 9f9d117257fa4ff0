// Tells whether dist/ was built from the sources as they are. It is apart from build.mjs, which needs development packages.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const DIST = join(ROOT, 'dist');
/** A file in dist/ that describes the sources that it was built from. */
export const STAMP = join(DIST, '.sources');

/** @returns {'missing' | 'stale' | 'current'} */
export function findBuild() {
  if (!existsSync(STAMP)) return 'missing';
  return readFileSync(STAMP, 'utf8') === describeSources() ? 'current' : 'stale';
}

/** Changes whenever a source is added, edited or deleted. Contents are not read, since every start does this. */
export function describeSources() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'client/src', 'prisma/migrations'])
    for (const file of readdirSync(join(ROOT, folder), { recursive: true }).sort()) {
      const { size, mtimeMs } = statSync(join(ROOT, folder, file));
      hash.update(`${folder}/${file}\n${size}\n${mtimeMs}\n`);
    }
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json'])
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}
