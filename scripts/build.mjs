// Usage: node scripts/build.mjs
// Compiles the service and the client's commands into dist/, which production runs and the container image contains.
// This file is plain JavaScript, because it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { DIST, describeSources, ROOT, STAMP } from './find-build.mjs';

/** An error whose message needs no stack. */
class BuildError extends Error {}

/** The scripts and style sheets that browsers load. */
export const PAGE_ASSETS = ['connect-page/assets/connect', 'console/assets/console'];

/**
 * Compiles into a folder. It must lie in the checkout, so that packages are found.
 * @param {string} folder
 * @param {{ check: boolean }} options whether types are checked
 */
export function compile(folder, { check }) {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', folder];
  const { status } = spawnSync(process.execPath, [...compiler, ...(check ? [] : ['--noCheck'])], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new BuildError('The TypeScript compiler reported errors.');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: PAGE_ASSETS.flatMap((name) => [`src/${name}.ts`, `src/${name}.css`]),
    bundle: true,
    outbase: 'src',
    outdir: join(folder, 'src'),
  });
  cpSync(join(ROOT, 'prisma', 'migrations'), join(folder, 'prisma', 'migrations'), { recursive: true });
  cpSync(join(ROOT, 'client', 'package.json'), join(folder, 'client', 'package.json'));
}

/** Replaces dist/ only when everything is compiled. */
export function build() {
  const suffix = randomBytes(4).toString('hex');
  const [next, previous] = [`${DIST}-${suffix}.new`, `${DIST}-${suffix}.old`];
  try {
    const sources = describeSources();
    compile(next, { check: true });
    writeFileSync(join(next, basename(STAMP)), sources);
    if (existsSync(DIST)) renameSync(DIST, previous);
    renameSync(next, DIST);
  } finally {
    for (const folder of [next, previous]) rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build();
    console.log(
      'Built dist/. npm start, npm run serve and the other commands use it until a source changes.',
    );
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
