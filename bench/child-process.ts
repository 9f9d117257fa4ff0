import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A server in its own process, as in production. */
export interface ChildServer {
  url: string;
  /** Sends a message and returns the child's answer. */
  request(message: string): Promise<string>;
  stop(): Promise<void>;
}

/** Runs a file of this folder, which reports its URL in its first message. */
export async function startChild(
  file: string,
  environment: Record<string, string> = {},
): Promise<ChildServer> {
  const child = fork(path.join(import.meta.dirname, file), [], {
    execArgv: ['--import', 'tsx'],
    // Logs are written as in production and discarded.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...environment, NODE_NO_WARNINGS: '1' },
  });
  const url = await nextMessage(child, file);
  return {
    url,
    async request(message) {
      const answer = nextMessage(child, file);
      child.send(message);
      return answer;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function nextMessage(child: ChildProcess, file: string): Promise<string> {
  const received = new AbortController();
  const exited = once(child, 'exit', { signal: received.signal }).then(([code]) => {
    throw new Error(`${file} exited with ${code} before it sent a message`);
  });
  // After a message the exit is expected, and the aborted listener rejects.
  exited.catch(() => undefined);
  try {
    const [message] = await Promise.race([once(child, 'message'), exited]);
    return String(message);
  } finally {
    received.abort();
  }
}
