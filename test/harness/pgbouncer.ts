import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { choosePostgresAccount } from '../../src/database/embedded/os-account.ts';
import { findFreePort } from './free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { type FoundTools, findProgram, type Tool } from './tools.ts';

/** A running PgBouncer. */
export interface PgBouncer {
  /** Returns the URL that leads to the same database, as the same user, through the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

export function findPgBouncer(): FoundTools {
  return findProgram('pgbouncer', ['--version'], { env: { PATH: process.env.PATH }, cwd: '/' });
}

/**
 * Starts PgBouncer on a loopback port, in front of the server and for the users of these URLs.
 * @param settings such as `pool_mode`
 */
export async function startPgBouncer(
  { file }: Tool,
  urls: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<PgBouncer> {
  const folder = temporaryFolder('pgbouncer');
  const port = await findFreePort();
  const server = new URL(urls[0] ?? '');
  const users = urls.map((url) => new URL(url));
  // PgBouncer refuses to run as root, and reads these files as its own user.
  const account = await choosePostgresAccount(folder);
  const write = (name: string, lines: string[]): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    if (account) chownSync(file, account.uid, account.gid);
    return file;
  };
  const authFile = write(
    'users.txt',
    users.map(
      ({ username, password }) => `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"`,
    ),
  );
  const configuration = write('pgbouncer.ini', [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${authFile}`,
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ]);
  const child = spawn(file, [configuration], { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const started = (async () => {
    for await (const line of createInterface({ input: child.stderr })) {
      lines.push(line);
      if (line.includes('process up')) return;
    }
    throw new Error(`PgBouncer did not start:\n${lines.join('\n')}`);
  })();
  await started;
  child.stderr.resume();
  return {
    through(url) {
      const pooled = new URL(url);
      pooled.host = `127.0.0.1:${port}`;
      return pooled.href;
    },
    async stop() {
      // SIGTERM waits for the clients.
      child.kill('SIGINT');
      await exited;
    },
  };
}
