// Usage: node scripts/run.mjs <command> [arguments]
// Installs what is missing, then runs the command in this process, so that the command itself gets the signals and the
// terminal and sets the exit code.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DIST, findBuild, ROOT as root } from './find-build.mjs';

const [command, ...args] = process.argv.slice(2);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return;
  console.error(`Countersign needs Node.js 20.19, 22.12, 24 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

async function prepare() {
  const { bootstrap, BootstrapError, isProductionInstall } = await import('./bootstrap.mjs');
  const development =
    command === 'generate'
      ? !isProductionInstall(root)
      : ['test', 'build', 'bench', 'soak', 'torture'].includes(command);
  try {
    await bootstrap(root, development);
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    console.error(error.message);
    process.exit(process.exitCode || 1);
  }
}

async function run(file, ...rest) {
  process.argv = [process.argv[0], file, ...rest];
  await import(pathToFileURL(file).href);
}

/** Runs a module's TypeScript, which is compiled while it is loaded. */
async function runSource(module, ...rest) {
  const { register } = await import('tsx/esm/api');
  register();
  process.setSourceMapsEnabled(true);
  await run(join(root, `${module}.ts`), ...rest);
}

/** Runs what `npm run build` has compiled, if it was compiled from the sources as they are: it loads in 0.6 of the time. */
async function runBuilt(module, ...rest) {
  const state = findBuild();
  if (state === 'current') {
    process.setSourceMapsEnabled(true);
    await run(join(DIST, `${module}.js`), ...rest);
  } else {
    if (state === 'stale')
      console.error('dist/ was built from other sources, so the sources run. Build again: npm run build');
    await runSource(module, ...rest);
  }
}

async function runTests(...rest) {
  process.chdir(root);
  // The default loader writes a file beside the configuration, for which this user may lack permission.
  await run(join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--configLoader', 'runner', ...rest);
}

/** Runs the isolation test with many more calls than `npm test` does. */
async function soak() {
  const usage = `npm run soak [-- --calls <1000 to 9999999>]

Runs random calls of tenants and workers in a temporary sandbox, with rotations, revocations, restarts and AWS errors.
Checks that each call acts in the account of its connection. The default of 100000 calls takes five minutes or more.`;
  const exitWithUsage = (problem) => {
    console.error(`${problem}\n\n${usage}`);
    process.exit(2);
  };
  const options = { calls: { type: 'string', default: '100000' }, help: { type: 'boolean', short: 'h' } };
  let values;
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    exitWithUsage(error.message);
  }
  if (values.help) return console.log(usage);
  if (!/^[1-9]\d{3,6}$/.test(values.calls))
    exitWithUsage('--calls must be a whole number from 1000 to 9999999.');
  process.env.SOAK_CALLS = values.calls;
  await runTests('test/workers-isolation.test.ts');
}

checkNode();
// Disables the AWS SDK's warning about Node 20. A value that the user set is kept.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await prepare();
if (command === 'test') await runTests(...args);
else if (command === 'soak') await soak();
else if (command === 'build') await run(join(root, 'scripts', 'build.mjs'));
else if (command === 'bench') await runSource('bench/bench', ...args);
else if (command === 'torture') await runSource('test/torture/main', ...args);
else if (command !== 'generate')
  await runBuilt('src/main', ...(command === undefined ? [] : [command]), ...args);
