import { execFile } from 'node:child_process';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hasCode } from './embedded-files.ts';

const run = promisify(execFile);

/** The user PostgreSQL runs as, when that is not the one who runs Node. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where root keeps what the system user must reach although the checkout is closed to it. */
export const SYSTEM_FOLDER = '/var/lib/countersign';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Undefined for an ordinary user. For root, the owner of the data there is, or else the user `postgres`. */
export async function chooseAccount(cluster: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await findSystemUser()) ?? (await createSystemUser());
}

async function findSystemUser(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createSystemUser(): Promise<Account> {
  const shadow = ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'];
  const failures: string[] = [];
  // The second form is BusyBox's and Debian's.
  for (const [command, args] of [
    ['useradd', shadow],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', 'postgres']],
    ['adduser', ['--system', '--group', '--no-create-home', 'postgres']],
  ] as const) {
    await run(command, args).catch((error: Error) => failures.push(error.message.trim()));
    const account = await findSystemUser();
    if (account && account.uid !== 0) return account;
  }
  throw new Error(
    'PostgreSQL refuses to run as root, there is no system user "postgres", and creating one failed. ' +
      `Create it, run as an ordinary user, or set DATABASE_URL. (${failures.join('; ')})`,
  );
}

/** Whether this account can enter the folder, asked of the kernel and not of mode bits: ACLs and mounts count too. */
export async function canEnter(account: Account | undefined, folder: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/', env: {} });
    return true;
  } catch {
    return false;
  }
}

/**
 * The root-owned folder, made if need be. Root runs programs from here, so a folder that another user planted, owns or
 * may write to is refused: it would hand that user whatever is run.
 */
export async function systemFolder(): Promise<string> {
  await mkdir('/var/lib', { recursive: true });
  await mkdir(SYSTEM_FOLDER, { mode: 0o755 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(SYSTEM_FOLDER);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new Error(`${SYSTEM_FOLDER} must be a folder that root owns and nobody else may write to.`);
  }
  return SYSTEM_FOLDER;
}
