import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../src/database/embedded/embedded-database.ts';

/** The report of a child process that opened the embedded database, or failed to. */
interface OpenReport {
  url: string;
  startedPostgres: boolean;
  error?: string;
  lines: string[];
}

export interface EmbeddedProcess {
  child: ChildProcess;
  report: OpenReport;
  /** Lets the child close the database, and waits until the child has exited. */
  close(): Promise<void>;
  /** Kills the child with SIGKILL, so that none of its code can clean up. */
  kill(): Promise<void>;
}

export interface LaunchOptions {
  exclusive: boolean;
  serverUrl?: string;
  /** Runs the child as another user; only root may do that. */
  account?: { uid: number; gid: number };
}

/** Opens the embedded database in a child process, the way `npm start` does. */
export async function openInChildProcess(
  dataDir: string,
  launchOptions: LaunchOptions,
): Promise<EmbeddedProcess> {
  const { account, ...options } = launchOptions;
  const file = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', file, JSON.stringify({ dataDir, ...options })], {
    ...account,
    // There is no IPC channel: the child must start and stop like a server in a terminal.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, HOME: dataDir, EMBEDDED_PROCESS: '1' },
  });
  const exited = once(child, 'exit');
  const report = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(String(line)) as OpenReport),
    exited.then(([code]) => {
      throw new Error(`The child exited with ${code} before it reported anything.`);
    }),
  ]);
  return {
    child,
    report,
    async close() {
      child.stdin.end();
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function main(): Promise<void> {
  const { dataDir, exclusive, serverUrl } = JSON.parse(process.argv[2] ?? '{}');
  const lines: string[] = [];
  try {
    const database = await openEmbedded({ dataDir, exclusive, log: (line) => lines.push(line) });
    if (serverUrl) await database.recordServerUrl(serverUrl);
    console.log(JSON.stringify({ url: database.url, startedPostgres: database.startedPostgres, lines }));
    await once(process.stdin.resume(), 'end');
    await database.close();
  } catch (error) {
    console.log(JSON.stringify({ url: '', startedPostgres: false, error: (error as Error).message, lines }));
  }
}

if (process.env.EMBEDDED_PROCESS && process.argv[1] === fileURLToPath(import.meta.url)) await main();
