import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files that browsers load, each bundled from the sources that it imports. */
export interface PageAssets {
  script: Buffer;
  styleSheet: Buffer;
}

const SOURCE_ROOT = path.join(import.meta.dirname, '..');

/**
 * Loads `<folder>/assets/<name>.ts` and `.css`. In a checkout the sources are bundled at start; the compiled server finds the
 * bundles that its build made.
 */
export async function loadPageAssets(folder: string, name: string): Promise<PageAssets> {
  const sources = path.join(SOURCE_ROOT, folder, 'assets');
  return import.meta.filename.endsWith('.ts') ? bundleSources(sources, name) : readBundles(sources, name);
}

/** Bundles with the same options as the build of the container image (scripts/build.mjs). */
async function bundleSources(sources: string, name: string): Promise<PageAssets> {
  // Imported here, because the container image has esbuild's JavaScript but not its executable.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [`${name}.ts`, `${name}.css`].map((file) => path.join(sources, file)),
    absWorkingDir: path.join(SOURCE_ROOT, '..'),
    bundle: true,
    outdir: sources,
    write: false,
  });
  const contentOf = (fileName: string): Buffer => {
    const file = outputFiles.find((file) => path.basename(file.path) === fileName);
    if (!file) throw new Error(`esbuild made no ${fileName}`);
    return Buffer.from(file.contents);
  };
  return { script: contentOf(`${name}.js`), styleSheet: contentOf(`${name}.css`) };
}

async function readBundles(folder: string, name: string): Promise<PageAssets> {
  const [script, styleSheet] = await Promise.all(
    [`${name}.js`, `${name}.css`].map((file) => readFile(path.join(folder, file))),
  );
  return { script, styleSheet } as PageAssets;
}
