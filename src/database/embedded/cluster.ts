import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasErrorCode } from '../../lib/error-code.ts';
import {
  moveIntoPlace,
  readOrCreateFile,
  removeAbandonedTemporaries,
  temporaryPathFor,
} from '../../lib/files.ts';
import type { Binaries } from './binaries.ts';
import { canEnter, choosePostgresAccount, ensureSystemFolder, isRoot, type OsAccount } from './os-account.ts';

const run = promisify(execFile);

/** The superuser of the embedded cluster. It owns the database; the service uses another role. */
export const OWNER = 'countersign';

/** A PostgreSQL data folder with what is needed to start it. */
export interface Cluster {
  /** The resolved path of PostgreSQL's data folder. */
  folder: string;
  account: OsAccount | undefined;
  password: string;
}

/** The environment of PostgreSQL. It contains no AWS key and no admin key, because PostgreSQL may outlive this process. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
}

/**
 * Finds or creates the cluster in `dataDir`. Concurrent first starts agree on one cluster, and a first start that is
 * killed leaves nothing that blocks the next.
 */
export async function prepareCluster(
  dataDir: string,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<Cluster> {
  await prepareDataDir(dataDir);
  const path = join(dataDir, 'postgres');
  const account = await choosePostgresAccount(path);
  const exists = await clusterExists(path);
  const password = await readPassword(join(dataDir, 'postgres-password'), exists);
  if (!exists) await createCluster(path, { binaries, account, password, log });
  const folder = await realpath(path);
  if (!(await canEnter(account, folder))) {
    throw new Error(
      `The user that runs PostgreSQL cannot enter ${folder}. Give that user access to the folders above it.`,
    );
  }
  return { folder, account, password };
}

async function clusterExists(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
  const target = await readlink(path).catch(() => undefined);
  if (target === undefined) return false;
  throw new Error(
    `${path} points to ${target}, which does not exist. Restore that folder, or remove the link to start with an empty database.`,
  );
}

/** Other users may pass through the data folder, as PostgreSQL's user must, but cannot list it. */
async function prepareDataDir(dataDir: string): Promise<void> {
  const created = await mkdir(dataDir, { recursive: true, mode: 0o711 });
  if (isRoot() && (created || (await readdir(dataDir)).length === 0)) await chmod(dataDir, 0o711);
}

async function readPassword(path: string, exists: boolean): Promise<string> {
  try {
    if (!exists) return await readOrCreateFile(path, () => randomBytes(24).toString('hex'));
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = hasErrorCode(cause, 'ENOENT')
      ? `${path} is missing. Restore it, or remove its folder to start with an empty database.`
      : `${path} cannot be read, because the data belongs to another user. Run as that user, or set COUNTERSIGN_DATA_DIR.`;
    throw new Error(message, { cause });
  }
}

interface CreateOptions {
  binaries: Binaries;
  account: OsAccount | undefined;
  password: string;
  log: (line: string) => void;
}

async function createCluster(path: string, options: CreateOptions): Promise<void> {
  options.log('Creating the embedded PostgreSQL database');
  if (await canEnter(options.account, dirname(path))) {
    await removeAbandonedTemporaries(path);
    await moveIntoPlace(await initializeCluster(path, options), path);
    return;
  }
  await createClusterInSystemFolder(path, options);
}

/** Creates the cluster in the system folder with a link at `path`, when only root can enter the data folder. */
async function createClusterInSystemFolder(path: string, options: CreateOptions): Promise<void> {
  const systemFolder = await ensureSystemFolder();
  const temporaryBase = join(systemFolder, 'data');
  await removeAbandonedTemporaries(temporaryBase);
  const target = join(systemFolder, `data-${randomBytes(8).toString('hex')}`);
  await moveIntoPlace(await initializeCluster(temporaryBase, options), target);
  try {
    // Creating the link decides between concurrent first starts. Removing the data folder removes the link too.
    await symlink(target, path);
    options.log(`Only root can enter ${path}, so the data is stored in ${target}`);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
}

/** Runs initdb into a temporary folder beside `path` and returns that folder. */
async function initializeCluster(
  path: string,
  { binaries, account, password }: CreateOptions,
): Promise<string> {
  const temporary = temporaryPathFor(path);
  const passwordFile = temporaryPathFor(path);
  try {
    await mkdir(temporary, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (account) {
      await chown(temporary, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const options = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'];
    // The built-in provider supports C.UTF-8 on every machine, whatever locales are installed.
    options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--username=${OWNER}`);
    await run(binaries.initdb, ['-D', temporary, ...options], {
      ...account,
      cwd: '/',
      env: postgresEnvironment(),
    });
    return temporary;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw explainInitdbFailure(error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function explainInitdbFailure(error: unknown): Error {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
  // This happens in a container that runs with an arbitrary user ID.
  const remedy = output.includes('could not look up effective user ID')
    ? '. PostgreSQL needs a user with a name: run as a user that /etc/passwd lists, or set DATABASE_URL.'
    : '';
  return new Error(`The embedded PostgreSQL could not be created: ${output}${remedy}`, { cause: error });
}
