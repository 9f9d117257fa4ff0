import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../src/database/embedded.ts';

/** What a child process says once it has opened the embedded database, or failed to. */
export interface Opened {
  url: string;
  startedByUs: boolean;
  error?: string;
  lines: string[];
}

export interface EmbeddedProcess {
  child: ChildProcess;
  opened: Opened;
  /** Closes the database in the child, and ends with the child. */
  close(): Promise<void>;
  /** What no code of the child survives. */
  kill(): Promise<void>;
}

export interface Launching {
  exclusive: boolean;
  announce?: string;
  /** For root: run the child as another user. */
  account?: { uid: number; gid: number };
}

/** Opens the embedded database in a process of its own, the way `npm start` does. */
export async function openInProcess(dataDir: string, launching: Launching): Promise<EmbeddedProcess> {
  const { account, ...options } = launching;
  const file = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', file, JSON.stringify({ dataDir, ...options })], {
    ...account,
    // No IPC channel: the child must live and die like a server in a terminal.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, HOME: dataDir, EMBEDDED_PROCESS: '1' },
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(String(line)) as Opened),
    ended.then(([code]) => {
      throw new Error(`the child ended with ${code} before it said anything`);
    }),
  ]);
  return {
    child,
    opened: first,
    async close() {
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function main(): Promise<void> {
  const { dataDir, exclusive, announce } = JSON.parse(process.argv[2] ?? '{}');
  const lines: string[] = [];
  try {
    const database = await openEmbedded({ dataDir, exclusive, log: (line) => lines.push(line) });
    if (announce) await database.announce(announce);
    console.log(JSON.stringify({ url: database.url, startedByUs: database.startedByUs, lines }));
    await once(process.stdin.resume(), 'end');
    await database.close();
  } catch (error) {
    console.log(JSON.stringify({ url: '', startedByUs: false, error: (error as Error).message, lines }));
  }
}

if (process.env.EMBEDDED_PROCESS && process.argv[1] === fileURLToPath(import.meta.url)) await main();
