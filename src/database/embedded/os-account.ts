import { execFile } from 'node:child_process';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hasErrorCode } from '../../lib/error-code.ts';

const run = promisify(execFile);

/** The operating system user that runs PostgreSQL, when it differs from the user that runs Node.js. */
export interface OsAccount {
  uid: number;
  gid: number;
}

/** Holds files that root creates for the system user, when that user cannot enter the checkout. */
const SYSTEM_FOLDER = '/var/lib/countersign';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Chooses the account for PostgreSQL, which refuses to run as root. Returns undefined for an ordinary user. For root it
 * returns the owner of existing data, or else the system user `postgres`.
 */
export async function choosePostgresAccount(dataPath: string): Promise<OsAccount | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(dataPath).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await findSystemUser()) ?? (await createSystemUser());
}

async function findSystemUser(): Promise<OsAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createSystemUser(): Promise<OsAccount> {
  const failures: string[] = [];
  for (const [command, ...args] of [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
    // The adduser of BusyBox and the one of Debian take different options.
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false', 'postgres'],
    ['adduser', '--system', '--group', '--no-create-home', 'postgres'],
  ] as const) {
    await run(command, args).catch((error: Error) => failures.push(error.message.trim()));
    const account = await findSystemUser();
    if (account && account.uid !== 0) return account;
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and the system user "postgres" neither exists nor could be created. ' +
      `Create it, run as an ordinary user, or set DATABASE_URL. (${failures.join('; ')})`,
  );
}

/** Reports whether an account can enter a folder. The kernel decides, because mode bits ignore ACLs and mounts. */
export async function canEnter(account: OsAccount | undefined, folder: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/', env: {} });
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates the root-owned system folder if needed and returns its path. Root executes programs from it, so a folder
 * that another user owns or may write to is rejected: that user could replace the programs.
 */
export async function ensureSystemFolder(): Promise<string> {
  await mkdir('/var/lib', { recursive: true });
  await mkdir(SYSTEM_FOLDER, { mode: 0o755 }).catch((error: unknown) => {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  });
  const folder = await lstat(SYSTEM_FOLDER);
  if (!folder.isDirectory() || folder.uid !== 0 || (folder.mode & 0o022) !== 0) {
    throw new Error(`${SYSTEM_FOLDER} must be a folder that root owns and only root may write to.`);
  }
  return SYSTEM_FOLDER;
}
