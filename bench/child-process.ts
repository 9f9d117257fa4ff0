import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A part of the stage, in a process of its own, as it would be in production. */
export interface ChildService {
  url: string;
  pid: number;
  /** Asks the part a question that it answers over the process channel. */
  ask(question: string): Promise<number>;
  end(): Promise<void>;
}

/** Starts a file of this folder; it says where it listens. */
export async function startChild(file: string, environment: Record<string, string> = {}): Promise<ChildService> {
  const child = fork(path.join(import.meta.dirname, file), [], {
    execArgv: ['--import', 'tsx'],
    // Logs are written as in production, and go nowhere.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...environment, NODE_NO_WARNINGS: '1' },
  });
  const url = await answerOf(child, file);
  return {
    url,
    pid: child.pid as number,
    async ask(question) {
      const answered = answerOf(child, file);
      child.send(question);
      return Number(await answered);
    },
    async end() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess, file: string): Promise<string> {
  const answered = new AbortController();
  const ended = once(child, 'exit', { signal: answered.signal }).then(([code]) => {
    throw new Error(`${file} ended with ${code} before it answered`);
  });
  // Its end after the answer is nobody's concern here.
  ended.catch(() => undefined);
  try {
    const [answer] = await Promise.race([once(child, 'message'), ended]);
    return String(answer);
  } finally {
    answered.abort();
  }
}
