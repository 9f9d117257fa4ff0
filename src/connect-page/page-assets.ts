import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files that browsers load, each bundled from the sources that it imports. */
export interface PageAssets {
  script: Buffer;
  styleSheet: Buffer;
}

const SOURCES = path.join(import.meta.dirname, 'assets');

/** In a checkout the sources are bundled at start; the compiled server finds the bundles that its build made. */
export async function loadPageAssets(): Promise<PageAssets> {
  return import.meta.filename.endsWith('.ts') ? bundleSources() : readBundles(SOURCES);
}

/** Bundles with the same options as the build of the container image (see Dockerfile). */
async function bundleSources(): Promise<PageAssets> {
  // Imported here, because the container image has esbuild's JavaScript but not its executable.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: ['connect.ts', 'connect.css'].map((name) => path.join(SOURCES, name)),
    absWorkingDir: path.join(import.meta.dirname, '..', '..'),
    bundle: true,
    outdir: SOURCES,
    write: false,
  });
  const contentOf = (name: string): Buffer => {
    const file = outputFiles.find((file) => path.basename(file.path) === name);
    if (!file) throw new Error(`esbuild made no ${name}`);
    return Buffer.from(file.contents);
  };
  return { script: contentOf('connect.js'), styleSheet: contentOf('connect.css') };
}

async function readBundles(folder: string): Promise<PageAssets> {
  const [script, styleSheet] = await Promise.all(
    ['connect.js', 'connect.css'].map((name) => readFile(path.join(folder, name))),
  );
  return { script, styleSheet } as PageAssets;
}
