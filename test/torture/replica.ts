import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CLOCK = path.join(import.meta.dirname, 'shifted-clock.mjs');
/** As an orchestrator waits before it starts a process again. */
const RESTART_DELAY_MS = 300;

/** A process of the service, as in production. It is started again whenever it ends. */
export interface Replica {
  readonly name: string;
  readonly url: string;
  /** Since its last start. */
  isServing(): boolean;
  /** True while it cannot answer because of a signal, or has been killed since this count of signals. */
  signals(): number;
  kill(): Promise<void>;
  /** Sends SIGTERM and returns the exit code; null if it ended by a signal. */
  terminate(): Promise<number | null>;
  /** Stops the process as a debugger does, so that it answers nothing until `resume`. */
  suspend(): void;
  resume(): void;
  /** Shifts its clock against that of the machine, also after restarts. */
  shiftClock(seconds: number): void;
  /** Starts it no more. */
  retire(): void;
}

interface ReplicaOptions {
  name: string;
  port: number;
  variables: Record<string, string>;
  logFile: string;
  /** Arguments of Node.js that run `serve`. */
  serveArguments: readonly string[];
  /** It ended although nobody sent a signal. */
  onUnexpectedExit: (problem: string) => void;
}

export function startReplica(options: ReplicaOptions): Replica {
  const { name, port, variables, logFile, serveArguments, onUnexpectedExit } = options;
  const log = createWriteStream(logFile, { flags: 'a' });
  let isRetired = false;
  let isServing = false;
  let isSignaled = false;
  let signals = 0;
  let clockOffsetMs = 0;
  let child = launch();

  function launch(): ChildProcess {
    isServing = false;
    isSignaled = false;
    const started = spawn(process.execPath, ['--import', CLOCK, ...serveArguments], {
      cwd: ROOT,
      env: { ...variables, PORT: String(port), TORTURE_CLOCK_OFFSET_MS: String(clockOffsetMs) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [started.stdout, started.stderr]) stream?.pipe(log, { end: false });
    if (started.stdout)
      createInterface({ input: started.stdout }).on('line', (line) => {
        if (line.includes('"msg":"serving"')) isServing = true;
      });
    // A message to a process that has just ended fails; the next one gets the offset in its environment.
    started.on('error', () => undefined);
    started.once('exit', (code, signal) => {
      // A start fails without a database, and is then repeated.
      if (!isSignaled && isServing) onUnexpectedExit(`${name} ended by itself with ${code ?? signal}`);
      isServing = false;
      setTimeout(restart, RESTART_DELAY_MS);
    });
    return started;
  }

  function restart(): void {
    if (!isRetired) child = launch();
  }

  async function signal(name: NodeJS.Signals): Promise<number | null> {
    isSignaled = true;
    signals++;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(name);
    const [code] = await exited;
    return code as number | null;
  }

  return {
    name,
    url: `http://127.0.0.1:${port}`,
    isServing: () => isServing,
    signals: () => signals,
    kill: async () => void (await signal('SIGKILL')),
    terminate: () => signal('SIGTERM'),
    suspend() {
      signals++;
      child.kill('SIGSTOP');
    },
    resume() {
      signals++;
      child.kill('SIGCONT');
    },
    shiftClock(seconds) {
      clockOffsetMs = seconds * 1000;
      if (child.connected) child.send({ clockOffsetMs });
    },
    retire() {
      isRetired = true;
    },
  };
}
