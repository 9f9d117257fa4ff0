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
import { type Account, canEnter, chooseAccount, isRoot, systemFolder } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import {
  hasCode,
  makeFolder,
  readOrCreate,
  settle,
  sweepAbandoned,
  temporarySibling,
} from './embedded-files.ts';

const run = promisify(execFile);

/** The superuser of the embedded cluster: the owner of the database, never the service's role. */
export const OWNER = 'countersign';

export interface Cluster {
  /** The resolved folder of the data. */
  folder: string;
  account: Account | undefined;
  password: string;
}

/** What PostgreSQL may know of our environment: no AWS key and no admin key goes into a process that outlives us. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
}

/** Finds the cluster of this data folder, or makes it. Safe against a race of first starts and a kill in the middle. */
export async function prepareCluster(
  dataDir: string,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<Cluster> {
  await prepareDataDir(dataDir);
  const place = join(dataDir, 'postgres');
  const account = await chooseAccount(place);
  const exists = await holdsCluster(place);
  const password = await readPassword(join(dataDir, 'postgres-password'), exists);
  if (!exists) await createCluster(place, { binaries, account, password, log });
  const folder = await realpath(place);
  if (!(await canEnter(account, folder))) {
    throw new Error(
      `The user that runs PostgreSQL cannot enter ${folder}; open the folders above it to that user.`,
    );
  }
  return { folder, account, password };
}

async function holdsCluster(place: string): Promise<boolean> {
  try {
    return (await readdir(place)).length > 0;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const target = await readlink(place).catch(() => undefined);
  if (target === undefined) return false;
  throw new Error(
    `${place} points to ${target}, which is gone. Put it back, or remove the link to start anew.`,
  );
}

/** Others may pass through the data folder (PostgreSQL's user must) but read nothing in it. */
async function prepareDataDir(dataDir: string): Promise<void> {
  const made = await makeFolder(dataDir, 0o711);
  if (isRoot() && (made || (await readdir(dataDir)).length === 0)) await chmod(dataDir, 0o711);
}

async function readPassword(path: string, exists: boolean): Promise<string> {
  try {
    if (!exists) return await readOrCreate(path, () => randomBytes(24).toString('hex'));
    return await readFile(path, 'utf8');
  } catch (cause) {
    const say = hasCode(cause, 'ENOENT')
      ? `${path} is missing. Put it back, or remove its folder to start anew without the data.`
      : `${path} cannot be read: the data belongs to another user. Run as that user, or set COUNTERSIGN_DATA_DIR.`;
    throw new Error(say, { cause });
  }
}

interface Making {
  binaries: Binaries;
  account: Account | undefined;
  password: string;
  log: (line: string) => void;
}

async function createCluster(place: string, making: Making): Promise<void> {
  making.log('creating the embedded PostgreSQL');
  if (await canEnter(making.account, join(place, '..'))) {
    await sweepAbandoned(place);
    await settle(await initialize(place, making), place);
    return;
  }
  const elsewhere = join(await systemFolder(), `data-${randomBytes(8).toString('hex')}`);
  const pattern = join(dirname(elsewhere), 'data');
  await sweepAbandoned(pattern);
  await settle(await initialize(pattern, making), elsewhere);
  try {
    // The link is what decides between two first starts, and it dies with the data folder: removing that starts anew.
    await symlink(elsewhere, place);
    making.log(`only root can enter ${place}, so the data is in ${elsewhere}`);
  } catch (error) {
    await rm(elsewhere, { recursive: true, force: true });
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** A new cluster in a temporary sibling of `place`, whole when this returns. */
async function initialize(place: string, { binaries, account, password }: Making): Promise<string> {
  const temporary = temporarySibling(place);
  const passwordFile = temporarySibling(place);
  try {
    await mkdir(temporary, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (account) {
      await chown(temporary, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const options = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'];
    // The built-in provider knows C.UTF-8 whatever locales the machine has.
    options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--username=${OWNER}`);
    await run(binaries.initdb, ['-D', temporary, ...options], {
      ...account,
      cwd: '/',
      env: cleanEnvironment(),
    });
    return temporary;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    // A container that runs under any number at all, for instance.
    const remedy = said.includes('could not look up effective user ID')
      ? '. It wants a user that has a name: run as one that /etc/passwd lists, or set DATABASE_URL.'
      : '';
    throw new Error(`The embedded PostgreSQL could not be created: ${said}${remedy}`, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
